"""The real settings object of Scrapy, line by line: what ships unsafe is safe here (facts/trust.md finding 1)."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.settings import Settings, default_settings
from scrapy.utils.conf import build_component_list

from crawler import settings
from crawler.job import Job

MIB = 1024 * 1024
TABLE: dict[str, Any] = {
    "DOWNLOAD_MAXSIZE": 8 * MIB,
    "DOWNLOAD_WARNSIZE": MIB,
    "DOWNLOAD_TIMEOUT": 20,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "ROBOTSTXT_OBEY": True,
    "DEPTH_LIMIT": 3,
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 1,
    "URLLENGTH_LIMIT": 2083,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "REFERER_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": True,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "DOWNLOAD_DELAY": 1.0,
    "CLOSESPIDER_TIMEOUT": 84.0,
    "MEMUSAGE_LIMIT_MB": 1024,
    "LOG_ENABLED": False,
    "LOG_STDOUT": False,
    "LOG_FILE": None,
    "JOBDIR": None,
    "STATS_DUMP": False,
    "HTTPERROR_ALLOW_ALL": True,
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
}
REAL = Settings(settings.of(Job("essai", "site")))


@pytest.mark.parametrize(("name", "value"), TABLE.items(), ids=TABLE)
def test_a_setting_of_the_real_object_is_what_the_table_says(name: str, value: Any) -> None:
    assert REAL.get(name) == value


def test_every_name_we_set_exists_in_scrapy() -> None:
    known = set(dir(default_settings))
    assert set(settings.SAFE) - known == set()


def test_only_http_and_https_are_spoken() -> None:
    handlers = REAL.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_our_guard_comes_before_robots_and_scrapys_robots_is_gone() -> None:
    order = [str(each) for each in build_component_list(REAL.getwithbase("DOWNLOADER_MIDDLEWARES"))]
    assert order.index("crawler.guarding.Rules") < order.index("crawler.robots.Robots")
    assert not any("RobotsTxtMiddleware" in each for each in order)
    # answers pass the list backwards: the packing is looked at before anything is unpacked
    assert order.index("crawler.guarding.OnePacking") > next(
        n for n, each in enumerate(order) if "HttpCompression" in each
    )
    assert "crawler.guarding.Guard" in REAL.getwithbase("EXTENSIONS")


def test_a_browser_is_never_imitated() -> None:
    assert REAL.get("USER_AGENT").startswith("Vigie/")
    named = Settings(settings.of(Job("essai", "site", {"contact": "https://vigie.example/contact"})))
    assert named.get("USER_AGENT").endswith("(+https://vigie.example/contact)")


@pytest.mark.parametrize(
    ("allow", "asked", "delay"),
    [
        ((), 0, 0.5),
        ((), 5, 5),
        (("127.0.0.1:8081",), 0, 0),
        (("127.0.0.1:8081", "10.0.0.1:80"), 0, 0.5),
        (("[::1]:8081",), 0, 0),
    ],
)
def test_no_delay_is_for_loopback_only(allow: tuple[str, ...], asked: float, delay: float) -> None:
    real = Settings(settings.of(Job("essai", "site", {"delay_seconds": asked}, allow=allow)))
    assert real.getfloat("DOWNLOAD_DELAY") == delay
    assert real.getfloat("AUTOTHROTTLE_START_DELAY") == delay
