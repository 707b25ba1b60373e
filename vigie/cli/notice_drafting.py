"""The part of `vigie notice` that drafts: which letter, what only a person can say, to whom, by which channel."""

from __future__ import annotations

import json as json_module
from typing import Annotated, Any

import typer

from takedown.addressee import PREFERRED
from vigie.cli.output import Exit, emit, fail, read_input, say

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Lang = Annotated[str, typer.Option(help="fr or en.")]


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
