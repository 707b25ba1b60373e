"""Which media of a page are videos, and how much of one is fetched: the beginning, within what a run may spend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from scrapy.http import Request, Response

from crawler import heads
from crawler.sighting import Media

LONGEST: Final = 32 * 1024 * 1024  # bytes of one video: its beginning is enough to be known by
MOST: Final = 20  # videos of one run
SHARE: Final = 2  # videos take at most half of the bytes of a run: pages come first
SECONDS: Final = 40  # for one download
_MOVING: Final = re.compile(r"\.(?:mp4|webm|mov|m4v|mkv|avi|ogv|mpe?g|flv|3gp|wmv)$")
_ELSEWHERE: Final = re.compile(r"\.(?:m3u8|mpd|mp3|m4a|ogg|oga|wav|flac)$")  # sound, or a list of other addresses


@dataclass
class Allowance:
    """What the videos of one run have used of its bytes."""

    most_bytes: int
    bytes: int = 0
    count: int = 0

    def admits(self) -> bool:
        """Whether one more may be fetched; it is counted when it begins."""
        if self.count >= MOST or self.bytes >= self.most_bytes // SHARE:
            return False
        self.count += 1
        return True


def is_moving(media: Media) -> bool:
    """Whether a page shows this medium as a video, by its type or its address."""
    return _said(media).startswith("video/") or bool(_MOVING.search(_path(media)))


def is_elsewhere(media: Media) -> bool:
    """Whether it is sound only, or a list of the addresses where a video lies in pieces: neither is fetched."""
    mime = _said(media)
    return mime.startswith("audio/") or "mpegurl" in mime or "dash" in mime or bool(_ELSEWHERE.search(_path(media)))


def request(url: str, seconds: float) -> Request:
    """Ask for the beginning of a video; a server that knows no ranges is read up to the same number of bytes."""
    return Request(
        url,
        headers={"Accept": "video/*,*/*;q=0.5", "Range": f"bytes=0-{LONGEST - 1}"},
        dont_filter=True,
        meta={"download_maxsize": LONGEST, "download_timeout": min(SECONDS, seconds * 0.3), "dont_retry": True},
    )


def is_whole(response: Response) -> bool:
    """Whether all of the file came: only then do its bytes have a hash worth comparing (RFC 9110 section 14.4)."""
    if response.status != 206:
        return True
    said = re.fullmatch(r"bytes 0-(\d+)/(\d+)", heads.header(response, "Content-Range").strip())
    return said is not None and int(said[1]) + 1 == int(said[2])


def _said(media: Media) -> str:
    return (media.mime or "").lower()


def _path(media: Media) -> str:
    return media.url.lower().partition("?")[0].partition("#")[0]
