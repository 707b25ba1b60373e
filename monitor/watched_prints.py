"""The fingerprints of all active watches in a worker's memory, added and removed one by one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor import negatives
from monitor.images import BankEntry, ImageBank
from monitor.stages import assembled
from monitor.tables import NegativePrint, WatchedFingerprint
from storage import vault


@dataclass(frozen=True, slots=True)
class Print:
    """What is known of a registered signal beside its value."""

    watch_id: str
    bank_id: str
    type: str


@dataclass
class WatchedPrints:
    """The bank that is searched, and whose each of its entries is."""

    bank: ImageBank
    known: dict[str, Print]

    @classmethod
    def opened(cls, session: Session, watches: Collection[str]) -> WatchedPrints:
        """A bank of some watches."""
        rows = _compared(session, watches)
        refused = [_negative(row, value) for row, value in negatives.of_watches(session, list(watches))]
        return cls(assembled([_entry(session, row) for row in rows], refused), {row.id: _print(row) for row in rows})

    @property
    def types(self) -> frozenset[str]:
        return frozenset(each.type for each in self.known.values())

    def watch_of(self, entry: str) -> str | None:
        found = self.known.get(entry)
        return found.watch_id if found else None

    def follow(self, session: Session, changed: Collection[str], active: Collection[str]) -> None:
        """Take out what changed watches no longer compare, and put in what they compare now."""
        rows = {row.id: row for row in _compared(session, active)}
        for entry in [entry for entry, each in self.known.items() if each.watch_id in changed and entry not in rows]:
            self.bank.remove(entry)
            del self.known[entry]
        for row in rows.values():
            if row.id not in self.known:
                self.bank.add(_entry(session, row))
            self.known[row.id] = _print(row)
        banks = {each.bank_id for each in self.known.values() if each.watch_id in changed}
        self.bank.refute(banks, [_negative(row, value) for row, value in negatives.of_watches(session, list(active))])


def _compared(session: Session, watches: Collection[str]) -> list[WatchedFingerprint]:
    """The prints of some watches that are compared: not removed, and not in quarantine."""
    query = select(WatchedFingerprint).where(
        WatchedFingerprint.watch_id.in_(watches),
        WatchedFingerprint.removed_at.is_(None),
        or_(WatchedFingerprint.quarantined_at.is_(None), WatchedFingerprint.released_at.is_not(None)),
    )
    return list(session.scalars(query))


def _print(row: WatchedFingerprint) -> Print:
    return Print(row.watch_id, row.bank_id, row.type)


def _negative(row: NegativePrint, value: str) -> BankEntry:
    return BankEntry(row.id, row.bank_id, "pdq", value, row.quality)


def _entry(session: Session, row: WatchedFingerprint) -> BankEntry:
    value = vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed)
    return BankEntry(row.id, row.bank_id, row.type, value, row.quality)
