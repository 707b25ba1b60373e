"""The guard inside Scrapy: every connection's literal address, every request's address, every answer's packing."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from scrapy import exceptions
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from crawler import guard
from crawler.job import Job
from crawler.trouble import CrawlerError, Refused


class Declined(IgnoreRequest):
    """A request that is not made, with its error class and a code."""

    def __init__(self, error_class: str, code: str) -> None:
        super().__init__(code)
        self.error_class = error_class
        self.code = code


def wrap(dial: Callable[..., Any], job: Job) -> Callable[..., Any]:
    """A connect function of Twisted's reactor that dials only what the guard lets through; raises `Refused`.

    The host handed to it is already the literal address being dialled, so there is no gap between check and use.
    """

    def guarded(host: str, port: int, *rest: Any, **named: Any) -> Any:
        if code := guard.refusal(host, port, job.allow):
            raise Refused(code)
        return dial(host, port, *rest, **named)

    return guarded


class Guard:
    """A Scrapy extension: puts the guard on the reactor before the first request."""

    def __init__(self, crawler: Crawler) -> None:
        job: Job = crawler.settings["VIGIE_JOB"]
        # by name, and only now: importing the reactor at the top would install the wrong one
        reactor = importlib.import_module("twisted.internet.reactor")
        for name in ("connectTCP", "connectSSL"):
            setattr(reactor, name, wrap(getattr(reactor, name), job))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        return cls(crawler)


class Rules:
    """A downloader middleware: address rules, no-fetch list and budgets, for pages, media and robots.txt alike."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._job: Job = crawler.settings["VIGIE_JOB"]
        self._deny = frozenset(self._job.deny)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Rules:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise `Declined` for what may not be asked for."""
        if code := guard.url_refusal(request.url, self._job.allow):
            raise Declined("refused", code)
        if guard.denied(request.url, self._deny, self._job.secrets.get("deny_key", "")):
            raise Declined("refused", "no_fetch_list")
        spider: Any = self._crawler.spider
        if not spider.budget.admits(page=bool(request.meta.get("vigie_page"))):
            raise Declined("quota", "budget")


class OnePacking:
    """A downloader middleware, before decompression: an answer packed more than once is a bomb, not a page."""

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        packings = b",".join(response.headers.getlist("Content-Encoding"))
        if b"," in packings:
            raise Declined("refused", "encoding")
        return response


def class_of(error: BaseException | None) -> tuple[str, str]:
    """The error class of a failed request, and a code for it."""
    if isinstance(error, (Declined, CrawlerError)):
        return error.error_class, error.code or error.error_class
    if isinstance(error, exceptions.DownloadCancelledError):
        return "refused", "too_large"
    if isinstance(error, IgnoreRequest):
        return "refused", "too_large" if "MAXSIZE" in str(error) else "redirects"
    if isinstance(error, (exceptions.UnsupportedURLSchemeError, exceptions.NotSupported)):
        return "refused", "scheme"
    if isinstance(error, ValueError):  # an answer that cannot be followed: a malformed Location
        return "shape", "shape"
    return "transient", "transient"
