"""Delisting from the first letter to the complaint: an engine's own track, form, clock, look, answer, and silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.database import transaction
from takedown import checks, delisting, followup, notices, offer, replies, store
from takedown.tables import DeadlineRow, NoticeRow, TrackRow
from tests.takedown.desk import Desk, Web, book, codes, shipped, sign_all

ENGINE = "google_search"


@pytest.fixture
def at_google(desk: Desk) -> tuple[Desk, str]:
    """Defamatory words on a page, and the engine's own track beside the page's."""
    engines = {one.id: one for one in delisting.engines(shipped())}
    made = replace(desk, catalogue=replace(desk.catalogue, platforms={**desk.catalogue.platforms, **engines}))
    with transaction(made.factory) as session:
        sign_all(session, made.clock(), made.lawyer, ("L09", "L11", "L12"))
        content = made.content(session, harm="outdated_result", age_on_image="none")
        track = delisting.begin(session, made.clock(), content, ENGINE, actor=made.agent, catalogue=made.catalogue)
        return made, track.id


FACTS = {
    "queries": "Camille Exemple",
    "result_reasons": "une affaire close depuis onze ans",
    "country": "France",
    "content_source": "un blog",
    "public_role": "aucun",
    "inaccuracy_evidence": "le jugement de relaxe",
}


def asked(desk: Desk, track: str) -> str:
    """The request drafted, approved, typed into the engine's form by a person; gives the notice."""
    with transaction(desk.factory) as session:
        notice = desk.draft(session, [track], signer="subject", facts=FACTS)
        desk.ready(session, notice)
        desk.approve(session, notice)
        notices.mark_sent(session, desk.clock(), notice, actor="subject", catalogue=desk.catalogue, number="1-42")
        return notice


def recorded(desk: Desk, track: str) -> None:
    """She filled the form in by herself, without a letter of ours."""
    with transaction(desk.factory) as session:
        delisting.form_sent(session, desk.clock(), track, act="L09", number="1-42", done_on=desk.clock().date(),
                            actor="subject", catalogue=desk.catalogue, letterbook=book())  # fmt: skip


def wake(desk: Desk, track: str, **later: float) -> str | None:
    """Time passes, and the worker wakes the track when it is due; no machine may ask an engine's results."""
    desk.clock.forward(**later)
    with transaction(desk.factory) as session:
        if track not in followup.due(session, desk.clock()):
            return None
    web = Web()
    status = followup.run(desk.factory, track, owner="worker", clock=desk.clock, catalogue=desk.catalogue,
                          settings=desk.settings, fetch=web)  # fmt: skip
    assert web.asked == []
    return status


def open_now(desk: Desk, track: str) -> set[str]:
    with transaction(desk.factory) as session:
        found = offer.proposals(session, desk.clock(), track, desk.catalogue)
        return {one.do for one in found.steps if one.when in ("now", "beside")}


@pytest.mark.parametrize("ask", [asked, recorded])
def test_a_silent_engine_has_a_month_then_a_person_looks_and_the_complaint_to_the_authority_is_open(
    at_google: tuple[Desk, str], ask: Callable[[Desk, str], object]
) -> None:
    desk, track = at_google
    ask(desk, track)
    with transaction(desk.factory) as session:
        (clock,) = session.query(DeadlineRow).all()
        assert (clock.rule, clock.kind) == ("gdpr12.answer", "legal")
        assert clock.due_at == dt.datetime(2026, 12, 24, 23, 0, tzinfo=dt.UTC)  # the end of Thursday, in Paris
    assert "L12" not in open_now(desk, track)
    assert wake(desk, track, days=29) is None
    assert wake(desk, track, days=2) == "to_act"
    with transaction(desk.factory) as session:
        assert [row.id for row in checks.wanted(session)] == [track]
        assert codes(session, desk.case_id)[-1] == "track.silence"
    assert open_now(desk, track) >= {"L11", "L12"}
    with transaction(desk.factory) as session:
        checks.made(session, desk.clock(), track_id=track, code="still_up", by=desk.agent)
        complaint = desk.draft(session, [track], letter="L12", signer="subject")
        row = session.get_one(NoticeRow, complaint)
        assert (row.letter, row.channel) == ("L12", "form")
        assert "CNIL" in store.open_addressee(session, row).entity


def test_a_result_that_two_looks_no_longer_find_is_delisted_and_the_page_itself_goes_on(
    at_google: tuple[Desk, str],
) -> None:
    desk, track = at_google
    asked(desk, track)
    for _ in range(2):
        desk.clock.forward(hours=25)
        with transaction(desk.factory) as session:
            checks.made(session, desk.clock(), track_id=track, code="down", by=desk.agent)
    with transaction(desk.factory) as session:
        rows = {row.place: (row.status, row.outcome) for row in session.query(TrackRow)}
        assert rows == {"source": ("open", None), "engine": ("resolved", "delisted")}
        assert [row.met_at is not None for row in session.query(DeadlineRow)] == [True]


def test_an_engine_that_refuses_opens_the_complaint_at_once_and_ends_its_clock(at_google: tuple[Desk, str]) -> None:
    desk, track = at_google
    notice = asked(desk, track)
    desk.clock.forward(days=5)
    with transaction(desk.factory) as session:
        replies.add(session, desk.clock(), notice, kind="refusal", text="Nous ne pouvons donner suite.",
                    actor="subject", catalogue=desk.catalogue)  # fmt: skip
        assert session.get_one(TrackRow, track).status == "to_act"
        assert [row.met_at is not None for row in session.query(DeadlineRow)] == [True]
    assert "L12" in open_now(desk, track)
