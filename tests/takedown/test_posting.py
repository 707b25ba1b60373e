"""A registered letter has four dates; delisting is a track of its own, looked at by a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from storage.database import transaction
from takedown import checks, delisting, followup, posting, store
from takedown.errors import NoticeError, TakedownError
from takedown.tables import NoticeRow, TrackRow
from tests.takedown.desk import Desk, Web, book, catalogue, codes, platform, shipped, track_of

DAY = dt.date(2026, 11, 24)  # a Tuesday


@pytest.fixture
def by_post(desk: Desk) -> tuple[Desk, str]:
    """An approved letter that goes by post."""
    desk.catalogue = catalogue(platform(kind="post", address=["12 Harbour Street", "Dublin 4"]))
    with transaction(desk.factory) as session:
        notice_id, _ = desk.approved(session, prefer=("post",))
    return desk, notice_id


def put(desk: Desk, session: Session, notice_id: str, **how: object) -> None:
    given = {"actor": desk.agent, "catalogue": desk.catalogue, "number": "1A 234 567 8901 2", "on": DAY, **how}
    posting.post(session, desk.clock(), notice_id, **given)  # type: ignore[arg-type]


def test_the_four_dates_are_kept_as_they_become_known(by_post: tuple[Desk, str]) -> None:
    desk, notice_id = by_post
    with transaction(desk.factory) as session:
        put(desk, session, notice_id)
    desk.clock.forward(days=5)
    with transaction(desk.factory) as session:
        for step, on in (("presented", "2026-11-26"), ("received", "2026-11-28")):
            day = dt.date.fromisoformat(on)
            posting.follow(session, desk.clock(), notice_id, step=step, on=day, actor=desk.agent)
        assert posting.dates(session, notice_id) == {
            "posted": "2026-11-24", "presented": "2026-11-26", "received": "2026-11-28",
        }  # fmt: skip
        assert session.query(TrackRow).one().status == "waiting"
        assert [one for one in codes(session, desk.case_id) if one.startswith("post.")] == [
            "post.posted", "post.presented", "post.received",
        ]  # fmt: skip


def test_a_returned_letter_stops_its_clocks_and_asks_for_another_way(by_post: tuple[Desk, str]) -> None:
    desk, notice_id = by_post
    with transaction(desk.factory) as session:
        put(desk, session, notice_id)
        posting.follow(session, desk.clock(), notice_id, step="returned", on=DAY, actor=desk.agent)
        assert session.query(TrackRow).one().status == "to_act"
        assert codes(session, desk.case_id)[-1] == "track.returned"


def test_a_receipt_that_comes_back_gives_both_its_dates_and_a_mistyped_one_is_noted_again(
    by_post: tuple[Desk, str],
) -> None:
    desk, notice_id = by_post
    with transaction(desk.factory) as session:
        put(desk, session, notice_id)
    desk.clock.forward(days=5)
    said = (("received", "2026-11-28"), ("presented", "2026-11-27"), ("received", "2026-11-27"))
    with transaction(desk.factory) as session:
        for step, on in said:
            day = dt.date.fromisoformat(on)
            posting.follow(session, desk.clock(), notice_id, step=step, on=day, actor=desk.agent)
        with pytest.raises(NoticeError, match="contradict"):
            posting.follow(session, desk.clock(), notice_id, step="returned", on=DAY, actor=desk.agent)
        assert list(posting.dates(session, notice_id).items()) == [
            ("posted", "2026-11-24"), ("presented", "2026-11-27"), ("received", "2026-11-27"),
        ]  # fmt: skip
        assert codes(session, desk.case_id).count("post.received") == 2


def test_nothing_is_posted_before_it_was_written(by_post: tuple[Desk, str]) -> None:
    desk, notice_id = by_post
    with transaction(desk.factory) as session:
        with pytest.raises(NoticeError, match="written"):
            put(desk, session, notice_id, on=DAY - dt.timedelta(days=1))
        assert session.get_one(NoticeRow, notice_id).status == "approved"


@pytest.mark.parametrize(
    ("step", "on"), [("presented", "2026-11-23"), ("received", "2026-11-30"), ("lost", "2026-11-24")]
)
def test_dates_that_cannot_be_are_refused(by_post: tuple[Desk, str], step: str, on: str) -> None:
    desk, notice_id = by_post
    day = dt.date.fromisoformat(on)
    with transaction(desk.factory) as session:
        with pytest.raises(NoticeError):
            posting.follow(session, desk.clock(), notice_id, step="presented", on=DAY, actor=desk.agent)
        put(desk, session, notice_id)
        with pytest.raises(NoticeError):
            posting.follow(session, desk.clock(), notice_id, step=step, on=day, actor=desk.agent)
        assert posting.dates(session, notice_id) == {"posted": "2026-11-24"}


@pytest.mark.parametrize("agreed", [None, dt.date(2026, 11, 25), dt.date(2026, 11, 20)])
def test_no_registered_electronic_letter_goes_to_a_private_person_who_did_not_agree_before(
    by_post: tuple[Desk, str], agreed: dt.date | None
) -> None:
    desk, notice_id = by_post
    with transaction(desk.factory) as session:
        notice = session.get_one(NoticeRow, notice_id)
        person = replace(store.open_addressee(session, notice), kind="person")
        notice.addressee_sealed = store.seal_json(
            session, notice.case_id, "notice", "addressee", notice.id, person.to_json()
        )
        if agreed == dt.date(2026, 11, 20):
            put(desk, session, notice_id, by="electronic", consented_on=agreed)
            assert posting.dates(session, notice_id)["agreed"] == "2026-11-20"
            return
        with pytest.raises(NoticeError):
            put(desk, session, notice_id, by="electronic", consented_on=agreed)
        assert notice.status == "approved"
        put(desk, session, notice_id, by="registered")


def test_a_platform_may_be_sent_one(by_post: tuple[Desk, str]) -> None:
    desk, notice_id = by_post
    with transaction(desk.factory) as session:
        put(desk, session, notice_id, by="electronic")
        assert session.get_one(NoticeRow, notice_id).status == "sent"


def test_delisting_is_a_track_beside_removal_that_only_a_person_looks_at(desk: Desk) -> None:
    desk.catalogue = replace(desk.catalogue, platforms={**desk.catalogue.platforms, **_engines()})
    with transaction(desk.factory) as session:
        content = desk.content(session)
        source = track_of(session, content).id
        with pytest.raises(TakedownError, match="no record"):
            delisting.begin(session, desk.clock(), content, "images", actor=desk.agent, catalogue=desk.catalogue)
        begun = [
            delisting.begin(session, desk.clock(), content, "bing", actor=desk.agent, catalogue=desk.catalogue).id
            for _ in range(2)
        ]
        assert begun[0] == begun[1]
        known: dict[str, Any] = {"catalogue": desk.catalogue, "letterbook": book(), "actor": desk.agent, "done_on": DAY}
        delisting.form_sent(session, desk.clock(), begun[0], act="ncii_search_form", number="42", **known)
        with pytest.raises(TakedownError, match="search engine"):
            delisting.form_sent(session, desk.clock(), source, act="L09", number="", **known)
    desk.clock.forward(days=8)
    web = Web()
    with transaction(desk.factory) as session:
        assert begun[0] in followup.due(session, desk.clock())
    followup.run(desk.factory, begun[0], owner="worker", clock=desk.clock, catalogue=desk.catalogue,
                 settings=desk.settings, fetch=web)  # fmt: skip
    assert web.asked == []
    with transaction(desk.factory) as session:
        assert [row.id for row in checks.wanted(session)] == [begun[0]]
        for _ in range(2):
            checks.made(session, desk.clock(), track_id=begun[0], code="down", by=desk.agent)
            desk.clock.forward(hours=25)
        rows = {row.place: (row.status, row.outcome) for row in session.query(TrackRow)}
    assert rows == {"source": ("open", None), "engine": ("resolved", "delisted")}


def _engines() -> dict[str, object]:
    return {one.id: one for one in delisting.engines(shipped())}
