"""The bank of registered pictures with every stage that this version has."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.images import BankEntry, ImageBank, Stage


def assembled(entries: Iterable[BankEntry], negatives: Iterable[BankEntry] = ()) -> ImageBank:
    """A bank ready to be compared; what is added or removed later reaches every stage."""
    listed = list(entries)
    return ImageBank(listed, negatives=negatives, stages=_stages(listed))


def _stages(entries: list[BankEntry]) -> list[Stage]:  # noqa: ARG001 - each stage takes the entries of its own type
    """The stages beyond the global one, in the order in which they are asked."""
    return []
