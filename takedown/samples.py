"""Three invented cases in which every letter can be filled in: for lint, for tests and for whoever reads a template."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.records import Ground
from takedown.letter_context import LetterContext
from takedown.letterbook import SHIPPED, Fact, LetterTemplate, Role

DAY = dt.date(2026, 11, 24)  # a Tuesday; every specimen is dated of it
FALLBACK: Mapping[str, str] = {"day": "2026-11-01"}
SAID = "Xx"
"""What stands for a fact that the samples do not know: that of an overlay's own field."""


@dataclass(frozen=True)
class Samples:
    """The invented cases, and what the person says in each language."""

    cases: tuple[Mapping[str, Any], ...]
    senders: Mapping[str, Mapping[str, Any]]
    said: Mapping[str, Mapping[str, Any]]
    authorities: Mapping[str, Mapping[str, Any]]

    @classmethod
    def load(cls, overlay: Path | None = None) -> Samples:
        """The shipped samples; a file of `overlay`/templates/samples replaces ours by name."""
        tables = {name: _read(name, overlay) for name in ("cases", "fr", "en")}
        known = tables["cases"]
        said = {lang: tables[lang] for lang in ("fr", "en")}
        return cls(tuple(known["cases"]), known["senders"], said, known.get("authorities", {}))

    def context(self, number: int, template: LetterTemplate, ground: Ground, harm: str, role: Role) -> LetterContext:
        """The context of one of the cases, for this letter under this ground, signed by this role."""
        case, said = self.cases[number], self.said.get(template.header.lang, {})
        asked = {name: fact for name, fact in template.asks(ground.id).items() if fact.required or case["all"]}
        given = {key: case[key] for key in ("place", "items", "earlier", "residence")}
        return LetterContext.model_validate(
            {
                **given,
                "addressee": self._addressee(case, template),
                "today": DAY,
                "reference": "VG-SPECIMEN",
                "sender": self.senders[role],
                "harm": harm,
                "facts": {name: _words(said, ground.id, name, fact) for name, fact in asked.items()},
                "chronology": said.get("chronology", ()),
                "specimen": True,
                "lang": template.header.lang,
            }
        )

    def _addressee(self, case: Mapping[str, Any], template: LetterTemplate) -> Mapping[str, Any]:
        """The authority that the letter always goes to, the lines that its header gives, else that of the case."""
        header = template.header
        if header.record in self.authorities:
            return self.authorities[header.record]
        if not header.to:
            return dict(case["addressee"])
        lines = case["addressee"]["lines"] if "addressee.address" in template.paths else header.to[1:]
        return {"entity": header.to[0], "lines": lines}


def _words(said: Mapping[str, Any], ground: str, name: str, fact: Fact) -> str:
    own = said.get("facts", {}).get(ground, {}).get(name) or said.get("fields", {}).get(name)
    return str(own or FALLBACK.get(fact.kind, SAID))


def _read(name: str, overlay: Path | None) -> dict[str, Any]:
    own = overlay / "templates" / "samples" / f"{name}.toml" if overlay else None
    path = own if own is not None and own.is_file() else SHIPPED / "samples" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
