"""What must hold between records: references that exist, dates that have come, domains with one owner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import combinations

from config.catalogue import Catalogue
from config.records import Platform, Record, Route

LETTER = re.compile(r"^L\d{2}[A-Z]?(\.[a-z_]+)?$")
LOOKS_LIKE_A_LETTER = re.compile(r"^L\d")


def problems(catalogue: Catalogue, today: date) -> list[str]:
    """One sentence per fault between records, each naming the record and what to do. Empty when all is well."""
    return [
        *_from_the_future(catalogue, today),
        *_letters(catalogue),
        *_unknown_grounds(catalogue),
        *_rival_routes(catalogue.routes),
        *_shared_domains(catalogue.platforms),
        *_places_of_abuse(catalogue),
    ]


def _every(catalogue: Catalogue) -> Iterator[tuple[str, Record]]:
    for kind in fields(catalogue):
        records: Mapping[str, Record] = getattr(catalogue, kind.name)
        yield from ((f"{kind.name}/{record.id}.toml", record) for record in records.values())


def _from_the_future(catalogue: Catalogue, today: date) -> Iterator[str]:
    for place, record in _every(catalogue):
        if record.checked_on > today:
            yield f'{place}: key "checked_on": {record.checked_on} has not come yet: write the day it was read.'


def _letters(catalogue: Catalogue) -> Iterator[str]:
    named = [(f"grounds/{g.id}.toml", "letters", letter) for g in catalogue.grounds.values() for letter in g.letters]
    for route in catalogue.routes.values():
        steps = [step.do for step in route.steps if LOOKS_LIKE_A_LETTER.match(step.do)]
        named += [(f"routes/{route.id}.toml", "steps.do", do) for do in steps]
    for place, key, letter in named:
        if not LETTER.match(letter):
            yield f'{place}: key "{key}": "{letter}" is no letter id: write it like L01, L01M or L01.intimate_image.'


def _unknown_grounds(catalogue: Catalogue) -> Iterator[str]:
    for route in catalogue.routes.values():
        for step in route.steps:
            for name in step.ground:
                if name not in catalogue.grounds:
                    yield (
                        f'routes/{route.id}.toml: step "{step.id}", key "ground": "{name}" is no record of grounds/: '
                        f"add grounds/{name}.toml or correct the name."
                    )


def _rival_routes(routes: Mapping[str, Route]) -> Iterator[str]:
    for one, other in combinations(routes.values(), 2):
        if (one.harm, one.audience) == (other.harm, other.audience):
            yield f"routes/{other.id}.toml: serves the same harm and audience as {one.id}: merge them or change one."


def _shared_domains(platforms: Mapping[str, Platform]) -> Iterator[str]:
    for one, other in combinations(platforms.values(), 2):
        for domain in sorted(set(one.domains) & set(other.domains)):
            yield f'platforms/{other.id}.toml: key "domains": "{domain}" is also in {one.id}: keep it in one of them.'


def _places_of_abuse(catalogue: Catalogue) -> Iterator[str]:
    for source in catalogue.sources.values():
        if source.risk == "csam" and source.enabled:
            yield f'sources/{source.id}.toml: key "enabled": a source with risk = "csam" stays off: write false.'
