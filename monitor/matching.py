"""Brings together what the text and the pictures of one sighting say of all watches at once (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crawler.sighting import Media, Sighting
from fingerprints.provenance import Claim
from monitor.images import ImageBank, ImageMatch
from monitor.names import BANDS, Band, NameIndex, TextMatch


@dataclass(frozen=True, slots=True)
class Hit:
    """One watched term or registered image found in a sighting (concordance); `detail` is its contract object.

    `watched_id` is the id of the term or of the fingerprint; `dedupe_key` names what may be kept once per address;
    `field_index` says which field of the sighting a text match quotes.
    """

    kind: str
    watched_id: str
    band: Band
    score: float
    algorithm: str
    dedupe_key: str
    detail: dict[str, Any]
    field_index: int = 0


def match_sighting(sighting: Sighting, names: NameIndex, images: ImageBank) -> list[Hit]:
    """The best hit of each term and of each registered image, the surest first; rejected names are left out."""
    texts = names.match([(field.name, field.text) for field in sighting.fields])
    hits = [_of_text(match, sighting) for match in texts]
    for media in sighting.media:
        hits += [_of_image(match, media) for match in images.match(media.signals)]
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=_order):
        best.setdefault(hit.dedupe_key, hit)
    return list(best.values())


def _of_text(match: TextMatch, sighting: Sighting) -> Hit:
    return Hit(
        kind="text",
        watched_id=match.term,
        band=match.band,
        score=match.score,
        algorithm=match.algorithm,
        dedupe_key=f"text {match.term}",
        detail=match.to_json(sighting.url),
        field_index=match.field_index,
    )


def _of_image(match: ImageMatch, media: Media) -> Hit:
    """`seen` is the signal of the picture itself: what a rejection, or a watch begun from this hit, is made from."""
    told, says = match.to_json(media.url), [Claim(*each).to_json() for each in media.says]
    own = next((each for each in media.signals if each.type == "pdq" and each.variant == "identity"), None)
    return Hit(
        kind="image",
        watched_id=match.entry_id,
        band=match.band,
        score=match.score,
        algorithm=match.algorithm,
        dedupe_key=f"image {match.bank_id}",
        detail={**told, "reasons": [*told["reasons"], *says], "seen": own.to_json() if own else None},
    )


def _order(hit: Hit) -> tuple[int, float]:
    return BANDS.index(hit.band), -hit.score
