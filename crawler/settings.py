"""Scrapy's settings for hostile pages: every unsafe default is overridden here, and a test compares the real object."""

from __future__ import annotations

from typing import Any, Final

from crawler import http
from crawler.job import Job

_MIB: Final = 1024 * 1024
_HANDLER: Final = "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
LEAST_DELAY: Final = 0.5  # seconds between two requests to one site on the real internet, whatever a record says

SAFE: Final[dict[str, Any]] = {
    # how much, how long, how deep
    "DOWNLOAD_MAXSIZE": 8 * _MIB,
    "DOWNLOAD_WARNSIZE": 1 * _MIB,
    "DOWNLOAD_TIMEOUT": 20,
    "DNS_TIMEOUT": 10,
    "DEPTH_LIMIT": 3,
    "REDIRECT_MAX_TIMES": 5,
    "METAREFRESH_MAXDELAY": 10,
    "URLLENGTH_LIMIT": 2083,
    "RETRY_TIMES": 1,
    "RETRY_HTTP_CODES": [500, 502, 503, 504, 408],
    "CLOSESPIDER_TIMEOUT": 84,
    "CLOSESPIDER_PAGECOUNT": 20_000,
    "MEMUSAGE_ENABLED": True,
    "MEMUSAGE_LIMIT_MB": 1024,
    "MEMUSAGE_CHECK_INTERVAL_SECONDS": 5.0,
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 32 * _MIB,
    # what may be spoken
    "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, "file": None, "ftp": None, "s3": None, "data": None},
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "COMPRESSION_ENABLED": True,
    "HTTPPROXY_ENABLED": False,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,  # every status reaches our own classes: none may end as "nothing found"
    # politeness
    "ROBOTSTXT_OBEY": True,
    "ROBOTSTXT_USER_AGENT": "Vigie",
    "USER_AGENT": http.agent(),
    "DEFAULT_REQUEST_HEADERS": http.HEADERS,
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_START_DELAY": 1.0,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "DOWNLOAD_DELAY": 1.0,
    # nothing listens, nothing is kept, nothing is said
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "FEEDS": {},
    "JOBDIR": None,
    "STATS_DUMP": False,
    "LOG_ENABLED": False,
    "LOG_STDOUT": False,
    "LOG_FILE": None,
    # ours
    "EXTENSIONS": {
        "scrapy.extensions.memusage.MemoryUsage": None,
        "crawler.memory.CurrentMemory": 0,
        "crawler.guarding.Guard": 0,
        "scrapy.extensions.logstats.LogStats": None,
    },
    "DOWNLOADER_MIDDLEWARES": {
        "crawler.guarding.Rules": 20,
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "crawler.robots.Robots": 100,
        "crawler.guarding.OnePacking": 595,
    },
}


def of(job: Job) -> dict[str, Any]:
    """The settings of one run: SAFE, with the job's limits, delay and contact."""
    delay = _delay(job)
    return SAFE | {
        "VIGIE_JOB": job,
        "USER_AGENT": http.agent(str(job.settings.get("contact", ""))),
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_START_DELAY": delay,
        # closing early enough for what is on its way to come back before the parent's deadline
        "CLOSESPIDER_TIMEOUT": job.seconds * 0.7,
        "DOWNLOAD_TIMEOUT": max(1, min(SAFE["DOWNLOAD_TIMEOUT"], job.seconds * 0.3)),
        "CLOSESPIDER_PAGECOUNT": min(SAFE["CLOSESPIDER_PAGECOUNT"], job.pages * 80 + 20),
    }


def _delay(job: Job) -> float:
    wanted = float(job.settings.get("delay_seconds", SAFE["DOWNLOAD_DELAY"]))
    local = bool(job.allow) and all(entry.startswith(("127.", "[::1]")) for entry in job.allow)
    return max(0.0, wanted) if local else max(LEAST_DELAY, wanted)
