"""What may be done now for one track: the ladder's steps with letter, ground, channel, addressee and reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.tables import CaseFile
from config import messages
from config.catalogue import Catalogue
from takedown import addressee, contacts, guided, recourse
from takedown.addressee import Addressee
from takedown.errors import AddresseeError
from takedown.proposal import letter_number
from takedown.situation import RecourseError, read_situation
from takedown.tables import ContentRow, EventRow, NoticeRow, NoticeTrack, TrackRow

AUDIENCES: Mapping[str, str] = {"private_messages": "private", "closed_group": "closed"}
"""Who can see a content, where its harm says it; everything else counts as public."""
SITE = ("platform", "host", "search", "archive", "cdn", "registrar")
AUTHORITY = ("regulator", "police", "court", "flagger", "helpline", "dispute_body", "hash_service", "carrier")
AT_THE_SITE = frozenset({"platform", "host", "network", "cdn", "registrar", "archive", "author", "publisher"})
AT_THE_ENGINE = frozenset({"search"})
OUTCOMES: Mapping[str, str] = {
    "track.contested": "counter_notice",
    "track.refused": "refusal", "track.silence": "silence", "track.reappeared": "back", "track.resolved": "removed",
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """One step: `when` is now, beside (with another step) or later; `letter` is None for a guided act.

    `reasons` are codes of config/texts/offers.toml with their parameters.
    """

    step: str
    do: str
    when: str
    to: str
    letter: str | None
    ground: str | None
    channel: str | None
    addressee: Addressee | None
    article: str | None
    signers: tuple[str, ...]
    reasons: tuple[Mapping[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        shown = {**asdict(self), "signers": list(self.signers)}
        shown["addressee"] = self.addressee.to_json() if self.addressee else None
        shown["reasons"] = [{**one, "text": messages.both(one["code"], one["params"])} for one in self.reasons]
        return {**shown, "text": messages.both(f"recourse.do.{self.do}", {})}


@dataclass(frozen=True)
class Step:
    """One step by its letter or act, and by its place on the ladder; the letter's variant, the ground it rests on."""

    do: str
    id: str
    letter: str | None = None
    ground: str | None = None


@dataclass(frozen=True)
class Offers:
    """The steps of a track's ladder, those left out with the reason, and the warnings to read first."""

    steps: tuple[Offer, ...]
    excluded: tuple[Mapping[str, Any], ...]
    warnings: tuple[Mapping[str, Any], ...]

    def questions(self) -> tuple[Mapping[str, Any], ...]:
        """The warnings that ask whether the content is another harm than the one chosen."""
        return tuple(one for one in self.warnings if one["code"].startswith("requalify."))

    def acts(self) -> frozenset[str]:
        """The steps that are no letters: a person is guided through them."""
        return frozenset(offer.do for offer in self.steps if not is_letter(offer.do))

    def first(self) -> Offer | None:
        """What the ladder proposes: the first letter of the steps that may be taken now, else the first step."""
        now = [offer for offer in self.steps if offer.when == "now"]
        return next((offer for offer in now if offer.letter), now[0] if now else None)


def proposals(
    session: Session,
    now: dt.datetime,
    track_id: str,
    catalogue: Catalogue,
    own_name: Collection[str] = (),
    *,
    lang: str = "fr",
) -> Offers:
    """What may be done for a track at `now`; the person chooses. Raises `RecourseError` when no ladder fits.

    `own_name`: the letters that an association may sign without the person's mandate (`Letterbook.own_name`).
    """
    catalogue = contacts.added_to(session, catalogue)
    row = session.get_one(TrackRow, track_id)
    document = situation_of(session, now, row, catalogue, lang=lang)
    plan = recourse.explain(document, catalogue, now, own_name)
    harm = read_situation(document).ladder_harm
    signers = {entry["do"]: tuple(entry["who"]) for entry in plan["signers"]}
    ordered = (("now", plan["first"]), ("beside", plan["parallel"]), ("later", plan["next"]))
    steps = [
        _offer(row, step, when, harm, signers.get(step["do"], ()), catalogue, lang)
        for when, listed in ordered
        for step in listed
        if _concerns(row, step["to"])
    ]
    return Offers(tuple(steps), tuple(plan["excluded"]), tuple(plan["warnings"]))


