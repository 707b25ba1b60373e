"""The acts of the story: look, judge, seal, write, approve, send, and what the others answer while time passes."""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from demo import pictures, records, story
from demo.people import ASSOCIATION
from fingerprints.reduce import reduce
from monitor import judgement, scan, store, watch
from monitor.document import WatchDocument
from monitor.store import HitView
from monitor.tables import WatchSource
from takedown import listing, notices, replies, review, sender_proof
from takedown.drafting import Office
from takedown.listing import TrackView
from takedown.render import pdf
from vigie.clock import since_start
from vigie.story.stage import SENDER, Stage
from vigie.workers import make_scanner

Tell = Callable[[str], None]
DAY = dt.timedelta(days=1)
FACTS = {
    "doxxing": {
        "data": "une adresse postale et un numéro de téléphone",
        "risk": "Le message invite ses lecteurs à se rendre à cette adresse.",
        "host_network": "feed.exemple.invalid, adresse IP 192.0.2.17",
        "host_record": "registre inventé pour la démonstration",
    },
    "impersonation": {
        "used": "un nom et une ville",
        "effect": "Plusieurs personnes ont répondu à ce compte en croyant s'adresser à la personne concernée.",
    },
}


@dataclass
class Findings:
    """What the looking gave, held against what the invented web says is there."""

    expected: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    hits: list[HitView] = field(default_factory=list)
    bands: Counter[str] = field(default_factory=Counter)


def watch_for_her(stage: Stage) -> str:
    """Register names and the fingerprint of her picture; the agent attests, the lead reviews and activates."""
    buffer = io.BytesIO()
    pictures.watched().save(buffer, "PNG")
    signals = reduce(buffer.getvalue(), ("pdq", "sha256")).signals
    document = WatchDocument.model_validate(
        {
            "case": stage.case.id,
            "terms": [
                {"kind": term.kind, "value": term.value, "context": term.context, "exclude": term.exclude}
                for term in story.WATCH_TERMS
            ],
            "fingerprints": [{"id": "photo", "age_on_image": "adult", **signal.to_json()} for signal in signals],
            "sources": [f"demo_{site}" for site in stage.web.sites],
        }
    )
    with stage.session() as session:
        added = watch.add(session, stage.now, case_id=stage.case.id, document=document, actor=stage.people.agent)
        for act, who in (("attest", "agent"), ("review", "lead"), ("activate", "lead")):
            watch.move(session, stage.now, added.watch_id, act, actor=getattr(stage.people, who))
    return added.watch_id


class Ticker:
    """Hears what runs report: when the first hit was stored, and on a terminal how many pages a source gave so far."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._pages: Counter[str] = Counter()
        self.first_hit: float | None = None

    def __call__(self, source: str, message: dict[str, Any]) -> None:
        if message["type"] == "hits" and self.first_hit is None:
            self.first_hit = round(since_start(), 2)
            self._tell(f"  The first hit, {self.first_hit} seconds after the start: {source}")
        self._pages[source] += message["type"] == "sighting"
        if sys.stderr.isatty():
            end = "\r\033[K" if message["type"] == "done" else ""
            print(f"\r  {source:<14} {self._pages[source]:>3} pages …{end}", end="", file=sys.stderr, flush=True)


def look(stage: Stage, tell: Tell, ticker: Ticker) -> dict[str, dict[str, Any]]:
    """Run every source once, and say as it goes what each gives."""
    scanner = replace(make_scanner(stage.wiring), report=ticker)
    results: dict[str, dict[str, Any]] = {}
    with stage.session() as session:
        named = {pair: session.get_one(WatchSource, pair).source for pair in stage.workshop.due("scan")}
    for pair, source in sorted(named.items(), key=lambda one: one[1] != "demo_feed"):  # the quickest place comes first
        tally = scan.run(scanner, pair, "demo")
        if tally is None:
            continue
        results[source] = {
            "status": tally.status,
            "pages": tally.pages,
            "hits": tally.matches,
            "errors": dict(tally.errors),
        }
        errors = ", ".join(f"{count} {name}" for name, count in tally.errors.items())
        tell(f"  {source:<14} {tally.status:<8} {tally.pages:>3} pages  {tally.matches:>2} new hits  {errors}")
    return results


def compare(stage: Stage) -> Findings:
    """Hold the hits against what is expected: what is missing, and what nobody expected (a false alarm)."""
    findings = Findings()
    with stage.session() as session:
        findings.hits = store.hits(session, stage.case.id)
    wanted = {_place(stage, one): one for one in story.EXPECTED if one.band != "rejected"}
    seen = set()
    for hit in findings.hits:
        key = (hit.address, hit.kind, _term(hit))
        seen.add(key)
        findings.bands[hit.band] += 1
        one = wanted.get(key)
        if one is None or (hit.band == "automatic" and one.is_her is False):
            findings.false_alarms.append(f"{hit.kind} {hit.band} {hit.address}")
    findings.expected, findings.found = len(wanted), len(seen & set(wanted))
    findings.missed = [f"{kind} {address}" for address, kind, term in wanted if (address, kind, term) not in seen]
    return findings


def judge(stage: Stage, findings: Findings) -> Counter[str]:
    """The agent says of each hit what the story knows: me, not me, or not sure."""
    known = {_place(stage, one): one for one in story.EXPECTED}
    said: Counter[str] = Counter()
    for hit in findings.hits:
        one = known.get((hit.address, hit.kind, _term(hit)))
        is_her = one.is_her if one else None
        verdict = "unsure" if is_her is None else "me" if is_her else "not_me"
        with stage.session() as session:
            judgement.judge(
                session,
                stage.now,
                hit.id,
                verdict=verdict,
                actor=stage.people.agent,
                harm=one.harm if one and verdict == "me" else None,
                age_on_image="adult" if hit.kind == "image" or (one and one.harm == "intimate_image") else "none",
            )
        said[verdict] += 1
    return said


def seal(stage: Stage) -> Counter[str]:
    """Open a content for each confirmed hit and seal an exhibit of it, before any letter."""
    return stage.workshop.once("intake", "capture")


def sign_off(stage: Stage) -> int:
    """The invented lawyer signs every French letter that this story's harms may need; gives how many."""
    harms = {target.harm for target in story.TARGETS.values()}
    book = stage.wiring.letterbook
    grounds = [one for one in stage.wiring.catalogue.grounds.values() if harms & set(one.harms)]
    with stage.session() as session:
        wanted = [
            page for page in review.pages(session, book, grounds)
            if page.lang == "fr" and harms & set(book.get(page.letter, "fr").header.harms)
        ]  # fmt: skip
        for page in wanted:
            review.sign(session, stage.now, page, account=stage.people.lawyer)
    return len(wanted)


