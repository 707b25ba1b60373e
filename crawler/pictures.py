"""The pictures that pages show: each fetched once in a run, reduced in the pool, then known by its signals only."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from scrapy.http import Request, Response

from crawler import address, guard, heads
from crawler.guarding import class_of
from crawler.job import Job
from crawler.media import Pool
from crawler.sighting import Media
from crawler.trouble import of_status

MAX_MEDIA: Final = 60  # pictures of one page that are reduced
_VIDEO: Final = ("video/", "audio/")


class Pictures:
    """The pictures of one run; without signal types in the job nothing is fetched and nothing is reduced."""

    def __init__(self, job: Job, pool: Pool, download: Callable[[Request], Awaitable[Response]]) -> None:
        self._job, self._pool, self._download = job, pool, download
        self._done: dict[str, asyncio.Future[Media]] = {}

    async def take(self, media: Media, data: bytes) -> None:
        """Reduce a picture whose bytes came already; `reduce` of the same address then gives it without a request."""
        if self._job.signals and not (media.mime or "").startswith(_VIDEO):
            done = asyncio.get_running_loop().create_future()
            done.set_result(await self._made_of(media, data))
            self._done[address.canonical(media.url)] = done

    async def reduce(self, media: Media, place: int) -> Media:
        """The medium with its signals, or with the code of why it has none; `place` is its number on the page."""
        if not self._job.signals or media.url.startswith("data:"):
            return media
        key = address.canonical(media.url)
        if key not in self._done:
            if (media.mime or "").startswith(_VIDEO) or _is_video(media.url):
                return replace(media, refused="video")
            if place >= MAX_MEDIA:
                return replace(media, refused="too_many")
            self._done[key] = asyncio.get_running_loop().create_future()
            self._done[key].set_result(await self._fetch(media))
        done = await asyncio.shield(self._done[key])
        return replace(done, url=media.url, alt=media.alt, thumb_url=media.thumb_url)

    async def _fetch(self, media: Media) -> Media:
        if guard.url_refusal(media.url, self._job.allow):
            return replace(media, refused="refused")
        request = Request(media.url, headers={"Accept": "image/*,*/*;q=0.5"}, dont_filter=True, priority=5)
        try:
            response: Response = await self._download(request)
        except Exception as error:  # noqa: BLE001 - whatever the network does, the page is still a sighting
            return replace(media, refused=class_of(error)[1])
        if error_class := of_status(response.status, heads.mime(response)):
            return replace(media, refused=error_class)
        return await self._made_of(replace(media, mime=heads.mime(response) or None), response.body)

    async def _made_of(self, media: Media, data: bytes) -> Media:
        reduced = await asyncio.to_thread(self._pool.reduce, data)
        said = Media.from_json({"url": media.url, **reduced})
        return replace(
            said,
            mime=said.mime or media.mime,
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        )


def _is_video(url: str) -> bool:
    return url.lower().partition("?")[0].endswith((".mp4", ".webm", ".mov", ".m4v", ".mkv", ".avi", ".m3u8", ".ogv"))
