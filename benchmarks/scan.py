"""The whole scan of a page beside a bare Scrapy spider on the same pages, in one run: processor time of all processes.

Ours: the child process fetches and parses each page, the parent matches it against 1,000 watched persons and stores
what it finds. The peer: Scrapy with its own defaults but for the rate, parsel for the title, the links, the images and
all text. Both read the same pages of one web server on loopback, in turns; robots.txt and the cursor are ours alone.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import evidence.tables  # noqa: F401 - with the others, the tables of every room
import takedown.tables  # noqa: F401
from benchmarks.timing import Ratio
from cases import case, people
from config.records import Source
from crawler import child
from monitor import document, scan, watch
from monitor.scan import Scanner
from monitor.tables import Run, StoredMatch, StoredSighting, WatchSource
from storage import migrate
from storage.database import open_engine, session_factory, transaction
from storage.vault import Vault, prepare_instance

PAGES = 300
PERSONS = 1_000
ROUNDS = 3
BOUND = 3.5
FIRST_HIT = 5.0  # seconds from `vigie demo` to its first hit
WORDS = (
    "place", "rue", "marché", "soir", "voisin", "maison", "jardin", "fenêtre", "travail", "route", "village", "école",
    "musique", "train", "lettre", "lumière", "hiver", "pluie", "table", "matin", "ombre", "ville", "porte", "livre",
)  # fmt: skip
SPIDER = """
import sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    seen = 0

    async def start(self):
        yield scrapy.Request(sys.argv[1])

    def parse(self, response):
        Bare.seen += 1
        yield {
            "title": response.css("title::text").get(),
            "text": " ".join(response.css("body ::text").getall()),
            "images": response.css("img::attr(src)").getall(),
        }
        for link in response.css("a::attr(href)").getall():
            yield response.follow(link)

process = AsyncCrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0,
                               "REMOTE_CONTROL_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 8})
process.crawl(Bare)
process.start()
print(Bare.seen)
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The pages on loopback, by a process whose time is nobody's."""
    code = "import sys; from benchmarks.scan import serve; serve(sys.argv[1])"
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


def serve(folder: str) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    print(server.server_address[1], flush=True)
    server.serve_forever()


def write_pages(folder: Path, names: list[str], count: int) -> None:
    """Pages of 18 KB of words with links; every twentieth names a watched person."""
    chosen = random.Random(7)
    for number in range(count):
        paragraphs = [" ".join(chosen.choices(WORDS, k=90)) for _ in range(30)]
        if number % 20 == 0:
            paragraphs[15] += f" Hier {names[number % len(names)]} était là."
        body = "".join(f"<p>{one}.</p>" for one in paragraphs)
        page = (
            f'<html lang="fr"><head><meta charset="utf-8"><title>Page {number}</title></head>'
            f"<body><h1>Page {number}</h1>{body}</body></html>"
        )
        (folder / f"page-{number}.html").write_text(page, encoding="utf-8")
    links = "".join(f'<a href="/page-{number}.html">{number}</a> ' for number in range(count))
    (folder / "index.html").write_text(f"<html><head><title>Liste</title></head><body>{links}</body></html>", "utf-8")


@dataclass
class Ours:
    """An instance in memory's folder with 1,000 watched persons, and one source: the site."""

    scanner: Any
    pair: str
    factory: Any

    def run(self) -> int:

        with transaction(self.factory) as session:
            for table in (StoredMatch, StoredSighting):
                session.query(table).delete()
            row = session.get_one(WatchSource, self.pair)
            row.due_at, row.cursor_sealed, row.lease_until = self.scanner.clock(), None, None
        tally = scan.run(self.scanner, self.pair, "bench")
        assert tally is not None
        assert tally.status == "done", tally
        with transaction(self.factory) as session:
            assert session.query(Run).count()
            assert session.query(StoredMatch).count() >= PAGES // 20
        return int(tally.pages)


