"""Starts the invented web on loopback, and plays its owners: they delete pages, restore them, ask to sign in."""

from __future__ import annotations

import functools
import ipaddress
import socket
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from demo.feed import Feed
from demo.forum import Forum
from demo.gallery import Gallery
from demo.plain import KEPT_OUT, Failing, Host, Plain, Report
from demo.search import Listed, Search
from demo.site import Pages, Site, target_of

SLOW_SECONDS: Final = 1.5


class Web:
    """The running sites by name: search, forum, gallery, feed, slow, failing, robots, host. `stop` ends them all."""

    def __init__(self, host: str, formats: tuple[str, ...], slow_seconds: float) -> None:
        self._host = Host()
        self._running: dict[str, Site] = {}
        contents: dict[str, Pages] = {
            "search": Search(self._listed, formats),
            "forum": Forum(),
            "gallery": Gallery(),
            "feed": Feed(),
            "slow": Plain("slow", "Les lenteurs du bourg"),
            "failing": Failing(),
            "robots": Plain("robots", "Le bocage réservé", forbidden="/reserve/"),
            "host": self._host,
        }
        serve = {
            "slow": functools.partial(Site, delay=slow_seconds),
            "robots": functools.partial(Site, robots=KEPT_OUT),
        }
        for place, (name, pages) in enumerate(contents.items()):
            self._running[name] = serve.get(name, Site)(name, _own_address(host, place), pages)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def sites(self) -> dict[str, str]:
        """Name -> address, without a final slash."""
        return {name: site.base for name, site in self._running.items()}

    @property
    def search_url(self) -> str:
        """Where the search engine takes queries."""
        return f"{self.sites['search']}/search"

    @property
    def allow(self) -> tuple[str, ...]:
        """The "host:port" pairs that the crawler's guard must let through."""
        return tuple(urlsplit(base).netloc for base in self.sites.values())

    @property
    def requests(self) -> Mapping[str, int]:
        """How often each site was asked, robots.txt included."""
        return {name: site.requests for name, site in self._running.items()}

    @property
    def reports(self) -> tuple[Report, ...]:
        """What the host's form took, the oldest first."""
        return tuple(self._host.reports)

    def url(self, site: str, target: str) -> str:
        """The address of a page of a site."""
        return self.sites[site] + target

    def delete(self, url: str) -> None:
        """The page and what lies below it answer 404, and no list shows it any more."""
        self._site_of(url).board.delete(target_of(url))

    def login_wall(self, url: str) -> None:
        """The page asks to sign in."""
        self._site_of(url).board.wall(target_of(url))

    def restore(self, url: str) -> None:
        """The page is back, and says so."""
        self._site_of(url).board.restore(target_of(url))

    def stop(self) -> None:
        """End all sites; their addresses answer no more."""
        for site in self._running.values():
            site.stop()

    def _site_of(self, url: str) -> Site:
        place = urlsplit(url).netloc
        for site in self._running.values():
            if urlsplit(site.base).netloc == place:
                return site
        raise KeyError("This address is on none of the invented sites: take one that begins like those of Web.sites.")

    def _listed(self) -> Iterator[Listed]:
        for site in self._running.values():
            yield from (Listed(site.base, page) for page in site.pages.documents() if not site.board.gone(page.target))


def start(
    host: str = "127.0.0.1", *, formats: tuple[str, ...] = ("html", "json"), slow_seconds: float = SLOW_SECONDS
) -> Web:
    """Start all sites, each on a free port; `formats` are those the search engine allows.

    Each site also has a loopback address of its own (127.0.0.1, 127.0.0.2, ...), because platforms are told apart by
    host and not by port. Where the machine knows only `host`, all sites share it.
    """
    return Web(host, formats, slow_seconds)


def _own_address(host: str, place: int) -> str:
    own = str(ipaddress.ip_address(host) + place)
    with socket.socket() as probe:
        try:
            probe.bind((own, 0))
        except OSError:
            return host
    return own
