"""The states of a track and of a notice: only two looks, apart in time and both clear, mean gone."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from takedown import track
from takedown.errors import TrackError
from takedown.track import TrackEvent, TrackState, after, notice_after

START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # a Tuesday
DAY = dt.timedelta(days=1)
STATUSES = ("open", "waiting", "to_act", "resolved", "closed")
VERDICTS = ("down", "hidden", "moved", "replaced", "still_up", "unclear")


def looked(state: TrackState, verdict: str, at: dt.datetime) -> TrackState:
    return after(state, TrackEvent("checked", at, verdict=verdict))


def test_one_look_is_not_enough_and_the_second_must_be_a_day_later() -> None:
    once = looked(TrackState("waiting"), "down", START)
    assert (once.status, once.confirmations) == ("waiting", 1)
    soon = looked(once, "down", START + dt.timedelta(hours=23, minutes=59))
    assert (soon.status, soon.confirmations, soon.first_down_at) == ("waiting", 1, START)
    late = looked(soon, "down", START + DAY)
    assert (late.status, late.outcome, late.confirmations) == ("resolved", "removed", 2)


@pytest.mark.parametrize("verdict", ["hidden", "replaced", "unclear"])
def test_a_login_wall_never_counts_and_never_resets(verdict: str) -> None:
    once = looked(TrackState("waiting"), "down", START)
    assert looked(once, verdict, START + DAY) == once
    assert looked(TrackState("waiting"), verdict, START + DAY).confirmations == 0


def test_seeing_it_between_two_looks_starts_the_count_again() -> None:
    state = looked(TrackState("waiting"), "down", START)
    state = looked(state, "still_up", START + DAY)
    assert (state.confirmations, state.first_down_at) == (0, None)
    state = looked(state, "down", START + 2 * DAY)
    assert state.status == "waiting"


def test_a_search_engine_delists_where_a_site_removes() -> None:
    state = TrackState("waiting", place="engine", confirmations=1, first_down_at=START)
    assert looked(state, "down", START + DAY).outcome == "delisted"


@pytest.mark.parametrize("event", [TrackEvent("seen_again", START), TrackEvent("checked", START, verdict="still_up")])
def test_what_comes_back_is_to_be_acted_on_again(event: TrackEvent) -> None:
    gone = TrackState("resolved", outcome="removed", confirmations=2, first_down_at=START - DAY)
    assert after(gone, event) == TrackState("to_act")


def test_silence_is_only_heard_while_waiting() -> None:
    assert after(TrackState("waiting"), TrackEvent("silence", START)).status == "to_act"
    for status in ("open", "to_act", "resolved", "closed"):
        with pytest.raises(TrackError, match="reload"):
            after(TrackState(status), TrackEvent("silence", START))  # type: ignore[arg-type]


def test_a_refusal_calls_for_a_step_and_a_new_letter_waits_again() -> None:
    refused = after(TrackState("waiting"), TrackEvent("refused", START))
    assert (refused.status, refused.outcome) == ("to_act", "refused")
    again = after(refused, TrackEvent("sent", START))
    assert (again.status, again.outcome) == ("waiting", None)


def test_a_closed_track_hears_nothing_until_it_is_reopened() -> None:
    closed = after(TrackState("waiting"), TrackEvent("closed", START, outcome="withdrawn"))
    assert looked(closed, "still_up", START).status == "closed"
    assert looked(closed, "down", START + DAY) == closed
    assert after(closed, TrackEvent("reopened", START)) == TrackState("to_act")
    with pytest.raises(TrackError):
        after(closed, TrackEvent("closed", START))


def test_every_status_of_the_tables_leads_only_to_known_ones() -> None:
    assert {status for row in track.TRACK.values() for status in row.values()} == set(STATUSES) == set(track.TRACK)
    assert {status for row in track.NOTICE.values() for status in row} | {"draft"} == set(track.NOTICE)


def test_nothing_follows_a_retraction_and_nothing_unsent_follows_a_sending() -> None:
    unsent = {"draft", "ready", "approved", "queued"}
    assert track.NOTICE["retracted"] == frozenset()
    for status in ("sent", "acknowledged", "answered"):
        assert not track.NOTICE[status] & unsent
    with pytest.raises(TrackError):
        notice_after("sent", "queued")


@given(st.sampled_from(sorted(track.NOTICE)), st.sampled_from(sorted(track.NOTICE)))
def test_a_notice_moves_exactly_as_its_table_says(old: str, new: str) -> None:
    if new in track.NOTICE[old]:
        assert notice_after(old, new) == new
    else:
        with pytest.raises(TrackError):
            notice_after(old, new)


class AnyHistory(RuleBasedStateMachine):
    """Whatever happens in whatever order, resolved means two clear looks a day apart with nothing seen between."""

    @initialize(status=st.sampled_from(["open", "waiting", "to_act"]))
    def begin(self, status: track.TrackStatus) -> None:
        self.state = TrackState(status)
        self.now = START
        self.downs: list[dt.datetime] = []

    @rule(hours=st.integers(0, 60))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)

    @rule(verdict=st.sampled_from(VERDICTS))
    def somebody_looks(self, verdict: str) -> None:
        was = self.state.status
        self.state = looked(self.state, verdict, self.now)
        if was == "closed":
            return
        if verdict == "down":
            self.downs.append(self.now)
        elif verdict in ("still_up", "moved"):
            self.downs.clear()

    @rule(code=st.sampled_from(["sent", "acknowledged", "refused", "silence", "retracted"]))
    def something_comes(self, code: track.Code) -> None:
        if code == "silence" and self.state.status != "waiting":
            with pytest.raises(TrackError):
                after(self.state, TrackEvent(code, self.now))
            return
        self.state = after(self.state, TrackEvent(code, self.now))

    @rule()
    def it_is_seen_again(self) -> None:
        self.state = after(self.state, TrackEvent("seen_again", self.now))
        if self.state.status != "closed":
            self.downs.clear()

    @rule()
    def it_is_closed_and_reopened(self) -> None:
        if self.state.status == "closed":
            self.state = after(self.state, TrackEvent("reopened", self.now))
            self.downs.clear()
        else:
            self.state = after(self.state, TrackEvent("closed", self.now))

    @invariant()
    def resolved_is_earned(self) -> None:
        if self.state.status == "resolved":
            assert max(self.downs) - min(self.downs) >= track.CONFIRM_AFTER
            assert self.state.outcome in ("removed", "delisted")
        elif self.state.status != "closed" and len(self.downs) > 1:
            assert max(self.downs) - min(self.downs) < track.CONFIRM_AFTER

    @invariant()
    def the_count_fits_its_date(self) -> None:
        assert (self.state.confirmations == 0) == (self.state.first_down_at is None)


TestAnyHistory = AnyHistory.TestCase