def instance(folder: Path, url: str, names: list[str]) -> Ours:

    vault = Vault(b"a key for the benchmark, of 32 bytes")
    engine = open_engine(f"sqlite:///{folder / 'bench.db'}")
    migrate.upgrade(engine, vault)
    factory = session_factory(engine, vault)
    now = dt.datetime.now(dt.UTC)
    record = Source(
        id="site", name="site", kind="site", delay_seconds=0, requests_per_day=1_000_000, interval_hours=1,
        enabled=True, queries=False, source="benchmark", checked_on=now.date(), confidence="OP",
        settings={"start_urls": [f"{url}/index.html"], "depth": 1, "pages": PAGES + 1},
    )  # fmt: skip
    with transaction(factory) as session:
        prepare_instance(session, now)
        here = people.add_organisation(session, now, kind="personal", name="personal")
        opened = case.open_case(session, now, organisation_id=here, name=names[0], lang="fr", actor="owner")
        terms = [{"kind": "name", "value": name} for name in names]
        parsed = document.parse(json.dumps({"case": opened.id, "terms": terms, "sources": ["site"]}))
        added = watch.add(session, now, case_id=opened.id, document=parsed, actor="owner")
        for act in ("attest", "review", "activate"):
            watch.move(session, now, added.watch_id, act, actor="owner", waived=True)
        pair = session.query(WatchSource.id).scalar()
    known: Any = SimpleNamespace(sources={"site": record})
    scanner = Scanner(factory, lambda: dt.datetime.now(dt.UTC), known, child.run, allow=(url.removeprefix("http://"),))
    return Ours(scanner, pair, factory)


def spent(act: Callable[[], int]) -> tuple[float, int]:
    """Processor seconds of this process and of every child that ended in it, and what the act gave."""
    before = _clock()
    result = act()
    return _clock() - before, result


def _clock() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def bare(url: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", SPIDER, f"{url}/index.html"], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def people_of(count: int) -> list[str]:
    """Invented names: given names and family names that no list of real people was read for."""
    given = [
        f"{a}{b}"
        for a in ("Cam", "Lou", "Mar", "Sol", "Ing", "Tha", "Nor", "Ely")
        for b in ("ille", "ane", "ive", "ène")
    ]
    family = [
        f"{a}{b}"
        for a in ("Marche", "Beau", "Roque", "Font", "Cler", "Ville")
        for b in ("vert", "lieu", "mont", "bois", "court", "val")
    ]
    return [f"{given[n % len(given)]} {family[n // len(given) % len(family)]}" for n in range(count)]


def ratios(pages: int = PAGES) -> Iterator[Ratio]:
    """One row: milliseconds of processor time a page, the medians of interleaved rounds."""
    names = people_of(PERSONS)
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as place:
        folder = Path(place)
        (folder / "www").mkdir()
        write_pages(folder / "www", names, pages)
        with served(folder / "www") as url:
            ours = instance(folder, url, names)
            ours.run(), bare(url)
            times: dict[str, list[float]] = {"ours": [], "bare": []}
            for _ in range(ROUNDS):
                for name, act in (("ours", ours.run), ("bare", partial(bare, url))):
                    seconds, read = spent(act)
                    assert read == pages + 1, (name, read)
                    times[name].append(seconds * 1000 / read)
    yield Ratio("scan a page: fetch, parse, 1,000 persons, store", statistics.median(times["ours"]),
                "bare Scrapy spider, same pages", statistics.median(times["bare"]), BOUND)  # fmt: skip
    yield Ratio("vigie demo: start to first hit", first_hit() * 1000, "the bound of issue 3", FIRST_HIT * 1000, 1.0)


def first_hit() -> float:
    """Seconds of wall clock from the start of `vigie demo` to its first stored hit, as it tells them itself."""
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    vigie = Path(sys.executable).with_name("vigie")
    process = subprocess.Popen([str(vigie), "demo"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env=environ)  # fmt: skip
    assert process.stdout is not None
    threading.Timer(120, process.kill).start()
    try:
        for line in process.stdout:
            if found := re.search(r"first hit, ([\d.]+) seconds", line):
                return float(found[1])
    finally:
        process.kill()
        process.wait()
    raise RuntimeError("vigie demo told no hit")


def main() -> None:
    for ratio in ratios():
        print(ratio.line(), flush=True)


if __name__ == "__main__":
    main()
