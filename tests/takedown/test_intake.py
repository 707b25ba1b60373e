"""From a judgement, or an address typed by hand, to a content with its track and its exhibit: once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from cases.tables import CaseFile
from crawler.address import canonical
from crawler.sighting import Sighting
from evidence.tables import Exhibit
from monitor import judgement, store
from monitor.errors import MonitorError
from monitor.matching import Hit
from monitor.tables import Run, StoredJudgement, StoredMatch, Watch, WatchSource
from storage import ledger, nofetch
from storage.database import new_id, transaction
from takedown import content, intake
from takedown.errors import TakedownError
from takedown.store import open_content
from takedown.tables import ContentRow, TrackRow
from tests.takedown import desk as stage
from tests.takedown.desk import URL, Desk, codes


def hit(session: Session, desk: Desk, url: str = URL) -> str:
    """A page that names Camille, as the monitor keeps it; gives the match's id."""
    now = desk.clock()
    watch = Watch(id=new_id(now), case_id=desk.case_id, status="active", created_at=now)
    session.add(watch)
    session.flush()
    asked = WatchSource(id=new_id(now), case_id=desk.case_id, watch_id=watch.id, source="search", due_at=now)
    session.add(asked)
    session.flush()
    run = Run(id=new_id(now), case_id=desk.case_id, watch_source_id=asked.id, source="search", status="done",
              started_at=now)  # fmt: skip
    session.add(run)
    session.flush()
    seen = Sighting.from_json({
        "source": "search", "native_id": None, "url": url, "final_url": url, "status": 200,
        "fields": [{"name": "title", "text": "Un album"}, {"name": "text", "text": "Ici Camille Exemple, nue."}],
        "author": None, "published_at": None, "fetched_at": now.isoformat(), "lang": "fr", "query_id": None,
        "via": None, "media": [],
    })  # fmt: skip
    stored = store.store_sighting(session, now, case_id=desk.case_id, run_id=run.id, sighting=seen)
    assert stored is not None
    found = Hit(**_hit(url))
    store.store_match(session, now, case_id=desk.case_id, watch_id=watch.id, stored=stored, hit=found, sighting=seen)
    return session.scalars(select(StoredMatch.id).where(StoredMatch.sighting_id == stored.id)).one()


def _hit(url: str) -> dict[str, object]:
    detail = {"matched": "Camille Exemple", "field": "text", "start": 4, "end": 19, "reasons": []}
    known = {
        "kind": "text", "watched_id": None, "dedupe_key": f"term {url}", "band": "automatic", "score": 1.0,
        "algorithm": "names-1", "field_index": 1, "detail": detail,
    }  # fmt: skip
    return {name: known.get(name) for name in Hit.__dataclass_fields__}


def judged(session: Session, desk: Desk, match_id: str, **said: str) -> str:
    given = {"verdict": "me", "harm": "intimate_image", "age_on_image": "adult", **said}
    return judgement.judge(session, desk.clock(), match_id, actor=desk.agent, **given)


