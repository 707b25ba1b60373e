"""The one spider: does what a source's kind decides, and turns every page and every failure into a message."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import address, answer, charset, cutting, guard, heads
from crawler import page as pages
from crawler.budget import Budget
from crawler.guarding import class_of
from crawler.job import Job, Query
from crawler.media import Pool
from crawler.page import Page
from crawler.pictures import Pictures
from crawler.sighting import Field, Media, Sighting
from crawler.steps import Ask, Cursor, Gap, Open, Reader, Reply, Searched, Seen, Step, Trouble
from crawler.trouble import CrawlerError, Refused

_FAULT: Final = "This kind of source met something it does not know, and part of the run was lost: report it."
_log = logging.getLogger("vigie.crawler")
_SAYS: Final = {
    "auth": "The page asks to sign in: look at it yourself if you may.",
    "blocked": "The site refused us or put a check in the way: look at the page yourself, or ask the site for access.",
    "quota": "The source's own limit is reached: wait, or ask it less often.",
    "bad_query": "The site did not understand the request: check the source's settings.",
    "gone": "The page is no longer there.",
    "transient": "The site did not answer in time or failed: it is asked again at the next run.",
    "shape": "The address gave nothing, or something else than a page: check the source.",
    "robots": "The site's robots.txt forbids this page to programs: look at it yourself if you need it.",
    "refused": "Our own rules refuse this address or answer: do not open it by hand.",
}


@dataclass(frozen=True)
class Outlet:
    """Where messages go, and the clock (UTC) that dates what is seen."""

    emit: Callable[[dict[str, Any]], None]
    clock: Callable[[], dt.datetime]


class Looking(Spider):
    """One run of one source."""

    name = "looking"

    def __init__(self, job: Job, reader: Reader, queries: Sequence[Query], outlet: Outlet, pool: Pool) -> None:
        super().__init__()
        self.job, self.reader, self.queries, self.outlet, self.pool = job, reader, queries, outlet, pool
        self.budget = Budget(job.pages, job.bytes)
        self._met: set[str] = set()
        self.pictures = Pictures(job, pool, lambda request: self.crawler.engine.download_async(request))
        self.ended = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *given: Any, **named: Any) -> Looking:
        spider: Looking = super().from_crawler(crawler, *given, **named)
        crawler.signals.connect(spider.count, signal=signals.bytes_received)
        crawler.signals.connect(spider.broken, signal=signals.spider_error)
        return spider

    def count(self, data: bytes) -> None:
        """Every byte of every answer counts, whatever becomes of it."""
        self.budget.bytes += len(data)

    def broken(self) -> None:
        """A fault of ours, which Scrapy would only log."""
        self._error("shape", _FAULT, None)

    async def start(self) -> AsyncIterator[Request]:
        """The first requests of the kind."""
        async for request in self._do(lambda: self.reader.start(self.queries)):
            yield request

    async def answered(self, response: Response, ask: Ask) -> AsyncIterator[Request]:
        """The source answered."""
        reply = Reply(response.url, response.status, heads.mime(response), response.body, heads.headers(response))
        async for request in self._do(lambda: self.reader.answer(ask, reply), self._wait(response)):
            yield request

    async def opened(self, response: Response, opening: Open) -> AsyncIterator[Request]:
        """A page came: it is a sighting, or the reason why it is none."""
        page = await self._page(response, opening)
        if page is None:
            return
        if not self.reader.unchanged(page):
            await self._tell(_sighting(self, response, opening, page))
        if self.budget.pages % 20 == 0:
            self.outlet.emit({"type": "progress", "pages": self.budget.pages, "bytes": self.budget.bytes})
        async for request in self._do(lambda: self.reader.opened(opening, page)):
            yield request

    def failed(self, failure: Failure) -> None:
        """No answer, or one that our rules refuse."""
        error_class, code = class_of(failure.value)
        if code == "budget":
            return  # counted, and said once at the end
        query_id = failure.request.cb_kwargs.get("opening", failure.request.cb_kwargs.get("ask")).query_id  # type: ignore[attr-defined]
        self._error(error_class, _SAYS[error_class], query_id)

    def closed(self, reason: str) -> None:
        """The last words: what the kind remembers, and what was left out."""
        self.pool.close()
        if self.budget.left_out or reason != "finished":
            left = f"{self.budget.left_out} pages" if self.budget.left_out else "the rest"
            self._error("quota", f"The limits of this run were reached ({left} left out): the next run goes on.", None)
        try:
            for step in self.reader.finish():
                self._say(step)
        except Exception:  # noqa: BLE001 - a kind that breaks here has lost what it remembers: say so
            self._fault()
        self.ended = True

    async def _do(self, steps: Callable[[], Iterable[Step]], wait: int | None = None) -> AsyncIterator[Request]:
        try:
            for step in steps():
                if isinstance(step, Seen):
                    await self._tell(_seen(self, step))
                elif isinstance(step, Trouble):
                    self._say(replace(step, retry_after=wait))
                elif request := self._request(step):
                    yield request
        except CrawlerError as error:
            self._error(error.error_class, str(error), None)
        except Exception:  # noqa: BLE001 - whatever a kind does on a strange answer is heard of
            self._fault()

    def _fault(self) -> None:
        _log.warning("A kind of source raised.", exc_info=True)
        self.broken()

    def _request(self, step: Step) -> Request | None:
        if isinstance(step, Ask):
            return self._asking(step)
        if isinstance(step, Open):
            return self._opening(step)
        self._say(step)
        return None

    def _asking(self, ask: Ask) -> Request | None:
        return self._made(
            ask.url,
            ask.query_id,
            callback=self.answered,
            cb_kwargs={"ask": ask},
            method=ask.method,
            headers=dict(ask.headers),
            body=ask.body,
            priority=10,
            meta={"vigie_page": True, "dont_obey_robotstxt": not ask.robots, "handle_httpstatus_all": True},
        )

    def _opening(self, step: Open) -> Request | None:
        key = address.canonical(step.url)
        if key in self._met:
            return None
        self._met.add(key)
        return self._made(
            step.url,
            step.query_id,
            callback=self.opened,
            cb_kwargs={"opening": step},
            priority=step.rank,
            meta={"vigie_page": True},
        )

    def _made(self, url: str, query_id: str | None, **rest: Any) -> Request | None:
        if guard.url_refusal(url, self.job.allow):
            self._error("refused", _SAYS["refused"], query_id)
            return None
        return Request(url, errback=self.failed, dont_filter=True, **rest)

    async def _page(self, response: Response, opening: Open) -> Page | None:
        came = answer.of(response.url, response.status, heads.headers(response), response.body)
        if came.medium:
            return await self._picture(response, came.medium)
        page = None if came.error_class else _read(response)
        error_class = came.error_class or (_wall(page) if page else "refused")
        if error_class is None:
            return page
        if not (opening.quiet and came.ordinary):
            said = _SAYS[error_class]
            self._error(error_class, said, opening.query_id, response.status, self._wait(response))
        return None

    async def _picture(self, response: Response, mime: str) -> Page:
        """A picture or video, whatever it calls itself: its bytes are reduced here and never read as text."""
        media = Media(response.url, mime=mime)
        await self.pictures.take(media, response.body)
        return Page(response.url, (Field("url", response.url),), media=(media,))

    def _wait(self, response: Response) -> int | None:
        return answer.retry_after(heads.header(response, "Retry-After"), self.outlet.clock())

    async def _tell(self, sighting: Sighting) -> None:
        sighting = replace(sighting, fields=tuple(map(_without_media, sighting.fields)))
        media = await asyncio.gather(*(self.pictures.reduce(each, place) for place, each in enumerate(sighting.media)))
        self.outlet.emit({"type": "sighting", **replace(sighting, media=tuple(media)).to_json()})

    def _say(self, step: Step) -> None:
        if isinstance(step, Searched):
            said = {"query_id": step.query_id, "count": step.count, "proof": dict(step.proof)}
            self.outlet.emit({"type": "searched", **said})
        elif isinstance(step, Trouble):
            self._error(step.error_class, step.message, step.query_id, step.status, step.retry_after)
        elif isinstance(step, Cursor):
            self.outlet.emit({"type": "cursor", "value": step.value})
        elif isinstance(step, Gap):
            self.outlet.emit({"type": "gap", "from": step.since, "to": step.until})

    def _error(
        self,
        error_class: str,
        message: str,
        query_id: str | None,
        status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        said = {"class": error_class, "status": status, "message": message, "query_id": query_id}
        asked = {} if retry_after is None else {"retry_after": retry_after}
        self.outlet.emit({"type": "error", **said, **asked})


def _read(response: Response) -> Page | None:
    """The page without the media written into it; None when it holds too many of them to be one."""
    declared = heads.charset(response)
    try:
        body, _ = cutting.cut_media(response.body, charset.decode(response.body, declared)[1])
    except Refused:
        return None
    return pages.read(body, response.url, heads.mime(response), declared)


def _without_media(field: Field) -> Field:
    """A field as it may leave here: what a kind read by itself, from JSON or a feed, can hold a medium too."""
    try:
        text, cuts = cutting.cut_text(field.text)
    except Refused:
        return Field(field.name, "")
    return Field(field.name, text) if cuts else field


def _sighting(spider: Looking, response: Response, opening: Open, page: Page) -> Sighting:
    return Sighting(
        source=spider.job.source,
        url=opening.url,
        final_url=response.url,
        status=response.status,
        fields=_joined(page.fields, opening.fields),
        fetched_at=spider.outlet.clock(),
        native_id=opening.native_id,
        author=page.author or opening.author,
        published_at=page.published_at or opening.published_at,
        lang=page.lang,
        query_id=opening.query_id,
        via=opening.via,
        media=tuple({media.url: media for media in (*page.media, *opening.media)}.values()),
    )


def _seen(spider: Looking, step: Seen) -> Sighting:
    return Sighting(
        source=spider.job.source,
        url=step.url,
        final_url=step.url,
        status=200,
        fields=step.fields,
        fetched_at=spider.outlet.clock(),
        native_id=step.native_id,
        author=step.author,
        published_at=step.published_at,
        query_id=step.query_id,
        via=step.via,
        media=step.media,
    )


def _joined(page: Sequence[Field], told: Sequence[Field]) -> tuple[Field, ...]:
    texts = {field.name: field.text for field in page}
    for field in told:
        if field.text not in texts.get(field.name, ""):
            texts[field.name] = f"{texts[field.name]}\n{field.text}" if field.name in texts else field.text
    return tuple(Field(name, text) for name, text in texts.items())


def _wall(page: Page) -> str | None:
    if page.login_wall:
        return "auth"
    return "blocked" if page.challenge or page.consent_wall else None
