"""`vigie notice`: letters, from the draft to the answer; nothing leaves without an approval."""

from __future__ import annotations

import dataclasses
import json as json_module
import sys
from pathlib import Path
from typing import Annotated, Any

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
    together: Annotated[
        bool, typer.Option("--together", help="Also every other page of the same site and harm: one letter, an annex.")
    ] = False,
    letter: Annotated[str, typer.Option(help="Letter id; the ladder's proposal when empty.")] = "",
    signer: Annotated[str, typer.Option(help="subject, lawyer or association.")] = "subject",
    facts: Annotated[
        str, typer.Option(help="What only a person can say, as JSON: a file, or - for standard input.")
    ] = "",
    prefer: Annotated[str, typer.Option(help="form, email or post, where the addressee takes several.")] = "",
    to: Annotated[
        str,
        typer.Option(
            help="Another addressee, as JSON: {record}, or {entity, lines, email, channel: post, email or file}; "
            "a file, or -."
        ),
    ] = "",
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
            track_ids=notices.together(desk.session, track[0]) if together else track,
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
            to=_to(to),
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
    output_format: Annotated[str, typer.Option("--format", help="text, html, pdf, docx or eml.")] = "text",
    out: Annotated[Path | None, typer.Option(help="The file to write; text alone goes to the terminal.")] = None,
    links: Annotated[bool, typer.Option(help="The copy for the file: addresses are links.")] = False,
    pdf: Annotated[Path | None, typer.Option(help="Also write the letter as PDF here.")] = None,
    json: Json = False,
) -> None:
    """The letter in any output, what is missing in it, to whom it goes and by which channel."""
    from config import messages
    from takedown import compose, exposing, notices, paper
    from vigie.cli.desk import at_desk

    if output_format not in paper.FORMS:
        fail(f'There is no format "{output_format}": choose one of {", ".join(paper.FORMS)}.', Exit.USAGE)
    if output_format != "text" and out is None:
        fail("Say with --out which file to write. Nothing was written.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("notice.read", notices.case_of_notice(desk.session, notice))
        seen = notices.preview(desk.session, notice, letterbook=desk.wiring.letterbook, catalogue=desk.wiring.catalogue)
        exposed = exposing.of_notice(desk.session, notice, desk.wiring.catalogue)
        on = compose.stationery(desk.wiring.settings, desk.wiring.letterbook)
        wanted = {output_format: out} | ({"pdf": pdf} if pdf else {})
        made = {
            form: paper.printed(desk.session, desk.now, notice, form, stationery=on, links=links) for form in wanted
        }
    for form, file in wanted.items():
        if file is not None:
            _written(file, made[form])
    if json:
        emit({**seen.to_json(), "exposure": exposed.to_json()})
        return
    if out is None:
        say(made["text"].decode())
    for line in seen.remarks("en"):
        say(f"- {line}")
    say(messages.render("exposure.title", {}, "en"))
    for _, found in exposed.findings():
        say(f"- {messages.render(found.code, found.params, 'en')}")


@app.command("import-docx")
def import_docx(
    notice: str,
    file: Annotated[Path, typer.Argument(help="The letter that was edited in a word processor.")],
    look: Annotated[bool, typer.Option("--look", help="Only show what would change; keep nothing.")] = False,
    lang: Annotated[str, typer.Option(help="Language in which the changes are told: fr or en.")] = "en",
    json: Json = False,
) -> None:
    """Take an edited Word letter back in: shows every change; what changed is to be confirmed, any approval falls."""
    from takedown import notices, revision, store, word
    from takedown.tables import NoticeRow
    from vigie.cli.desk import at_desk

    data = _saved(str(file))[0]
    with at_desk() as desk:
        desk.must("notice.draft", notices.case_of_notice(desk.session, notice))
        letter = store.open_letter(desk.session, store.get(desk.session, NoticeRow, notice))
        edited = word.read(data, letter)
        if look:
            seen = revision.look(desk.session, notice, edited, letterbook=desk.wiring.letterbook)
        else:
            seen = revision.revise(
                desk.session, desk.now, notice, edited, actor=desk.actor.id, letterbook=desk.wiring.letterbook
            )
    if json:
        emit(seen.to_json())
        return
    for line in seen.lines(lang):
        say(line)


@app.command()
def changes(
    notice: str,
    drafted: Annotated[bool, typer.Option("--drafted", help="Since the draft, not since the last change.")] = False,
    lang: Annotated[str, typer.Option(help="fr or en.")] = "en",
    json: Json = False,
) -> None:
    """What a person changed in a letter: by its last change, or since it was drafted."""
    from takedown import notices, revision
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("notice.read", notices.case_of_notice(desk.session, notice))
        seen = revision.last(desk.session, notice, letterbook=desk.wiring.letterbook, since_draft=drafted)
    if json:
        emit(seen.to_json())
    for line in [] if json else seen.lines(lang):
        say(line)


@app.command()
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
def vouch(notice: str, json: Json = False) -> None:
    """Say that you looked up an addressee that was typed: only then can the letter be approved."""
    from takedown import notices, vouching
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("notice.draft", notices.case_of_notice(desk.session, notice))
        vouching.vouch(desk.session, desk.now, notice, actor=desk.actor.id)
    emit({"notice": notice, "verified": True}) if json else say("Confirmed: letters may leave for this addressee.")


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
    by: Annotated[str, typer.Option(help="A letter by post: registered, electronic or ordinary.")] = "registered",
    consented_on: Annotated[str, typer.Option(help="The day a private person agreed to electronic post.")] = "",
    json: Json = False,
) -> None:
    """Record that you sent it yourself: a web form, a registered letter."""
    import datetime as dt

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


