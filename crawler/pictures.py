"""The pictures and videos that pages show: each fetched once, reduced in the pool, then known by its signals only."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from scrapy.http import Request, Response

from crawler import address, guard, heads, videos
from crawler.guarding import class_of
from crawler.job import Job
from crawler.media import Pool
from crawler.sighting import Media
from crawler.trouble import of_status

MAX_MEDIA: Final = 60  # pictures of one page that are reduced
_OF_BYTES: Final = frozenset(("sha256", "md5"))


class Pictures:
    """The media of one run; without signal types in the job nothing is fetched and nothing is reduced.

    Videos are fetched only where the type `vpdq` is asked for, one after the other: each may weigh `videos.LONGEST`.
    """

    def __init__(self, job: Job, pool: Pool, download: Callable[[Request], Awaitable[Response]]) -> None:
        self._job, self._pool, self._download = job, pool, download
        self._done: dict[str, asyncio.Future[Media]] = {}
        self._videos, self._one_video = videos.Allowance(job.bytes), asyncio.Semaphore(1)

    async def take(self, media: Media, data: bytes) -> None:
        """Reduce a medium whose bytes came already; `reduce` of the same address then gives it without a request."""
        if self._job.signals and not self._unread(media):
            done = asyncio.get_running_loop().create_future()
            done.set_result(await self._made_of(media, data))
            self._done[address.canonical(media.url)] = done

    async def reduce(self, media: Media, place: int) -> Media:
        """The medium with its signals, or with the code of why it has none; `place` is its number on the page."""
        if not self._job.signals or media.url.startswith("data:"):
            return media
        key = address.canonical(media.url)
        if key not in self._done:
            if refused := self._unread(media) or ("too_many" if place >= MAX_MEDIA else None):
                return replace(media, refused=refused)
            self._done[key] = asyncio.get_running_loop().create_future()
            self._done[key].set_result(await (self._film if videos.is_moving(media) else self._picture)(media))
        done = await asyncio.shield(self._done[key])
        return replace(done, url=media.url, alt=media.alt, thumb_url=media.thumb_url)

    def _unread(self, media: Media) -> str | None:
        """Why this medium is not reduced in this run, or None."""
        if videos.is_elsewhere(media) or (videos.is_moving(media) and "vpdq" not in self._job.signals):
            return "video"
        return None

    async def _picture(self, media: Media) -> Media:
        request = Request(media.url, headers={"Accept": "image/*,*/*;q=0.5"}, dont_filter=True, priority=5)
        came = await self._fetched(media, request)
        return came if isinstance(came, Media) else await self._made_of(_named(media, came), came.body)

    async def _film(self, media: Media) -> Media:
        async with self._one_video:
            if not self._videos.admits():
                return replace(media, refused="too_many_videos")
            came = await self._fetched(media, videos.request(media.url, self._job.seconds))
            if isinstance(came, Media):
                return came
            self._videos.bytes += len(came.body)
            made = await self._made_of(_named(media, came), came.body)
            return made if videos.is_whole(came) else _without_hashes_of_bytes(made)

    async def _fetched(self, media: Media, request: Request) -> Response | Media:
        """The answer, or the medium with the code of why there is none."""
        if guard.url_refusal(media.url, self._job.allow):
            return replace(media, refused="refused")
        try:
            response: Response = await self._download(request)
        except Exception as error:  # noqa: BLE001 - whatever the network does, the page is still a sighting
            return replace(media, refused=class_of(error)[1])
        if error_class := of_status(response.status, heads.mime(response)):
            return replace(media, refused=error_class)
        return response

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


def _named(media: Media, response: Response) -> Media:
    return replace(media, mime=heads.mime(response) or None)


def _without_hashes_of_bytes(media: Media) -> Media:
    """What is known of the beginning of a file: not the hashes of its bytes."""
    kept = tuple(signal for signal in media.signals if signal.type not in _OF_BYTES)
    return replace(media, sha256=None, md5=None, signals=kept)
