"""`vigie notice`: letters, from the draft to the answer; nothing leaves without an approval."""

from __future__ import annotations

import dataclasses
import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from takedown.addressee import PREFERRED
from vigie.cli.output import Exit, emit, fail, read_input, say

app = typer.Typer(help="Letters: draft, preview, approve, send, replies.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Lang = Annotated[str, typer.Option(help="fr or en.")]


@app.command()
def tracks(case: Annotated[str, typer.Option(help="Number or id of the case.")], json: Json = False) -> None:
    """The ways by which each content is to disappear, and what each waits for."""
    from takedown import listing
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        rows = listing.tracks(desk.session, desk.case(case, "content.read").id)
    if json:
        emit([dataclasses.asdict(row) for row in rows])
    for row in [] if json else rows:
        say(f"{row.id}  {row.status:<8} {row.place:<7} {row.target}  {row.address}")


@app.command()
def draft(
    track: Annotated[list[str], typer.Option(help="Which track; repeat it to cover several on one site.")],
    letter: Annotated[str, typer.Option(help="Letter id; the ladder's proposal when empty.")] = "",
    signer: Annotated[str, typer.Option(help="subject, lawyer or association.")] = "subject",
    facts: Annotated[
        str, typer.Option(help="What only a person can say, as JSON: a file, or - for standard input.")
    ] = "",
    prefer: Annotated[str, typer.Option(help="form, email or post, where the addressee takes several.")] = "",
    lang: Lang = "fr",
    json: Json = False,
) -> None:
    """Draft a letter for one or more tracks of the same site; the evidence must be sealed first."""
    from takedown import notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        case_id = notices.case_of(desk.session, track)
        desk.must("notice.draft", case_id)
        notice = notices.draft(
            desk.session,
            desk.now,
            track_ids=track,
            letter=letter or None,
            lang=lang,
            actor=desk.actor.id,
            catalogue=desk.wiring.catalogue,
            letterbook=desk.wiring.letterbook,
            signer=signer,
            office=desk.office(case_id, signer),
            specimen=desk.wiring.settings.demo,
            facts=_facts(facts),
            prefer=_preferred(prefer),
        )
    emit({"notice": notice}) if json else say(f"Drafted: {notice}. Next: vigie notice preview {notice}")


@app.command("list")
def list_notices(case: Annotated[str, typer.Option(help="Number or id of the case.")], json: Json = False) -> None:
    """The letters of a case."""
    from takedown import notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        rows = notices.list_notices(desk.session, desk.case(case, "notice.read").id)
    if json:
        emit([dataclasses.asdict(row) for row in rows])
    for row in [] if json else rows:
        say(f"{row.id}  {row.status:<12} {row.letter:<24} {row.channel:<6} {row.reference}")


@app.command()
def preview(
    notice: str,
    pdf: Annotated[Path | None, typer.Option(help="Also write the letter as PDF here.")] = None,
    json: Json = False,
) -> None:
    """The letter as text, what is missing in it, to whom it goes and by which channel."""
    from config import messages
    from takedown import exposing, notices
    from takedown.render import pdf as paper
    from takedown.render import text
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("notice.read", notices.case_of_notice(desk.session, notice))
        seen = notices.preview(desk.session, notice, letterbook=desk.wiring.letterbook, catalogue=desk.wiring.catalogue)
        exposed = exposing.of_notice(desk.session, notice, desk.wiring.catalogue)
        if pdf:
            layout = paper.Layout.load(desk.wiring.settings.config_dir)
            pdf.write_bytes(paper.render(seen.letter, layout))
    if json:
        emit({**seen.to_json(), "exposure": exposed.to_json()})
        return
    say(text.render(seen.letter))
    for line in seen.remarks("en"):
        say(f"- {line}")
    say(messages.render("exposure.title", {}, "en"))
    for _, found in exposed.findings():
        say(f"- {messages.render(found.code, found.params, 'en')}")


@app.command()
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


@app.command()
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


@app.command()
def undo(notice: str, json: Json = False) -> None:
    """Take an approval back before the letter leaves."""
    from takedown import notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("notice.withdraw", notices.case_of_notice(desk.session, notice))
        notices.undo(desk.session, desk.now, notice, actor=desk.actor.id)
    emit({"notice": notice, "status": "ready"}) if json else say("Taken back: nothing was sent.")


@app.command()
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


@app.command("mark-sent")
def mark_sent(
    notice: str,
    number: Annotated[str, typer.Option(help="The number that the form or the post office gave.")] = "",
    on: Annotated[str, typer.Option(help="The day, YYYY-MM-DD; today when empty.")] = "",
    json: Json = False,
) -> None:
    """Record that you sent it yourself: a web form, a registered letter."""
    import datetime as dt

    from takedown import notices
    from vigie.cli.desk import at_desk

    try:
        day = dt.date.fromisoformat(on) if on else None
    except ValueError:
        fail("The day is written YYYY-MM-DD. Nothing was changed.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("notice.mark_sent", notices.case_of_notice(desk.session, notice))
        notices.mark_sent(
            desk.session, desk.now, notice, number=number, on=day, actor=desk.actor.id, catalogue=desk.wiring.catalogue
        )
    emit({"notice": notice, "status": "sent"}) if json else say("Recorded; its deadlines run.")


@app.command()
def reply(
    notice: Annotated[str, typer.Argument(help="The letter it answers; empty with --raw.")] = "",
    kind: Annotated[str, typer.Option(help="acknowledgement, bounce, refusal, removed, identity or other.")] = "other",
    raw: Annotated[str, typer.Option(help="A saved e-mail (.eml) to take in; its sender counts as unproved.")] = "",
    json: Json = False,
) -> None:
    """Record an answer: its text on standard input, or a saved e-mail."""
    from takedown import notices, replies
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        if raw:
            desk.must("dashboard.read")
            row = replies.take_in(desk.session, desk.now, _bytes(raw), catalogue=desk.wiring.catalogue)
        else:
            desk.must("reply.add", notices.case_of_notice(desk.session, notice))
            row = replies.add(
                desk.session,
                desk.now,
                notice,
                kind=kind,
                text=read_input("-"),
                actor=desk.actor.id,
                catalogue=desk.wiring.catalogue,
            )
    if row is None:
        fail(
            "This message answers none of our letters, or was taken in before. Nothing was changed.", Exit.NOTHING_TO_DO
        )
    emit({"reply": row}) if json else say(f"Recorded: {row}.")


def _facts(name: str) -> dict[str, str]:
    """The facts of a letter by name (templates/letters/facts.toml); an object of texts, or nothing."""
    if not name:
        return {}
    try:
        given = json_module.loads(read_input(name))
    except ValueError as error:
        fail(f"The facts are not JSON ({error}). Nothing was drafted.", Exit.USAGE)
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        fail('The facts are an object of texts, such as {"used": "…"}. Nothing was drafted.', Exit.USAGE)
    return given


def _preferred(channel: str) -> tuple[str, ...]:
    """The chosen channel first; the order of takedown.addressee without a choice."""
    if not channel:
        return tuple(PREFERRED)
    if channel not in PREFERRED:
        fail(f"A channel is one of {', '.join(PREFERRED)}. Nothing was drafted.", Exit.USAGE)
    return (channel, *(other for other in PREFERRED if other != channel))


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        fail(f"Cannot read {name}: {error}. Nothing was changed.", Exit.USAGE)


@app.command()
def check(
    track: str,
    saw: Annotated[str, typer.Option(help="What you saw: down, hidden, moved, replaced, still_up or unclear.")],
    json: Json = False,
) -> None:
    """Record that you looked yourself whether the content is gone."""
    from takedown import checks, notices
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("check.add", notices.case_of(desk.session, [track]))
        status = checks.made(
            desk.session,
            desk.now,
            track_id=track,
            code=saw,
            by=desk.actor.id,
            confirm_after=desk.wiring.settings.confirm_after,
        )
    emit({"track": track, "status": status}) if json else say(f"Recorded; the track is now {status}.")