@app.command()
def reply(
    notice: Annotated[str, typer.Argument(help="The letter it answers; empty with --raw.")] = "",
    kind: Annotated[
        str, typer.Option(help="refusal, removed, acknowledgement, bounce, identity, counter_notice, other.")
    ] = "other",
    raw: Annotated[str, typer.Option(help="Saved e-mails to take in: a file, a folder, or - for one on stdin.")] = "",
    json: Json = False,
) -> None:
    """Record an answer: its text on standard input; or take saved e-mails in, each once.

    A sender is proved only by the Authentication-Results of the server named in VIGIE_IMAP_AUTHSERV_ID.
    """
    from takedown import notices, replies
    from vigie.cli.desk import at_desk

    if raw:
        _take_in(_saved(raw), json=json)
        return
    with at_desk() as desk:
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
    emit({"reply": row}) if json else say(f"Recorded: {row}.")


def _take_in(messages: list[bytes], *, json: bool) -> None:
    """Take e-mails in, each in its own transaction, and say what became of them."""
    from takedown import post, sender_proof
    from vigie.cli.desk import at_desk

    taken = []
    for message in messages:
        with at_desk() as desk:
            desk.must("mail.read")
            trusted = sender_proof.of(message, desk.wiring.settings.imap_authserv_id)
            taken.append(post.accept(desk.session, desk.now, message, catalogue=desk.wiring.catalogue, trusted=trusted))
    found = [one.reply for one in taken if one.reply]
    aside = [one.waiting for one in taken if one.waiting]
    if json:
        emit({"reply": found[0] if len(found) == 1 else None, "replies": found, "unmatched": aside,
              "known": len(taken) - len(found) - len(aside)})  # fmt: skip
    elif not found:
        told = "kept aside: see `vigie notice unmatched`" if aside else "taken in before; nothing was changed"
        fail(f"This answers none of our letters, and was {told}.", Exit.NOTHING_TO_DO)
    else:
        say(f"Recorded: {', '.join(found)}." + (f" {len(aside)} kept aside." if aside else ""))
    if not found:
        raise SystemExit(int(Exit.NOTHING_TO_DO))