def test_a_judgement_opens_a_content_once(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        row = judged(session, desk, hit(session, desk))
        assert intake.due(session) == [row]
        content_id = intake.run(session, desk.clock(), row, catalogue=desk.catalogue)
        assert intake.due(session) == []
        assert intake.run(session, desk.clock(), row, catalogue=desk.catalogue) is None
    with transaction(desk.factory) as session:
        opened = open_content(session, session.get_one(ContentRow, content_id))
        assert (opened.url, opened.platform, opened.harm) == (canonical(URL), "images", "intimate_image")
        assert opened.marker == {"title": "Un album", "quote": "Camille Exemple"}
        track = session.query(TrackRow).one()
        assert (track.place, track.target, track.status) == ("source", "images", "open")
        assert session.query(Exhibit).one().state == "capturing"
        assert codes(session, desk.case_id) == ["content.opened", "track.opened"]
        assert ledger.verify(session, desk.case_id).intact


@pytest.mark.parametrize("said", [{"verdict": "not_me"}, {"verdict": "unsure"}, {"harm": None}])
def test_only_a_judgement_that_says_me_with_a_harm_is_claimed(desk: Desk, said: dict[str, str]) -> None:
    with transaction(desk.factory) as session:
        row = judged(session, desk, hit(session, desk), **said)
        assert intake.due(session) == []
        assert intake.run(session, desk.clock(), row, catalogue=desk.catalogue) is None
        assert session.query(ContentRow).count() == 0


def test_a_frozen_case_opens_nothing(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        judged(session, desk, hit(session, desk))
        session.execute(update(CaseFile).values(frozen=True))
        assert intake.due(session) == []


def test_an_address_known_already_is_linked_and_what_was_resolved_comes_back(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        content_id = desk.content(session)
        track = stage.track_of(session, content_id)
        track.status, track.outcome, track.confirmations, track.first_down_at = "resolved", "removed", 2, desk.clock()
        row = judged(session, desk, hit(session, desk))
        assert intake.run(session, desk.clock(), row, catalogue=desk.catalogue) == content_id
        assert (track.status, track.outcome, track.confirmations) == ("to_act", None, 0)
        assert codes(session, desk.case_id)[-2:] == ["content.seen_again", "track.reappeared"]
        assert session.query(Exhibit).count() == 2  # what is there now is proved anew
        assert session.query(ContentRow).count() == 1
        assert session.get_one(StoredJudgement, row).claimed_at == desk.clock()


@pytest.mark.parametrize("age", ["minor", "unknown"])
def test_an_image_of_a_minor_bars_its_address_for_every_case(desk: Desk, age: str) -> None:
    with transaction(desk.factory) as session:
        content_id = desk.content(session, harm="intimate_image", age_on_image=age)
        assert nofetch.hash_of(session, canonical(URL)) in nofetch.hashes(session)
        assert "content.never_fetched" in codes(session, desk.case_id)
        assert session.get_one(ContentRow, content_id).age_on_image == age


def test_a_later_doubt_about_the_age_bars_an_address_that_was_open(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        content_id = desk.content(session)
        assert nofetch.hashes(session) == []
        desk.content(session, age_on_image="unknown")
        assert session.get_one(ContentRow, content_id).age_on_image == "unknown"
        assert len(nofetch.hashes(session)) == 1
        desk.content(session, age_on_image="adult")
        assert session.get_one(ContentRow, content_id).age_on_image == "unknown"


def test_a_site_without_a_record_is_named_by_its_host(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        content_id = desk.content(session, "https://petit-forum.example/sujet/1")
        assert session.get_one(ContentRow, content_id).platform == "unlisted:petit-forum.example"
        long = desk.content(session, f"https://{'a' * 60}.example/x")
        assert len(session.get_one(ContentRow, long).platform or "") <= 64


def test_a_subdomain_belongs_to_its_platform_and_a_lookalike_does_not(desk: Desk) -> None:
    found = content.platform_of(desk.catalogue, "https://cdn.images.example/1")
    assert found is not None
    assert found.id == "images"
    assert content.platform_of(desk.catalogue, "https://notimages.example/1") is None


def test_a_locator_stands_where_there_is_no_address(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        content_id = intake.by_address(
            session, desk.clock(), case_id=desk.case_id, harm="closed_group", age_on_image="adult", actor=desk.agent,
            catalogue=desk.catalogue, locator={"account": "groupe-inventé", "message": "4471"}, platform_id="images",
        )  # fmt: skip
        row = session.get_one(ContentRow, content_id)
        assert (row.platform, row.exhibit_id) == ("images", None)
        assert open_content(session, row).locator["message"] == "4471"


def test_neither_or_both_of_address_and_locator_is_refused(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        for given in ({}, {"url": URL, "locator": {"account": "x"}}):
            with pytest.raises(TakedownError, match="either"):
                intake.by_address(
                    session, desk.clock(), case_id=desk.case_id, harm="insult", age_on_image="none",
                    actor=desk.agent, catalogue=desk.catalogue, **given,
                )  # fmt: skip
        with pytest.raises(TakedownError, match="web address"):
            desk.content(session, "javascript:alert(1)")
        with pytest.raises(TakedownError, match="how old"):
            desk.content(session, age_on_image="young")


def test_with_an_ex_partner_an_unlisted_site_is_not_visited_unasked(
    factory: sessionmaker[Session], now: dt.datetime, tmp_path: Path
) -> None:
    desk = stage.set_up(factory, now, tmp_path, ex_partner=True)
    with transaction(factory) as session:
        held = desk.content(session, "https://son-site.example/page")
        assert session.get_one(ContentRow, held).exhibit_id is None
        assert "content.capture_held" in codes(session, desk.case_id)
        with pytest.raises(TakedownError, match="court officer"):
            content.capture_anyway(session, now, held, safe=False, actor=desk.agent)
        assert content.capture_anyway(session, now, held, safe=True, actor=desk.agent) is not None
        listed = desk.content(session)
        assert session.get_one(ContentRow, listed).exhibit_id is not None


def test_nothing_of_a_content_can_be_read_in_the_database(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        desk.content(session, title="Titre inventé")
        row = session.query(ContentRow).one()
        kept = row.address_sealed + (row.marker_sealed or b"") + row.address_blind.encode()
        assert b"8841" not in kept
        assert "inventé".encode() not in kept


def test_a_judgement_that_is_taken_back_stops_everything_that_was_begun_for_it(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        match = hit(session, desk)
        content_id = intake.run(session, desk.clock(), judged(session, desk, match), catalogue=desk.catalogue)
        judgement.judge(session, desk.clock(), match, verdict="not_me", actor=desk.agent)
    with transaction(desk.factory) as session:
        [back] = intake.due(session)
        assert intake.run(session, desk.clock(), back, catalogue=desk.catalogue) == content_id
        assert {track.status for track in session.query(TrackRow)} == {"closed"}
        assert {exhibit.error_class for exhibit in session.query(Exhibit)} == {"withdrawn"}
        assert intake.due(session) == []


@pytest.mark.parametrize(("harm", "age"), [("minor_image", "adult"), ("minor_plain_image", "none")])
def test_a_minors_image_is_barred_whatever_age_was_answered(desk: Desk, harm: str, age: str) -> None:
    with transaction(desk.factory) as session:
        run_id = judged(session, desk, hit(session, desk), harm=harm, age_on_image=age)
        content_id = intake.run(session, desk.clock(), run_id, catalogue=desk.catalogue)
        assert session.get_one(ContentRow, content_id).age_on_image == "minor"


def test_an_intimate_image_without_an_answer_about_the_age_is_no_judgement(desk: Desk) -> None:
    with transaction(desk.factory) as session, pytest.raises(MonitorError, match="how old"):
        judged(session, desk, hit(session, desk), age_on_image="none")
