"""The part of `vigie notice` that takes answers in: by hand, from saved e-mails, from the queue of unmatched mail."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.output import Exit, emit, fail, read_input, say

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


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
        _take_in(saved(raw), json=json)
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


def answers(
    case: Annotated[str, typer.Option(help="The case's number.")],
    read: Annotated[str, typer.Option(help="The answer that you have read.")] = "",
    kind: Annotated[str, typer.Option(help="With --read: what it is, where Vigie took it for something else.")] = "",
    json: Json = False,
) -> None:
    """Answers that somebody must read, with their words; say of one that you have read it, or what it is."""
    from takedown import replies
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        case_id = desk.case(case, "reply.read").id
        waiting = {row.id: row for row in replies.unread(desk.session) if row.case_id == case_id}
        if read:
            desk.must("reply.add", case_id)
            row = waiting.pop(read, None) or fail(f"No answer {read} waits in this case: list them.", Exit.USAGE)
            known = desk.wiring.catalogue
            replies.confirm(desk.session, desk.now, read, kind=kind or row.kind, actor=desk.actor.id, catalogue=known)
        letters = dict.fromkeys(row.notice_id for row in waiting.values())
        rows = [{"notice": letter, **one} for letter in letters for one in replies.opened(desk.session, letter)]
        rows = [one for one in rows if one["id"] in waiting]
    if json:
        emit(rows)
        return
    for one in rows:
        proved = "sender proved" if one["authenticated"] else "sender not proved"
        say(f"{one['id']}  {one['received_at']:%Y-%m-%d %H:%M}  {one['kind']}, {proved}, letter {one['notice']}")
        say("\n".join(f"    {line}" for line in one["text"].splitlines()))
    say("" if rows else "No answer waits.")


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


def saved(name: str) -> list[bytes]:
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
