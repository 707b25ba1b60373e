"""The catalogue: everything we know about platforms, sources, law and helplines, one validated record per file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from config.errors import ConfigError
from config.reading import read_record
from config.records import (
    Authority,
    DeadlineRule,
    Ground,
    GuidedAct,
    Helpline,
    Offence,
    Platform,
    Record,
    Requalification,
    Route,
    Source,
)

R = TypeVar("R", bound=Record)

SHIPPED = Path(__file__).parent
KINDS: Mapping[str, type[Record]] = MappingProxyType(
    {
        "platforms": Platform,
        "sources": Source,
        "grounds": Ground,
        "deadlines": DeadlineRule,
        "authorities": Authority,
        "helplines": Helpline,
        "routes": Route,
        "offences": Offence,
        "guided_acts": GuidedAct,
        "requalifications": Requalification,
    }
)
"""Sub-folder -> model. The file name without .toml is the record's id, so an id is unique within its folder."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All records by id, sorted by id; nothing in it can be changed."""

    platforms: Mapping[str, Platform]
    sources: Mapping[str, Source]
    grounds: Mapping[str, Ground]
    deadlines: Mapping[str, DeadlineRule]
    authorities: Mapping[str, Authority]
    helplines: Mapping[str, Helpline]
    routes: Mapping[str, Route]
    offences: Mapping[str, Offence]
    guided_acts: Mapping[str, GuidedAct]
    requalifications: Mapping[str, Requalification]


def load(overlay: Path | None = None) -> Catalogue:
    """The shipped records, those of the overlay folder (VIGIE_CONFIG_DIR) replacing them by id.

    Raises ConfigError with one sentence per fault, each naming the file, the key and what to do.
    """
    catalogue, faults = survey(overlay)
    if faults:
        raise ConfigError("\n".join(faults))
    return catalogue


def survey(overlay: Path | None = None) -> tuple[Catalogue, list[str]]:
    """The records that can be used, and a sentence for each fault of those that cannot (for lint)."""
    faults = [] if overlay is None or overlay.is_dir() else [f"{overlay}: is no folder: correct VIGIE_CONFIG_DIR."]
    roots = [SHIPPED] if overlay is None or faults else [SHIPPED, overlay]

    def records(folder: str, model: type[R]) -> Mapping[str, R]:
        found: dict[str, R] = {}
        for root in roots:
            found.update(_read_folder(root / folder, model, faults))
        return MappingProxyType(dict(sorted(found.items())))

    catalogue = Catalogue(
        platforms=records("platforms", Platform),
        sources=records("sources", Source),
        grounds=records("grounds", Ground),
        deadlines=records("deadlines", DeadlineRule),
        authorities=records("authorities", Authority),
        helplines=records("helplines", Helpline),
        routes=records("routes", Route),
        offences=records("offences", Offence),
        guided_acts=records("guided_acts", GuidedAct),
        requalifications=records("requalifications", Requalification),
    )
    return catalogue, faults


def _read_folder(folder: Path, model: type[R], faults: list[str]) -> dict[str, R]:
    found: dict[str, R] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            record = read_record(path, model)
        except ConfigError as error:
            faults.extend(str(error).splitlines())
        else:
            found[record.id] = record
    return found