@app.command()
def unmatched(
    attach: Annotated[str, typer.Option(help="The message that answers one of our letters.")] = "",
    to: Annotated[str, typer.Option(help="With --attach: the letter it answers.")] = "",
    discard: Annotated[str, typer.Option(help="The message that has nothing to do with us.")] = "",
    json: Json = False,
) -> None:
    """Mail that answers no letter we know: list it, say what it answers, or throw it away."""
    from takedown import notices
    from takedown import unmatched as queue
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        desk.must("mail.read")
        if attach:
            desk.must("reply.add", notices.case_of_notice(desk.session, to))
            row = queue.attach(desk.session, desk.now, attach, to, actor=desk.actor.id, catalogue=desk.wiring.catalogue)
        elif discard:
            queue.discard(desk.session, desk.now, discard, actor=desk.actor.id)
        rows = queue.waiting(desk.session)
    if attach:
        emit({"reply": row}) if json else say(f"Recorded: {row}.")
    elif json:
        emit([dataclasses.asdict(one) for one in rows])
    else:
        for one in rows:
            say(f"{one.id}  {one.received_at:%Y-%m-%d %H:%M}  {one.kind:<15} {one.sender}  {one.subject}")
        say("" if rows else "No message waits.")


def _to(name: str) -> dict[str, Any] | None:
    """An addressee other than the usual one: a record of the catalogue, or one that a person found herself."""
    if not name:
        return None
    try:
        said = json_module.loads(read_input(name))
    except json_module.JSONDecodeError as error:
        fail(f"The addressee is not JSON ({error}). Nothing was drafted.", Exit.USAGE)
    return said if isinstance(said, dict) else {}


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


def _written(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        fail(f"Cannot write {file}: {error}.", Exit.FAILURE)


def _saved(name: str) -> list[bytes]:
    """The e-mails of a file, of a folder (every .eml of it, or a Maildir's), or the one on standard input."""
    if name == "-":
        return [sys.stdin.buffer.read()]
    try:
        place = Path(name)
        if not place.is_dir():
            return [place.read_bytes()]
        folders = [place / part for part in ("new", "cur") if (place / part).is_dir()]
        found = [path for folder in folders for path in sorted(folder.iterdir())] or sorted(place.glob("*.eml"))
        return [path.read_bytes() for path in found]
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


@app.command()
def post(
    notice: str,
    step: Annotated[str, typer.Argument(help="presented, received or returned.")],
    on: Annotated[str, typer.Option(help="The day, YYYY-MM-DD.")],
    json: Json = False,
) -> None:
    """Record what the post said of a letter that was posted."""
    import datetime as dt

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


@app.command()
def delist(
    track: Annotated[str, typer.Argument(help="A track of the content.")],
    engine: Annotated[str, typer.Option(help="The engine's record: google_search, bing...")],
    done: Annotated[str, typer.Option(help="The form you sent: the step's id, such as L09 or ncii_search_form.")] = "",
    number: Annotated[str, typer.Option(help="The number that the form gave.")] = "",
    on: Annotated[str, typer.Option(help="The day, YYYY-MM-DD; today when empty.")] = "",
    json: Json = False,
) -> None:
    """Ask a search engine to delist a content, beside its removal; with --done, record the engine's form."""
    import datetime as dt

    from takedown import delisting, notices, store
    from takedown.tables import TrackRow
    from vigie.cli.desk import at_desk

    try:
        day = dt.date.fromisoformat(on) if on else None
    except ValueError:
        fail("The day is written YYYY-MM-DD. Nothing was changed.", Exit.USAGE)
    with at_desk() as desk:
        desk.must("check.add", notices.case_of(desk.session, [track]))
        content_id = store.get(desk.session, TrackRow, track).content_id
        row = delisting.begin(
            desk.session, desk.now, content_id, engine, actor=desk.actor.id, catalogue=desk.wiring.catalogue
        )
        if done:
            delisting.form_sent(desk.session, desk.now, row.id, act=done, number=number,
                                done_on=day or desk.now.date(), actor=desk.actor.id)  # fmt: skip
        told = {"track": row.id, "status": row.status, "due_at": row.due_at}
    emit(told) if json else say(f"{told['track']}  {told['status']}")
