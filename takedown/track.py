"""The states of a track and of a notice, and what each event makes of them: tables first, then two pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from takedown.errors import TrackError

TrackStatus = Literal["open", "waiting", "to_act", "resolved", "closed"]
NoticeStatus = Literal[
    "draft", "ready", "approved", "queued", "sending", "in_doubt", "sent", "acknowledged", "answered", "retracted"
]
Outcome = Literal["removed", "delisted", "restricted", "refused", "withdrawn"]
Code = Literal[
    "sent", "acknowledged", "refused", "silence", "checked", "seen_again", "retracted", "closed", "reopened"
]  # fmt: skip

CONFIRM_AFTER = dt.timedelta(hours=24)
"""Two looks this far apart must both find the content gone (law.md 7.3, stop rule; OP)."""

TRACK: Mapping[TrackStatus, Mapping[str, TrackStatus]] = {
    "open": {
        "sent": "waiting", "acknowledged": "open", "refused": "to_act", "inconclusive": "open", "down_once": "open",
        "down_confirmed": "resolved", "still_up": "open", "moved": "to_act", "seen_again": "open",
        "retracted": "open", "closed": "closed",
    },
    "waiting": {
        "sent": "waiting", "acknowledged": "waiting", "refused": "to_act", "silence": "to_act",
        "inconclusive": "waiting", "down_once": "waiting", "down_confirmed": "resolved", "still_up": "waiting",
        "moved": "to_act", "seen_again": "waiting", "retracted": "to_act", "closed": "closed",
    },
    "to_act": {
        "sent": "waiting", "acknowledged": "to_act", "refused": "to_act", "inconclusive": "to_act",
        "down_once": "to_act", "down_confirmed": "resolved", "still_up": "to_act", "moved": "to_act",
        "seen_again": "to_act", "retracted": "to_act", "closed": "closed",
    },
    "resolved": {
        "sent": "resolved", "acknowledged": "resolved", "refused": "resolved", "inconclusive": "resolved",
        "down_once": "resolved", "down_confirmed": "resolved", "still_up": "to_act", "moved": "to_act",
        "seen_again": "to_act", "retracted": "resolved", "closed": "closed",
    },
    "closed": {
        "sent": "closed", "acknowledged": "closed", "refused": "closed", "inconclusive": "closed",
        "down_once": "closed", "down_confirmed": "closed", "still_up": "closed", "moved": "closed",
        "seen_again": "closed", "retracted": "closed", "reopened": "to_act",
    },
}  # fmt: skip
"""What each event makes of each status. An absent pair is refused: silence is only heard while waiting."""

NOTICE: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"draft", "ready", "retracted"}),
    "ready": frozenset({"draft", "approved", "queued", "retracted"}),
    "approved": frozenset({"draft", "ready", "queued", "sent", "retracted"}),
    "queued": frozenset({"ready", "draft", "sending", "retracted"}),
    "sending": frozenset({"queued", "ready", "in_doubt", "sent"}),
    "in_doubt": frozenset({"queued", "sent"}),
    "sent": frozenset({"acknowledged", "answered", "retracted"}),
    "acknowledged": frozenset({"acknowledged", "answered", "retracted"}),
    "answered": frozenset({"answered", "retracted"}),
    "retracted": frozenset(),
}
"""Which status may follow which. `draft` after anything unsent: an edit drops the approval."""

EDITABLE = frozenset({"draft", "ready", "approved", "queued"})
"""A notice nothing of which has left."""

DELISTED_PLACES = frozenset({"engine", "cache"})
COUNTED_AS_GONE = frozenset({"down"})
"""Only `down` counts: a login wall (`hidden`) may hide what is still there, and `replaced` needs a person's eye."""


@dataclass(frozen=True)
class TrackState:
    """Where a track stands. `confirmations` counts looks that found it gone, `first_down_at` dates the first one."""

    status: TrackStatus
    place: str = "source"
    outcome: Outcome | None = None
    confirmations: int = 0
    first_down_at: dt.datetime | None = None


@dataclass(frozen=True)
class TrackEvent:
    """What happened, and when. A `checked` event carries the verdict, a `closed` one its outcome."""

    code: Code
    at: dt.datetime
    verdict: str | None = None
    outcome: Outcome | None = None


def after(state: TrackState, event: TrackEvent, *, confirm_after: dt.timedelta = CONFIRM_AFTER) -> TrackState:
    """The state after the event; raises `TrackError` when the table does not hold the pair."""
    heard = _heard(state, event, confirm_after)
    status = TRACK[state.status].get(heard)
    if status is None:
        raise TrackError(f"A track that is {state.status} cannot take the event {heard}: reload it and look again.")
    return _counted(replace(state, status=status), state, event, heard)


def notice_after(status: str, new: str) -> str:
    """`new`, when the table allows it after `status`; raises `TrackError` otherwise."""
    if new not in NOTICE[status]:
        raise TrackError(f"A notice that is {status} cannot become {new}: reload it and look again.")
    return new


def _heard(state: TrackState, event: TrackEvent, confirm_after: dt.timedelta) -> str:
    """The row of the table an event stands for: a check is read with what earlier checks found."""
    if event.code != "checked":
        return event.code
    if event.verdict in COUNTED_AS_GONE:
        first = state.first_down_at
        return "down_confirmed" if first is not None and event.at - first >= confirm_after else "down_once"
    return event.verdict if event.verdict in ("still_up", "moved") else "inconclusive"


def _counted(new: TrackState, old: TrackState, event: TrackEvent, heard: str) -> TrackState:
    """The confirmations and the outcome that go with the new status."""
    if old.status == "closed" and heard != "reopened":
        return new
    if heard in ("still_up", "moved", "seen_again", "reopened"):
        new = replace(new, confirmations=0, first_down_at=None)
    elif heard == "down_once" and old.first_down_at is None:
        new = replace(new, confirmations=1, first_down_at=event.at)
    elif heard == "down_confirmed":
        new = replace(new, confirmations=max(2, old.confirmations))
    return replace(new, outcome=_outcome(new, old, event, heard))


def _outcome(new: TrackState, old: TrackState, event: TrackEvent, heard: str) -> Outcome | None:
    if heard == "closed":
        return event.outcome or old.outcome or "withdrawn"
    if new.status == "resolved":
        return old.outcome if old.status == "resolved" else _gone_from(new.place)
    if heard == "refused":
        return "refused"
    return None if old.status in ("resolved", "closed") or heard in ("sent", "moved") else old.outcome


def _gone_from(place: str) -> Outcome:
    return "delisted" if place in DELISTED_PLACES else "removed"
