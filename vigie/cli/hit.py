"""`vigie hit`: what was found, why, and a person's judgement on it."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from vigie.cli.output import Exit, emit, fail, progress, read_input, say

app = typer.Typer(help="What was found, and a person's judgement on it.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Lang = Annotated[str, typer.Option(help="fr or en.")]


@app.command("list")
def list_hits(
    case: Annotated[str, typer.Option(help="Number or id of the case.")],
    state: Annotated[str, typer.Option(help="new, me, not_me or unsure; all when empty.")] = "",
    lang: Lang = "fr",
    json: Json = False,
) -> None:
    """The hits of a case, newest first."""
    from monitor import store
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        file = desk.case(case, "hit.read")
        found = store.hits(desk.session, file.id, states=(state,) if state else ())
        desk.read(file.id, "hit.list", detail={"count": len(found)})
    if json:
        emit([document(hit) for hit in found])
    for hit in [] if json else found:
        say(f"{hit.id}  {hit.state:<6} {hit.band:<9} {hit.score:.2f}  {hit.address}  {_reason(hit, lang)}")
    if not found and not json:
        say("Nothing was found so far. Nothing found does not mean that nothing exists.")


def document(hit: Any) -> dict[str, Any]:
    """A hit as JSON: its reasons in both languages."""
    from config.messages import both

    reasons = [{**reason, "text": both(reason["code"], reason.get("params", {}))} for reason in hit.reasons]
    return {**dataclasses.asdict(hit), "reasons": reasons}


def _reason(hit: Any, lang: str) -> str:
    from config.messages import render

    return "; ".join(render(reason["code"], reason.get("params", {}), lang) for reason in hit.reasons)


@app.command()
def show(hit_id: str, lang: Lang = "fr", json: Json = False) -> None:
    """One hit with its reasons; reading it is entered in the ledger."""
    from monitor import store
    from vigie.cli.desk import at_desk

    with at_desk() as desk:
        hit = store.hit(desk.session, hit_id)
        desk.case(hit.case_id, "hit.read")
        desk.read(hit.case_id, "hit.read", subject=("match", hit_id))
    if json:
        emit(document(hit))
        return
    say(f"{hit.address}\n{hit.title}\n… {hit.before}[{hit.matched}]{hit.after} …\n{hit.band} {hit.score:.2f}")
    say(_reason(hit, lang))


@app.command()
def confirm(
    hit_id: str,
    harm: Annotated[
        str, typer.Option(help="What it is: intimate_image, sexual_deepfake, doxxing, impersonation...")
    ] = "",
    age: Annotated[
        str, typer.Option(help="Age of the person on the image: adult, minor, unknown; none without image.")
    ] = "none",
    json: Json = False,
) -> None:
    """It is her. With --harm, it becomes a content to take down."""
    _judge(hit_id, "me", harm or None, age, json)


@app.command()
def follow(
    hit_id: str,
    consent: Annotated[bool, typer.Option("--consent", help="She agrees that this picture of her is watched.")] = False,
    picture: Annotated[str, typer.Option(help="- to read from standard input which picture of the page.")] = "",
    json: Json = False,
) -> None:
    """Watch the picture of a confirmed hit, for a person who does not have it; only of age on the image."""
    from monitor import following, store
    from monitor.errors import WatchRefused
    from vigie.cli.desk import at_desk

    url = read_input("-").strip() if picture == "-" else picture
    try:
        with at_desk() as desk:
            desk.case(store.hit(desk.session, hit_id).case_id, "watch.add")
            made = following.follow(desk.session, desk.now, hit_id, consent=consent, actor=desk.actor.id, url=url)
    except WatchRefused as refusal:
        fail(str(refusal), Exit.REFUSED)
    emit({"fingerprint": made}) if json else say(f"The picture is watched: fingerprint {made}.")


@app.command()
def dismiss(
    hit_id: str,
    unsure: Annotated[bool, typer.Option("--unsure", help="Not sure: keep it for somebody else.")] = False,
    json: Json = False,
) -> None:
    """It is not her: this address stays silent from now on. Or: not sure."""
    _judge(hit_id, "unsure" if unsure else "not_me", None, "none", json)


def _judge(hit_id: str, verdict: str, harm: str | None, age: str, json: bool) -> None:
    from config.messages import HARMS
    from monitor import judgement, store
    from takedown import intake
    from takedown.tables import ContentRow
    from vigie.cli.desk import at_desk

    if harm is not None and harm not in HARMS:
        fail(f"No harm is named {harm}: one of {', '.join(HARMS)}.", Exit.USAGE)
    with at_desk() as desk:
        desk.case(store.hit(desk.session, hit_id).case_id, "hit.judge")
        row = judgement.judge(
            desk.session, desk.now, hit_id, verdict=verdict, actor=desk.actor.id, harm=harm, age_on_image=age
        )
        content = intake.run(desk.session, desk.now, row, catalogue=desk.wiring.catalogue) if harm else None
        if content and (kept := desk.session.get_one(ContentRow, content).harm) != harm:
            progress(
                f"This address is already pursued as {kept}; {harm} was noted with your judgement, not added to it."
            )
    emit({"judgement": row, "verdict": verdict, "content": content}) if json else say(f"Recorded: {verdict}.")
