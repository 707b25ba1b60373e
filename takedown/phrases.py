"""What a folded sentence of a reply is matched against: the regular expressions of phrases.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from config.reading import read_toml

DATA = Path(__file__).with_name("phrases.toml")


def load(path: Path = DATA) -> Mapping[str, re.Pattern[str]]:
    """One pattern for each group of phrases, its fragments put in; raises `ConfigError` or `re.error`."""
    table = read_toml(path)
    return {name: re.compile("|".join(_whole(rule, table["fragments"]) for rule in rules), re.MULTILINE)
            for name, rules in table["phrases"].items()}  # fmt: skip


def _whole(rule: str, fragments: Mapping[str, str]) -> str:
    for name, fragment in fragments.items():
        rule = rule.replace(f"{{{name}}}", fragment)
    return rule


PHRASES = load()


def says(group: str, text: str) -> re.Match[str] | None:
    """The first turn of phrase of a group in a folded text."""
    return PHRASES[group].search(text)
