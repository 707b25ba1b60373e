"""Plays the whole story in order, tells it as it goes, and gives the figures that the end-to-end test asserts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from email import message_from_bytes
from typing import Any

from cases import audit
from config.messages import render
from demo import story
from takedown import listing, notices, statistics
from vigie.story import acts
from vigie.story.acts import Tell
from vigie.story.stage import Stage

REMINDED = "C"  # the target that says nothing: it is reminded, then the next rung is proposed


def play(stage: Stage, tell: Tell, days: float) -> dict[str, Any]:
    """Everything from the watch to the last look, `days` after the letters left; gives the figures."""
    tell("A watch on Camille Exemple: attested by the agent, reviewed and activated by the lead.")
    acts.watch_for_her(stage)
    tell("Looking:")
    ticker = acts.Ticker(tell)
    sources = acts.look(stage, tell, ticker)
    findings = acts.compare(stage)
    _show_hits(findings, tell)
    said = acts.judge(stage, findings)
    tell(f"Judged: {said['me']} are her, {said['not_me']} a namesake, {said['unsure']} left for somebody else.")
    done = acts.seal(stage)
    tell(f"Sealed: {done['capture']} exhibits, before any letter.")
    tell(f"Signed off by the lawyer: {acts.sign_off(stage)} letters.")
    letters = {target: acts.write(stage, target) for target in ("A", "B", "C")}
    sent = acts.send(stage)
    tell(f"Letters: {len(letters)} drafted by the agent, approved by the lead, {sent} sent to the loopback mailbox.")
    begun = stage.now
    _play_timeline(stage, tell, letters, days)
    return {"first_hit_seconds": ticker.first_hit, **_figures(stage, sources, findings, begun, tell)}


def _show_hits(findings: acts.Findings, tell: Tell) -> None:
    tell("Hits:")
    for hit in sorted(findings.hits, key=lambda hit: (hit.band, hit.address)):
        why = "; ".join(render(reason["code"], reason.get("params", {}), "en") for reason in hit.reasons)
        tell(f"  {hit.band:<9} {hit.score:.2f}  {hit.kind:<5} {hit.address}\n             {why}")


def _play_timeline(stage: Stage, tell: Tell, letters: dict[str, str], days: float) -> None:
    """What the others do, in order, then the rest of the days; a silence is answered by a reminder."""
    past = 0.0
    for turn in story.TIMELINE:
        if turn.days > days:
            break
        acts.pass_days(stage, turn.days - past)
        past = turn.days
        acts.happens(stage, turn, letters)
        tell(f"Day {turn.days:>4.1f}: {turn.action} ({story.TARGETS[turn.target].site})")
        if turn.action == "silence":
            past += _remind(stage, tell)
    acts.pass_days(stage, max(days - past, 0))
    _tell_next(stage, tell)


def _remind(stage: Stage, tell: Tell) -> float:
    """The deadline is over and nothing came: the lead approves the reminder that the ladder proposes."""
    waited = 0.0
    while any(track.status == "waiting" for track in acts.tracks_of(stage, REMINDED)) and waited < 3:
        acts.pass_days(stage, 1)
        waited += 1
    acts.write(stage, REMINDED)
    tell(f"          no answer: a reminder leaves ({acts.send(stage)} messages in all)")
    return waited


def _tell_next(stage: Stage, tell: Tell) -> None:
    """What the ladder proposes for each track that a person must act on."""
    with stage.session() as session:
        last = {
            event["track"]: event for event in statistics.timeline(session, stage.case.id) if "next" in event["params"]
        }
    for track in {one.id: one for target in story.TARGETS for one in acts.tracks_of(stage, target)}.values():
        if track.status == "to_act" and track.id in last:
            event = last[track.id]
            tell(f"To act: {track.address} ({event['code']}), the ladder proposes: {event['params']['next']['en']}.")


def _figures(
    stage: Stage, sources: dict[str, dict[str, Any]], findings: acts.Findings, begun: dt.datetime, tell: Tell
) -> dict[str, Any]:
    """The last lines of the story: found, requested, removed, refused, back; the ledger; each letter sent once."""
    with stage.session() as session:
        counts = statistics.counts(session, stage.case.id)
        chains = list(audit.chains(session))
        lines = notices.list_notices(session, stage.case.id)
        tracks = listing.tracks(session, stage.case.id)
        timeline = statistics.timeline(session, stage.case.id)
    ids = Counter(str(message_from_bytes(mail.data)["Message-ID"]) for mail in stage.mailbox.messages)
    figures = {
        "days": round((stage.now - begun) / acts.DAY, 1),
        "sources": sources,
        "expected_hits": findings.expected,
        "found_hits": findings.found,
        "missed": findings.missed,
        "false_alarms": findings.false_alarms,
        "counts": counts,
        "letters": Counter(line.letter for line in lines),
        "statuses": Counter(line.status for line in lines),
        "tracks": Counter(track.status for track in tracks),
        "messages": sum(ids.values()),
        "double_sends": sum(count - 1 for count in ids.values()),
        "ledger_intact": all(chain.intact for chain in chains),
        "ledger_entries": sum(chain.entries for chain in chains),
        "events": Counter(event["code"] for event in timeline),
    }
    _tell_figures(figures, tell)
    return figures


def _tell_figures(figures: dict[str, Any], tell: Tell) -> None:
    counts = figures["counts"]
    names = ("found", "requested", "removed", "refused", "back")
    tell(f"After {figures['days']:.0f} days: " + ", ".join(f"{name} {counts[name]}" for name in names))
    alarms = len(figures["false_alarms"])
    tell(f"Hits: {figures['found_hits']} of {figures['expected_hits']} expected, {alarms} false alarms.")
    tell(f"Messages: {figures['messages']}, sent twice: {figures['double_sends']}.")
    state = "whole" if figures["ledger_intact"] else "BROKEN"
    tell(f"Ledger: {figures['ledger_entries']} entries, the chain is {state}.")