def following(
    session: Session, now: dt.datetime, row: TrackRow, catalogue: Catalogue, *, upon: str | None = None
) -> Step | None:
    """The step proposed for a track, `upon` what was just heard (silence, refusal, back); None at the ladder's end.

    It is the first letter, else the first act, that is open now; while every step waits, the first of those.
    """
    document = situation_of(session, now, row, catalogue)
    notices = [one for one in document["earlier"] if is_letter(one["step"])]
    for last in notices[-1:] if upon else []:
        last["outcome"] = upon
    try:
        plan = recourse.explain(document, catalogue, now)
    except RecourseError:
        return None
    open_now = [step for step in plan["first"] if _concerns(row, step["to"])]
    later = [step for step in plan["next"] if _concerns(row, step["to"])]
    waiting = [step for step in later if step["when"] in ("silence", "unresolved")]
    harm = read_situation(document).ladder_harm
    steps = [
        Step(step["do"], step["step"], *_letter(catalogue, step["do"], step["ground"], harm))
        for step in open_now or waiting[:1]
    ]
    return next((step for step in steps if is_letter(step.do)), steps[0] if steps else None)


def situation_of(
    session: Session, now: dt.datetime, row: TrackRow, catalogue: Catalogue, *, lang: str = "fr"
) -> dict[str, Any]:
    """The document that `takedown.recourse.explain` reads, from what the case knows of a track."""
    content, case = session.get_one(ContentRow, row.content_id), session.get_one(CaseFile, row.case_id)
    earlier = list(_earlier(session, row))
    listed = row.target in catalogue.platforms
    return {
        "harm": content.harm,
        "audience": audience_of(content),
        "age_on_image": content.age_on_image,
        "under_18_today": case.under_18_today,
        "ex_partner": "yes" if case.ex_partner else "no",
        "danger": "yes" if case.danger else "no",
        "author_controls_addressee": "no" if listed else "unknown",
        "platform": row.target if listed else None,
        "platform_kind": None if listed else "site",
        "residence": case.residence,
        "complaint_filed": "yes" if _complaint_filed(session, row.case_id, earlier) else "unknown",
        "first_published": first_published(content),
        "earlier": earlier,
        "lang": lang,
        "now": now,
    }


def audience_of(content: ContentRow) -> str:
    """Who can see a content: what a person said of it, else what its harm says, else everybody."""
    return content.audience or AUDIENCES.get(content.harm, "public")


def first_published(content: ContentRow) -> dict[str, Any] | None:
    """The day of the first posting and where it was read; None while nobody was asked."""
    if content.published_on is None and content.published_source is None:
        return None
    return {"date": content.published_on, "source": content.published_source}


def _earlier(session: Session, row: TrackRow) -> Iterator[dict[str, Any]]:
    """The letters that left for a track and the guided acts recorded for it, with what came of each."""
    heard = session.execute(
        select(EventRow.at, EventRow.code)
        .where(EventRow.track_id == row.id, EventRow.code.in_(OUTCOMES))
        .order_by(EventRow.at, EventRow.id)
    ).all()
    sent = select(NoticeRow).join(NoticeTrack, NoticeTrack.notice_id == NoticeRow.id)
    sent = sent.where(NoticeTrack.track_id == row.id, NoticeRow.sent_at.is_not(None)).order_by(NoticeRow.sent_at)
    for notice in session.scalars(sent):
        at = notice.sent_at or notice.created_at
        came = [OUTCOMES[code] for when, code in heard if when >= at]
        acknowledged = "acknowledged" if notice.status == "acknowledged" else "none"
        outcome = came[-1] if came else acknowledged
        yield {"step": letter_number(notice.letter), "date": at, "outcome": outcome, "reference": notice.reference}
    for done in guided.of_track(session, row.id):
        yield {"step": done["act"], "date": dt.date.fromisoformat(done["on"]), "outcome": done["outcome"]}


