"""What a sending exposes: what each addressee learns about the person, who passes it on, and what would be safer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from config import messages
from config.records import Offence, Penalty

FULL_CONTACT = ("L20",)
"""Letters that hold a postal address and a telephone beside the name (law.md 14.2)."""
WHOLE_IDENTITY = ("L14", "L25", "L29", "L12", "L13", "L06")
"""Complaints: the authority learns who complains; the address may be counsel's (law.md 2.4, 5)."""
SEARCHED_NAME = ("L09", "L30")
TO_THE_OTHER_PARTY = ("L25",)
"""Everything annexed is handed to the other party within two days (law.md 19.4)."""
NOTICES = ("L01", "L01D", "L01M", "L02", "L03")
ANONYMOUS = ("L01M",)
"""A report of an image of a minor may be made without a name (law.md 10.1)."""
HERS_ALONE = ("L14", "L17", "L24", "L25", "L27", "L29")
"""Letters that only the person, or counsel for her, can sign: no other sender is proposed (law.md 22.1)."""
SAFE_ENDS = ("none",)


@dataclass(frozen=True)
class Sending:
    """One letter on its way: who signs, whether the person is named, to whom, with what attached.

    `discloses_to` and `forwards` are the addressee's record's; unknown counts as yes (law.md 22.2). `guarded` says that
    an ex-partner or danger is known; `attached` are kinds of Document (mandate, identity, schedule, screenshot).
    """

    letter: str
    signer: str
    named: bool
    discloses_to: str
    forwards: str = "unknown"
    guarded: bool = False
    attached: Sequence[str] = ()
    complaint_needed: bool = False
    complaint_filed: bool = False


@dataclass(frozen=True)
class Finding:
    """A code of config/texts/exposure.toml and its parameters."""

    code: str
    params: Mapping[str, object]

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "params": dict(self.params), "text": messages.both(self.code, self.params)}


@dataclass(frozen=True)
class Exposure:
    """What the person must know before she lets a letter leave."""

    learns: tuple[Finding, ...]
    passes_on: tuple[Finding, ...]
    attached: tuple[Finding, ...]
    safer: tuple[Finding, ...]
    penalties: tuple[Finding, ...]
    complaint: tuple[Finding, ...]

    def parts(self) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        """The parts that say something, in the order in which they are read."""
        for part in ("learns", "passes_on", "attached", "safer", "penalties", "complaint"):
            if found := getattr(self, part):
                yield part, found

    def findings(self) -> Iterator[tuple[str, Finding]]:
        """Each finding with the part it belongs to."""
        return ((part, finding) for part, found in self.parts() for finding in found)

    def to_json(self) -> dict[str, Any]:
        return {part: [finding.to_json() for finding in found] for part, found in self.parts()}


def exposure_of(sending: Sending, offences: Mapping[str, Offence]) -> Exposure:
    """The exposure of one sending: pure, from its facts and the records of offences."""
    return Exposure(
        learns=tuple(_learns(sending)),
        passes_on=tuple(_passes_on(sending)),
        attached=tuple(_finding("attached", kind) for kind in sending.attached),
        safer=tuple(_safer(sending)),
        penalties=tuple(_penalties(sending.letter, offences)),
        complaint=tuple(_complaint(sending)),
    )


def _learns(sending: Sending) -> Iterator[Finding]:
    if sending.letter in FULL_CONTACT:
        yield _finding("learns", "full_contact")
    elif sending.letter in WHOLE_IDENTITY:
        yield _finding("learns", "identity")
    elif sending.signer == "subject":
        yield _finding("learns", "anonymous" if sending.letter in ANONYMOUS else "her_name")
    else:
        yield _finding("learns", "named_by_signer" if sending.named else "signer_only")
    if sending.letter in SEARCHED_NAME:
        yield _finding("learns", "searched_name")


def _passes_on(sending: Sending) -> Iterator[Finding]:
    yield _finding("passes_on", sending.discloses_to)
    if sending.forwards != "no" and sending.discloses_to != "uploader":
        yield _finding("passes_on", "customer" if sending.forwards == "yes" else "customer_unknown")
    if sending.letter in NOTICES:
        yield _finding("passes_on", "statement_of_reasons")
    if sending.letter in TO_THE_OTHER_PARTY:
        yield _finding("passes_on", "other_party")


def _safer(sending: Sending) -> Iterator[Finding]:
    """Counsel or association as the sender, a statement in place of the mandate, or nothing at all."""
    seen_by_others = sending.discloses_to not in SAFE_ENDS or sending.forwards != "no"
    if sending.signer == "subject" and sending.letter not in HERS_ALONE and (seen_by_others or sending.guarded):
        yield _finding("safer", "other_sender")
    if sending.signer != "subject" and sending.named and sending.guarded:
        yield _finding("safer", "unnamed")
    if "mandate" in sending.attached:
        yield _finding("safer", "statement_for_mandate")
    if sending.letter in HERS_ALONE:
        yield _finding("safer", "elected_address")


def _penalties(letter: str, offences: Mapping[str, Offence]) -> Iterator[Finding]:
    """What a false statement in this letter may cost, shown before signature (law.md 2.7)."""
    for offence in offences.values():
        if letter in offence.warns:
            said = {"code": offence.code, "article": offence.article, "conduct": offence.conduct.model_dump()}
            plain = next(iter(offence.penalties), None)
            yield _penalty(said, plain) if plain else Finding("exposure.penalties.without_figure", said)


def _penalty(said: Mapping[str, object], plain: Penalty) -> Finding:
    months = plain.prison_months
    unit: Literal["years", "months"] = "years" if months % 12 == 0 and months else "months"
    count = months // 12 if unit == "years" else months
    return Finding(f"exposure.penalties.{unit}", {**said, "count": count, "fine": plain.fine_eur})


def _complaint(sending: Sending) -> Iterator[Finding]:
    if sending.complaint_needed:
        yield _finding("complaint", "filed" if sending.complaint_filed else "to_file")


def _finding(part: str, name: str) -> Finding:
    return Finding(f"exposure.{part}.{name}", {})
