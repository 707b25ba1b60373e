"""The bank with every stage: what the hashes of the whole leave open is looked for in parts, and in videos (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor import images, near
from monitor.crop_stage import CropStage
from monitor.images import BankEntry, ImageBank, Stage
from monitor.local_stage import LocalStage
from monitor.video_stage import VideoStage

FURTHER = ("local-1", "crop-pdq-1", "vpdq")
COMPARED = (*images.COMPARED, *FURTHER)


def assembled(entries: Iterable[BankEntry], negatives: Iterable[BankEntry] = ()) -> ImageBank:
    """A bank ready to be compared; what is added or removed later reaches every stage."""
    return ImageBank(entries, negatives=negatives, stages=_further())


def _further() -> list[Stage]:
    """The stages beyond the global one, in the order in which they are asked."""
    stages: list[Stage] = [CropStage(), VideoStage()]
    return [*stages, LocalStage()] if near.available() else stages


def asked(usual: Sequence[str], registered: Iterable[str]) -> tuple[str, ...]:
    """The signal types that a run asks of its child process: parts and videos only where somebody registered them.

    The boxes of a crawled picture are always asked for: they find a plain `pdq` on a page, a telephone or a meme.
    """
    wanted = set(registered)
    boxes = ("crop-pdq-1",) if wanted & {"pdq", "crop-pdq-1"} else ()
    return (*usual, *boxes, *(kind for kind in ("local-1", "vpdq") if kind in wanted))
