"""Runs Scrapy once in this process, for one job."""

from __future__ import annotations

from collections.abc import Sequence

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import settings
from crawler.job import Job, Query
from crawler.looking import Looking, Outlet
from crawler.media import Pool
from crawler.steps import Reader


def crawl(job: Job, reader: Reader, queries: Sequence[Query], outlet: Outlet) -> tuple[int, int]:
    """Crawl to the end or to the limits; gives back pages and bytes; RuntimeError when it could not begin or end."""
    process = AsyncCrawlerProcess(Settings(settings.of(job) | {"LOG_INSTALL_ROOT_HANDLER": False}))
    crawler = process.create_crawler(Looking)
    process.crawl(crawler, job, reader, queries, outlet, Pool(job.signals))
    process.start()
    spider = crawler.spider
    if not isinstance(spider, Looking) or not spider.ended:
        raise RuntimeError("The crawl ended without its last words.")  # Scrapy only logs what went wrong at its start
    return spider.budget.pages, spider.budget.bytes
