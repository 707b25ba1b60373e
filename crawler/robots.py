"""robots.txt for everything that is discovered (RFC 9309): refusals are reported, an unreachable file is a no."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlsplit

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.guarding import Declined

MAX_BYTES: Final = 500 * 1024  # of a robots.txt that are read (RFC 9309 section 2.5)


class Robots:
    """A downloader middleware in place of Scrapy's own, which takes a failing robots.txt for permission."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Future[Protego | None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise `Declined`: robots when the site says no, transient when it could not be asked."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._of(request)
        if rules is None:
            raise Declined("transient", "robots_unreachable")
        if not rules.can_fetch(request.url, self._agent):
            raise Declined("robots", "robots")

    async def _of(self, request: Request) -> Protego | None:
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.get_running_loop().create_future()
            self._rules[site].set_result(await self._read(f"{site}/robots.txt"))
        return await asyncio.shield(self._rules[site])

    async def _read(self, url: str) -> Protego | None:
        request = Request(
            url, priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK, dont_filter=True
        )
        try:
            response: Response = await self._crawler.engine.download_async(request)
            if response.status >= 500 or response.status == 429:
                return None
            text = response.body[:MAX_BYTES].decode("utf-8", errors="replace") if response.status < 400 else ""
            return Protego.parse(text)
        except Exception:  # noqa: BLE001 - any exception of the network or the parser means "could not be asked"
            return None
