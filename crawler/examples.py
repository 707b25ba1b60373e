"""The examples a source's kind carries, and the small stage on which one generic test plays them all (pure)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawler import page as pages
from crawler.job import Job, Query
from crawler.steps import Ask, Kind, Open, Reader, Reply, Step


@dataclass(frozen=True)
class Example:
    """A job, its queries, the web it meets (address -> reply) and every step but Ask that must follow, in order."""

    name: str
    job: Job
    web: Mapping[str, Reply]
    expected: tuple[Step, ...]
    queries: tuple[Query, ...] = ()
    asked: tuple[Ask, ...] = field(default=())  # when given, the Asks that must have been made


def play(kind: Kind, example: Example) -> tuple[list[Step], list[Ask]]:
    """Run an example without a network; raises KeyError when the kind asks for an address the example has not."""
    reader = kind.reader(example.job)
    waiting: deque[Step] = deque(reader.start(example.queries))
    told: list[Step] = []
    asked: list[Ask] = []
    while waiting:
        step = waiting.popleft()
        if isinstance(step, Ask):
            asked.append(step)
            waiting.extend(reader.answer(step, example.web[step.url]))
            continue
        told.append(step)
        if isinstance(step, Open):
            waiting.extend(_open(reader, step, example))
    return [*told, *reader.finish()], asked


def _open(reader: Reader, opening: Open, example: Example) -> Iterable[Step]:
    reply = example.web.get(opening.url)
    if reply is None:
        return ()
    return reader.opened(opening, pages.read(reply.body, reply.url, reply.mime, reply.charset))
