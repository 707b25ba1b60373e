"""The part of `vigie notice` from ready to sent: approve, take back, send, record what a person sent herself."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from vigie.cli.output import Exit, emit, fail, say

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def ready(
    notice: str,
    confirm: Annotated[list[str] | None, typer.Option(help="An element that you confirm yourself; repeat it.")] = None,
    json: Json = False,
) -> None:
    """Declare a letter ready to be approved; refused, with the list, while an element is missing."""
    from takedown import notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("notice.draft", notices.case_of_notice(desk.session, notice))
        notices.mark_ready(
            desk.session,
            desk.now,
            notice,
            actor=desk.actor.id,
            letterbook=desk.wiring.letterbook,
            catalogue=desk.wiring.catalogue,
            confirmed=frozenset(confirm or ()),
        )
    emit({"notice": notice, "status": "ready"}) if json else say("The letter is ready to be approved.")


def vouch(notice: str, json: Json = False) -> None:
    """Say that you looked up an addressee that was typed: only then can the letter be approved."""
    from takedown import notices, vouching
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("notice.draft", notices.case_of_notice(desk.session, notice))
        vouching.vouch(desk.session, desk.now, notice, actor=desk.actor.id)
    emit({"notice": notice, "verified": True}) if json else say("Confirmed: letters may leave for this addressee.")


def approve(
    notice: str,
    safe: Annotated[
        bool | None,
        typer.Option("--safe/--unsafe", help="With an ex-partner or danger: is it safe that the other learns of it?"),
    ] = None,
    json: Json = False,
) -> None:
    """Approve one letter for one sending; it leaves when the undo window is over."""
    from takedown import notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        case_id = notices.case_of_notice(desk.session, notice)
        desk.must("notice.approve", case_id, made_by=notices.made_by(desk.session, notice))
        dispatch = notices.approve(
            desk.session,
            desk.now,
            notice,
            actor=desk.actor.id,
            catalogue=desk.wiring.catalogue,
            letterbook=desk.wiring.letterbook,
            settings=desk.wiring.settings,
            two_people=desk.two_people(case_id),
            safe_to_notify=safe,
        )
    if json:
        emit({"notice": notice, "dispatch": dispatch})
    elif dispatch is None:
        say("Approved; this letter needs a second person's approval before it can leave.")
    else:
        say("Approved. It can be taken back with `vigie notice undo` until it leaves.")


def undo(notice: str, json: Json = False) -> None:
    """Take an approval back before the letter leaves."""
    from takedown import notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("notice.withdraw", notices.case_of_notice(desk.session, notice))
        notices.undo(desk.session, desk.now, notice, actor=desk.actor.id)
    emit({"notice": notice, "status": "ready"}) if json else say("Taken back: nothing was sent.")


def send(notice: str, json: Json = False) -> None:
    """Send an approved letter now, when its undo window is over; exactly once, whatever happens."""
    from takedown import notices
    from vigie.cli.desk import at_desk
    from vigie.workers import Workshop

    with at_desk() as desk:
        desk.must("notice.send", notices.case_of_notice(desk.session, notice))
        dispatch = notices.dispatch_of(desk.session, notice)
        wiring = desk.wiring
    if dispatch is None:
        fail("This letter was not approved: `vigie notice approve` first. Nothing was sent.", Exit.REFUSED)
    Workshop(wiring, "command").kinds["dispatch"].run(dispatch)
    with at_desk() as desk:
        status = notices.status_of(desk.session, notice)
    emit({"notice": notice, "status": status}) if json else say(f"The letter is now: {status}.")


def mark_sent(
    notice: str,
    number: Annotated[str, typer.Option(help="The number that the form or the post office gave.")] = "",
    on: Annotated[str, typer.Option(help="The day, YYYY-MM-DD; today when empty.")] = "",
    by: Annotated[str, typer.Option(help="A letter by post: registered, electronic or ordinary.")] = "registered",
    consented_on: Annotated[str, typer.Option(help="The day a private person agreed to electronic post.")] = "",
    json: Json = False,
) -> None:
    """Record that you sent it yourself: a web form, a registered letter."""
    from takedown import notices, posting, store
    from takedown.tables import NoticeRow
    from vigie.cli.desk import at_desk

    try:
        day = dt.date.fromisoformat(on) if on else None
        agreed = dt.date.fromisoformat(consented_on) if consented_on else None
    except ValueError:
        fail("The day is written YYYY-MM-DD. Nothing was changed.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("notice.mark_sent", notices.case_of_notice(desk.session, notice))
        given: dict[str, Any] = {"number": number, "actor": desk.actor.id, "catalogue": desk.wiring.catalogue}
        if store.get(desk.session, NoticeRow, notice).channel == "post":
            posting.post(desk.session, desk.now, notice, on=day or desk.now.date(), by=by, consented_on=agreed, **given)
        else:
            notices.mark_sent(desk.session, desk.now, notice, on=day, **given)
    emit({"notice": notice, "status": "sent"}) if json else say("Recorded; its deadlines run.")


def post(
    notice: str,
    step: Annotated[str, typer.Argument(help="presented, received or returned.")],
    on: Annotated[str, typer.Option(help="The day, YYYY-MM-DD.")],
    json: Json = False,
) -> None:
    """Record what the post said of a letter that was posted."""
    from takedown import notices, posting
    from vigie.cli.desk import at_desk

    try:
        day = dt.date.fromisoformat(on)
    except ValueError:
        fail("The day is written YYYY-MM-DD. Nothing was changed.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("notice.mark_sent", notices.case_of_notice(desk.session, notice))
        posting.follow(desk.session, desk.now, notice, step=step, on=day, actor=desk.actor.id)
        known = posting.dates(desk.session, notice)
    emit({"notice": notice, "dates": dict(known)}) if json else say(f"Recorded: {step}, {on}.")


def retract(
    notice: str,
    sure: Annotated[bool, typer.Option("--yes", help="You are sure: its deadlines stop.")] = False,
    json: Json = False,
) -> None:
    """Take back a letter that left by mistake: its clocks stop; tell its addressee with a letter of retraction."""
    from takedown import notices
    from vigie.cli.desk import at_desk

    if not sure:
        fail("This stops the deadlines of the letter: add --yes. Nothing was changed.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("notice.withdraw", notices.case_of_notice(desk.session, notice))
        notices.retract(desk.session, desk.now, notice, actor=desk.actor.id)
    emit({"notice": notice, "status": "retracted"}) if json else say("Retracted: its deadlines no longer run.")