def _complaint_filed(session: Session, case_id: str, earlier: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a complaint was sent or filed in person, for this content or another one of the case."""
    return any(step["step"] == "L14" for step in earlier) or guided.complaint_filed(session, case_id)


def is_letter(do: str) -> bool:
    """Whether a step is a letter, by its number; else it is a guided act."""
    return do[0] == "L" and do[1:3].isdigit()


def _concerns(row: TrackRow, to: str) -> bool:
    """A search engine's results and the page itself are separate tracks (design.md section 7)."""
    return to not in (AT_THE_SITE if row.place in ("engine", "cache") else AT_THE_ENGINE)


def _offer(
    row: TrackRow,
    step: Mapping[str, Any],
    when: str,
    harm: str,
    signers: tuple[str, ...],
    catalogue: Catalogue,
    lang: str,
) -> Offer:
    letter, ground = _letter(catalogue, step["do"], step["ground"], harm)
    goes_to = _addressee(catalogue, row, step, harm, lang)
    return Offer(
        step=step["step"], do=step["do"], when=when, to=step["to"], letter=letter, ground=ground,
        channel=goes_to.channel if goes_to else step["channel"], addressee=goes_to, article=step["article"],
        signers=signers, reasons=tuple(_reasons(step, when, letter, goes_to)),
    )  # fmt: skip


def _letter(catalogue: Catalogue, do: str, grounds: Sequence[str], harm: str) -> tuple[str | None, str | None]:
    """The letter in the variant for this harm and its ground, where the catalogue has one."""
    known = [catalogue.grounds[name] for name in grounds if name in catalogue.grounds]
    for ground in known:
        for letter in ground.letters:
            if letter_number(letter) == do and harm in ground.harms:
                return letter, ground.id
    return None, None


def _addressee(catalogue: Catalogue, row: TrackRow, step: Mapping[str, Any], harm: str, lang: str) -> Addressee | None:
    """Whom the step writes to, by record; None where a person must find the addressee, or a record must be added."""
    record = addressee.authority_for(catalogue, step["do"]) if step["to"] in AUTHORITY else row.target
    if step["to"] not in (*SITE, *AUTHORITY):
        return None
    asked = [step["channel"]] if step["channel"] in addressee.PREFERRED else []
    prefer = (*asked, *(way for way in addressee.PREFERRED if way not in asked))
    try:
        return addressee.find(catalogue, record, harm, prefer, lang, do=step["do"])
    except AddresseeError:
        return None


def _wait(hours: int) -> dict[str, Any]:
    """A suggested wait as people say it: hours up to three days, then days."""
    if hours > 72 and hours % 24 == 0:
        return {"code": "offer.days", "params": {"days": hours // 24}}
    return {"code": "offer.hours", "params": {"hours": hours}}


def _reasons(
    step: Mapping[str, Any], when: str, letter: str | None, goes_to: Addressee | None
) -> Iterator[dict[str, Any]]:
    if when != "later":
        yield {"code": f"offer.{when}", "params": {}}
    else:
        yield {"code": f"offer.after.{step['when']}", "params": {}}
        if step["rule"]:
            yield {"code": "offer.legal_wait", "params": {}}
        if step["after_hours"]:
            yield _wait(step["after_hours"])
    if step["article"]:
        yield {"code": "offer.article", "params": {"article": step["article"]}}
    if goes_to is not None and goes_to.discloses_to in ("public", "host", "uploader"):
        yield {"code": f"offer.discloses.{goes_to.discloses_to}", "params": {}}
    if letter is None and is_letter(step["do"]):
        yield {"code": "offer.no_letter", "params": {}}
