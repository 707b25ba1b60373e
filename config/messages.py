"""Turns a code and its parameters into a French or an English sentence."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config.dates import DAY, written
from config.errors import ConfigError
from config.reading import read_toml
from config.records import HARMS

__all__ = ["HARMS", "Message", "both", "load", "messages", "render"]

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("fr", "en")
INSTANT = {"fr": "d MMMM y 'à' HH:mm 'UTC'", "en": "d MMMM y 'at' HH:mm 'UTC'"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message in both languages, with the names of its placeholders."""

    fr: str
    en: str
    params: frozenset[str]


def render(code: str, params: Mapping[str, object], lang: str) -> str:
    """The sentence for a code. Raises ConfigError for an unknown code or language, a missing or an unknown parameter.

    A date becomes words, an instant words in UTC, a list its members with commas, a {"fr", "en"} mapping its language.
    """
    if lang not in LANGUAGES:
        raise ConfigError(f'There are no texts in "{lang}": ask for fr or en.')
    message = _message(code)
    if message.params != params.keys():
        raise ConfigError(f"{code}: {_difference(message.params, params)}: give exactly the parameters of its text.")
    words = {name: _words(value, lang) for name, value in params.items()}
    return (message.fr if lang == "fr" else message.en).format_map(words)


def both(code: str, params: Mapping[str, object]) -> dict[str, str]:
    """The sentence for a code in every language."""
    return {lang: render(code, params, lang) for lang in LANGUAGES}


@cache
def messages() -> Mapping[str, Message]:
    """Every shipped message by code, read once."""
    return load(TEXTS)


def load(folder: Path) -> Mapping[str, Message]:
    """The messages of every TOML file of a folder; raises ConfigError with one sentence per fault."""
    found: dict[str, Message] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            texts = dict(_flatten(read_toml(path), ""))
        except ConfigError as error:
            faults.append(str(error))
            continue
        for code, text in texts.items():
            fault = _take(path, code, text, found)
            faults.extend([fault] if fault else [])
    if faults:
        raise ConfigError("\n".join(faults))
    return MappingProxyType(found)


def _message(code: str) -> Message:
    try:
        return messages()[code]
    except KeyError:
        raise ConfigError(f'No text has the code "{code}": add it to a file of config/texts, in fr and en.') from None


def _difference(wanted: frozenset[str], given: Mapping[str, object]) -> str:
    missing, extra = sorted(wanted - given.keys()), sorted(given.keys() - wanted)
    parts = [f"{', '.join(missing)} missing"] * bool(missing) + [f"{', '.join(extra)} not in the text"] * bool(extra)
    return "; ".join(parts)


def _words(value: object, lang: str) -> str:
    if isinstance(value, datetime):
        return written(value.astimezone(UTC), INSTANT[lang], lang)
    if isinstance(value, date):
        return written(value, DAY, lang)
    if isinstance(value, Mapping) and lang in value:
        return str(value[lang])
    if isinstance(value, list | tuple):
        return ", ".join(_words(member, lang) for member in value)
    return str(value)


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The messages of a table: its strings are a message, its sub-tables codes below it."""
    own = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if own:
        yield prefix, own
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}.{key}" if prefix else key)


def _take(path: Path, code: str, text: dict[str, Any], found: dict[str, Message]) -> str | None:
    if set(text) != set(LANGUAGES) or not all(isinstance(part, str) and part.strip() for part in text.values()):
        return f"{path}: [{code}]: needs exactly the two texts fr and en, not empty: correct it."
    if code in found:
        return f"{path}: [{code}]: another file of config/texts has this code: rename one of them."
    try:
        placeholders = {lang: _placeholders(text[lang]) for lang in LANGUAGES}
    except ValueError as error:
        return f"{path}: [{code}]: {error}: write placeholders as {{name}} and a real brace twice."
    if placeholders["fr"] != placeholders["en"]:
        return f"{path}: [{code}]: fr and en have different placeholders: give both the same."
    found[code] = Message(_french_spacing(text["fr"]), text["en"], placeholders["fr"])
    return None


def _french_spacing(text: str) -> str:
    """French punctuation never begins a line: its spaces become no-break ones (narrow before ; ! and ?)."""
    wide = text.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:")
    return re.sub(r" (?=[;!?])", "\u202f", wide)


def _placeholders(text: str) -> frozenset[str]:
    names = set()
    for _, name, specification, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or specification or conversion:
            raise ValueError(f'the placeholder "{name}" is not a plain name')
        names.add(name)
    return frozenset(names)