def write(stage: Stage, target: str, letter: str | None = None) -> str:
    """The agent drafts one letter for a target and vouches for it, the lead approves it; gives the notice's id."""
    goal = story.TARGETS[target]
    tracks = tracks_of(stage, target)
    with stage.session() as session:
        notice = notices.draft(
            session,
            stage.now,
            track_ids=[track.id for track in tracks],
            actor=stage.people.agent,
            letter=letter,
            catalogue=stage.wiring.catalogue,
            letterbook=stage.wiring.letterbook,
            signer="association",
            office=_office(),
            facts=FACTS.get(goal.harm),
            specimen=True,
        )
        seen = notices.preview(session, notice, letterbook=stage.wiring.letterbook, catalogue=stage.wiring.catalogue)
        vouched = frozenset(name for name, status in seen.checklist.items() if status == "to_confirm")
        notices.mark_ready(
            session,
            stage.now,
            notice,
            actor=stage.people.agent,
            letterbook=stage.wiring.letterbook,
            catalogue=stage.wiring.catalogue,
            confirmed=vouched,
        )
    with stage.session() as session:
        notices.approve(
            session,
            stage.now,
            notice,
            actor=stage.people.lead,
            settings=stage.wiring.settings,
            catalogue=stage.wiring.catalogue,
            letterbook=stage.wiring.letterbook,
        )
    _print(stage, notice)
    return notice


def send(stage: Stage) -> int:
    """Let what was approved leave; gives how many messages the mailbox has got so far."""
    stage.workshop.once("dispatch")
    return len(stage.mailbox.messages)


def pass_days(stage: Stage, days: float) -> None:
    """Move the clock in steps of at most a day, and do each day what has become due."""
    left = dt.timedelta(days=days)
    while left > dt.timedelta(0):
        step = min(left, DAY)
        stage.clock.forward(step)
        left -= step
        stage.workshop.once("intake", "capture", "dispatch", "follow")


def happens(stage: Stage, turn: story.Turn, letters: dict[str, str]) -> None:
    """Something that others do: on their site, or by a mail that our side takes in."""
    goal = story.TARGETS[turn.target]
    urls = [stage.web.url(goal.site, target) for target in goal.targets]
    if turn.action == "delete":
        for url in urls:
            stage.web.delete(url)
    elif turn.action == "restore":
        for url in urls:
            stage.web.restore(url)
    elif turn.action != "silence":
        _answer(stage, turn, goal.site, letters)


def tracks_of(stage: Stage, target: str) -> list[TrackView]:
    """The tracks of a target's pages."""
    goal = story.TARGETS[target]
    urls = {stage.web.url(goal.site, page) for page in goal.targets}
    with stage.session() as session:
        return [track for track in listing.tracks(session, stage.case.id) if track.address in urls]


def _answer(stage: Stage, turn: story.Turn, site: str, letters: dict[str, str]) -> None:
    kinds = {"acknowledge": "acknowledgement", "removed": "removed", "refuse": "refusal"}
    asked = next(_sent(stage, letters[turn.target]))
    raw = stage.mailbox.reply(kinds[turn.action], asked, records.address(site))
    proved = sender_proof.Trusted(dmarc=True, domain=records.address(site).rpartition("@")[2])
    with stage.session() as session:
        replies.take_in(session, stage.now, raw, catalogue=stage.wiring.catalogue, trusted=proved)


def _sent(stage: Stage, notice: str) -> Iterator[bytes]:
    """The messages of a notice, as the mailbox got them."""
    with stage.session() as session:
        [line] = [line for line in notices.list_notices(session, stage.case.id) if line.id == notice]
    return (mail.data for mail in stage.mailbox.messages if line.reference.encode() in mail.data)


def _place(stage: Stage, one: story.Expected) -> tuple[str, str, str]:
    return stage.web.url(one.site, one.target), one.kind, one.term


def _term(hit: HitView) -> str:
    """Which of the story's terms a hit is of: its picture, or the kind of the watched term."""
    return "picture" if hit.kind == "image" else hit.term_kind


def _office() -> Office:
    return Office(ASSOCIATION, SENDER, "Aubeville")


def _print(stage: Stage, notice: str) -> None:
    """The letter as a PDF in the story's folder, for whoever wants to read it."""
    folder = stage.folder / "letters"
    folder.mkdir(exist_ok=True)
    with stage.session() as session:
        seen = notices.preview(session, notice, letterbook=stage.wiring.letterbook, catalogue=stage.wiring.catalogue)
    (folder / f"{seen.reference}.pdf").write_bytes(pdf.render(seen.letter, pdf.Layout.load(None)))
