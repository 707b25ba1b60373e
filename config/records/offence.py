"""Offences: what the criminal law punishes, how, and what its prosecution depends on (law.md section 4)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.records.record import Bilingual, Part, Record, Text


class Penalty(Part):
    """Prison in months (0 = none) and fine in euros; `when` says what makes it this penalty and not the plain one."""

    prison_months: int = Field(ge=0)
    fine_eur: int = Field(ge=0)
    when: Bilingual | None = None


class Offence(Record):
    """One row of the table of offences. `penalties` opens with the plain penalty, aggravated ones follow.

    `online` names the penalty that holds when the conduct is online, counted from 0. `complaint_needed` says that
    only the person's complaint starts the prosecution (C. pén. 226-6). `warns` lists the letters and acts before which
    a signer is shown it: an offence that a false statement in them may be.
    """

    country: Literal["FR", "US"] = "FR"
    code: Text
    article: Text
    conduct: Bilingual
    penalties: list[Penalty] = Field(default_factory=list)
    online: int = Field(default=0, ge=0)
    complaint_needed: bool = False
    warns: list[Text] = Field(default_factory=list)
    note: Bilingual | None = None

    @property
    def identifies(self) -> bool:
        """Whether it can carry a request for connection data: a year of prison at least (CPP 60-1-2; law.md 24.2)."""
        return bool(self.penalties) and self.penalties[min(self.online, len(self.penalties) - 1)].prison_months >= 12
