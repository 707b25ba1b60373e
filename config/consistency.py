"""What must hold between records: references and words that exist, dates that have come, domains with one owner."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import combinations
from pathlib import Path

from config.catalogue import KINDS, Catalogue
from config.messages import messages
from config.records import Platform, Record, Route

LETTER = re.compile(r"^L\d{2}[A-Z]?(\.[a-z_]+)?$")
ACT, TRIGGER, ASK = "recourse.do.", "deadline.trigger.", "ask."
NEVER_TAKEN = ("registrant_contact",)
"""Acts that stand on ladders only to be seen left out."""
TEMPLATES = "templates"
MAY_LIE_THERE = (".toml", ".md")
"""What may lie in a folder of records: the records, and notes about them."""


def problems(catalogue: Catalogue, today: date) -> list[str]:
    """One sentence per fault between records, each naming the record and what to do. Empty when all is well.

    Raises ConfigError when the shipped texts cannot be read.
    """
    return [
        *_from_the_future(catalogue, today),
        *_letters(catalogue),
        *_acts(catalogue),
        *_acts_without_record(catalogue),
        *_forms(catalogue),
        *_triggers(catalogue),
        *_unknown_names(catalogue),
        *_dispute_rules(catalogue),
        *_rival_routes(catalogue.routes),
        *_shared_domains(catalogue.platforms),
        *_places_of_abuse(catalogue),
    ]


def strays(overlay: Path) -> list[str]:
    """One sentence for each folder or file of the overlay (VIGIE_CONFIG_DIR) that nothing would ever read."""
    known = (*KINDS, TEMPLATES)
    found = []
    for path in sorted(overlay.iterdir()):
        if path.is_dir() and path.name not in known and not path.name.startswith("."):
            near = difflib.get_close_matches(path.name, known, n=1)
            meant = f' (did you mean "{near[0]}"?)' if near else ""
            found.append(f"{path}: is no folder that is read{meant}: rename it to one of {', '.join(known)}.")
        elif path.suffix == ".toml":
            found.append(f"{path}: is not read here: move it into one of {', '.join(KINDS)}.")
    for folder in (overlay / kind for kind in KINDS if (overlay / kind).is_dir()):
        lost = [path for path in sorted(folder.iterdir()) if path.is_dir() or path.suffix not in MAY_LIE_THERE]
        found += [
            f"{path}: is not read: a record is a file that ends in .toml." for path in lost if path.name[0] != "."
        ]
    return found


def _every(catalogue: Catalogue) -> Iterator[tuple[str, Record]]:
    for kind in fields(catalogue):
        records: Mapping[str, Record] = getattr(catalogue, kind.name)
        yield from ((f"{kind.name}/{record.id}.toml", record) for record in records.values())


def _from_the_future(catalogue: Catalogue, today: date) -> Iterator[str]:
    for place, record in _every(catalogue):
        if record.checked_on > today:
            yield f'{place}: key "checked_on": {record.checked_on} has not come yet: write the day it was read.'


def _letters(catalogue: Catalogue) -> Iterator[str]:
    for ground in catalogue.grounds.values():
        for letter in ground.letters:
            if not LETTER.match(letter):
                yield (
                    f'grounds/{ground.id}.toml: key "letters": "{letter}" is no letter id: '
                    "write it like L01, L01M or L01.intimate_image."
                )


def _acts(catalogue: Catalogue) -> Iterator[str]:
    """Steps whose act has no words: a plan would have nothing to say to the person."""
    known = [code.removeprefix(ACT) for code in messages() if code.startswith(ACT)]
    for route in catalogue.routes.values():
        for step in route.steps:
            if step.do not in known:
                near = ", ".join(difflib.get_close_matches(step.do, known, n=3)) or ", ".join(sorted(known))
                yield (
                    f'routes/{route.id}.toml: step "{step.id}", key "do": "{step.do}" is no letter id and no known '
                    f"guided act: write one of {near}."
                )


def _can_be_taken(catalogue: Catalogue, do: str) -> bool:
    return bool(LETTER.match(do)) or do in catalogue.guided_acts or do in NEVER_TAKEN


def _acts_without_record(catalogue: Catalogue) -> Iterator[str]:
    """Guided acts on a ladder that nobody could be guided through, and authorities that an act names in vain."""
    for route in catalogue.routes.values():
        for step in route.steps:
            if ACT + step.do in messages() and not _can_be_taken(catalogue, step.do):
                yield (
                    f'routes/{route.id}.toml: step "{step.id}", key "do": "{step.do}" has no record: '
                    f"add guided_acts/{step.do}.toml."
                )
    for act in catalogue.guided_acts.values():
        if act.authority is not None and act.authority not in catalogue.authorities:
            yield (
                f'guided_acts/{act.id}.toml: key "authority": "{act.authority}" is no record of authorities/: '
                f"add authorities/{act.authority}.toml or correct the name."
            )


def _forms(catalogue: Catalogue) -> Iterator[str]:
    """What forms ask for, in words that a person can read."""
    known = [code.removeprefix(ASK) for code in messages() if code.startswith(ASK)]
    for platform in catalogue.platforms.values():
        for asked in (code for channel in platform.channels for code in channel.asks):
            if asked not in known:
                near = ", ".join(difflib.get_close_matches(asked, known, n=3)) or ", ".join(sorted(known))
                yield (
                    f'platforms/{platform.id}.toml: key "asks": "{asked}" has no words: write one of {near}, '
                    "or add it to config/texts/asks.toml."
                )


def _triggers(catalogue: Catalogue) -> Iterator[str]:
    known = [code.removeprefix(TRIGGER) for code in messages() if code.startswith(TRIGGER)]
    for rule in catalogue.deadlines.values():
        if rule.trigger not in known:
            yield (
                f'deadlines/{rule.id}.toml: key "trigger": "{rule.trigger}" has no words: '
                f"write one of {', '.join(sorted(known))}."
            )


def _unknown_names(catalogue: Catalogue) -> Iterator[str]:
    """Steps that name a ground, an offence or a deadline rule which no record is."""
    for route in catalogue.routes.values():
        for step in route.steps:
            named = (
                ("ground", "grounds", step.ground),
                ("offences", "offences", step.offences),
                ("rule", "deadlines", [step.rule] if step.rule else []),
            )
            for key, folder, names in named:
                for name in names:
                    if name not in getattr(catalogue, folder):
                        yield (
                            f'routes/{route.id}.toml: step "{step.id}", key "{key}": "{name}" is no record of '
                            f"{folder}/: add {folder}/{name}.toml or correct the name."
                        )


def _dispute_rules(catalogue: Catalogue) -> Iterator[str]:
    for platform in catalogue.platforms.values():
        if platform.dispute_rule is not None and platform.dispute_rule not in catalogue.deadlines:
            yield (
                f'platforms/{platform.id}.toml: key "dispute_rule": "{platform.dispute_rule}" is no record of '
                f"deadlines/: add deadlines/{platform.dispute_rule}.toml or correct the name."
            )


def _rival_routes(routes: Mapping[str, Route]) -> Iterator[str]:
    for one, other in combinations(routes.values(), 2):
        if one.harm != "*" and (one.harm, one.audience) == (other.harm, other.audience):
            yield f"routes/{other.id}.toml: serves the same harm and audience as {one.id}: merge them or change one."


def _shared_domains(platforms: Mapping[str, Platform]) -> Iterator[str]:
    for one, other in combinations(platforms.values(), 2):
        for domain in sorted(set(one.domains) & set(other.domains)):
            yield f'platforms/{other.id}.toml: key "domains": "{domain}" is also in {one.id}: keep it in one of them.'


def _places_of_abuse(catalogue: Catalogue) -> Iterator[str]:
    for source in catalogue.sources.values():
        if source.risk == "csam" and source.enabled:
            yield f'sources/{source.id}.toml: key "enabled": a source with risk = "csam" stays off: write false.'
