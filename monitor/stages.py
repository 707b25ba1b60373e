"""The bank with every stage: what the hashes of the whole leave open is looked for in parts, and in videos (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fingerprints.signal import Signal
from monitor import images, near
from monitor.crop_stage import CropStage
from monitor.images import BankEntry, ImageBank, ImageMatch
from monitor.local_stage import LocalStage
from monitor.names.term import BANDS
from monitor.video_stage import VideoStage

FURTHER = ("local-1", "crop-pdq-1", "vpdq")
COMPARED = (*images.COMPARED, *FURTHER)


def further(entries: Iterable[BankEntry] = ()) -> list[LocalStage | CropStage | VideoStage]:
    """The stages beyond the global one, in the order in which they are asked, filled with these entries."""
    stages: list[LocalStage | CropStage | VideoStage] = [CropStage(), VideoStage()]
    if near.available():
        stages.append(LocalStage())
    for entry in entries:
        for stage in stages:
            stage.add(entry)
    return stages


class StagedBank(ImageBank):
    """An `ImageBank` that also finds parts of pictures, and videos."""

    def __init__(self, entries: Iterable[BankEntry], **more: Any) -> None:
        listed = list(entries)
        super().__init__([entry for entry in listed if entry.type in images.COMPARED], **more)
        self._further = further(listed)

    def match(self, signals: Sequence[Signal]) -> list[ImageMatch]:
        """The best match with each registered image: as `ImageBank`, then by the stages where that was not sure."""
        best = {match.bank_id: match for match in super().match(signals)}
        refuted = {bank for bank, match in best.items() if _is_refuted(match)}
        unsure = [bank for bank, match in best.items() if match.band != "automatic" and bank not in refuted]
        for stage in self._further:
            for found in stage.match(signals, unsure):
                known = best.get(found.bank_id)
                if found.bank_id not in refuted and (known is None or _order(found) > _order(known)):
                    best[found.bank_id] = found
        return sorted(best.values(), key=lambda match: (_order(match), match.bank_id), reverse=True)


def asked(usual: Sequence[str], registered: Iterable[str]) -> tuple[str, ...]:
    """The signal types that a run asks of its child process: parts and videos only where somebody registered them.

    The boxes of a crawled picture are always asked for: they find a plain `pdq` on a page, a telephone or a meme.
    """
    wanted = set(registered)
    boxes = ("crop-pdq-1",) if wanted & {"pdq", "crop-pdq-1"} else ()
    return (*usual, *boxes, *(kind for kind in ("local-1", "vpdq") if kind in wanted))


def _is_refuted(match: ImageMatch) -> bool:
    """Whether a person said of a picture like this one that it is not the registered one."""
    return any(reason.code == "known_as_another" for reason in match.reasons)


def _order(match: ImageMatch) -> tuple[bool, int, float]:
    return match.stage == "exact", -BANDS.index(match.band), match.score
