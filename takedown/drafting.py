"""Drafts a notice: evidence first, then letter, ground and addressee, written from what the case knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import case as case_room
from cases import mandate
from cases.case import Case
from config.catalogue import Catalogue
from config.records import Ground
from evidence.tables import Exhibit
from storage.database import new_id
from takedown import addressee as addressees
from takedown import chronology, contacts, events, letters, offer, proposal, reference, signoff, store
from takedown.addressee import Addressee
from takedown.errors import NoticeError
from takedown.letter import POSTAL_LINES, POSTAL_WIDTH
from takedown.letter_context import Earlier, LetterContext, LetterItem, Recipient, Sender
from takedown.letterbook import ROLES, Letterbook, LetterHeader, LetterTemplate, Role, signoff_hash
from takedown.tables import CheckRow, ContentRow, DispatchRow, EventRow, NoticeRow, NoticeTrack, TrackRow

PARIS = ZoneInfo("Europe/Paris")
PROVED = frozenset({"sealed", "address_only"})
KINDS: Mapping[str, str] = {
    "intimate_image": "image", "sexual_deepfake": "image", "minor_image": "image", "own_selfie": "image",
    "plain_image": "image", "plain_deepfake": "image", "minor_plain_image": "image", "impersonation": "profile",
    "private_messages": "message", "outdated_result": "search_result", "leak_forum": "file",
}  # fmt: skip
"""What a content is called in a letter, by harm (templates/letters/*/words.toml, kind)."""


@dataclass(frozen=True)
class Office:
    """Who signs for the person, or whose mailbox she uses: a name, a mailbox that is safe to give away, a town."""

    name: str
    email: str
    city: str = ""


def draft(
    session: Session,
    now: dt.datetime,
    *,
    track_ids: Sequence[str],
    actor: str,
    catalogue: Catalogue,
    letterbook: Letterbook,
    office: Office,
    letter: str | None = None,
    ground: str | None = None,
    lang: str = "fr",
    signer: str = "subject",
    facts: Mapping[str, str] | None = None,
    named: bool | None = None,
    prefer: Sequence[str] = addressees.PREFERRED,
    specimen: bool = False,
    to: Mapping[str, Any] | None = None,
) -> str:
    """Draft one letter for one or more tracks of the same place and harm; gives the notice's id.

    `to` is the addressee a person chooses (`addressee.chosen`); else the letter's own authority, or the track's site.
    `letter` and `ground` are the ladder's when not given; `named` says whether the person is named when somebody else
    signs (by default only where nobody is in danger). Raises `NoticeError` until the evidence is sealed,
    `AddresseeError` without a record to write to, `LetterError` for a letter that may not be written so.
    """
    catalogue = contacts.added_to(session, catalogue)
    rows = _tracks(session, track_ids, letterbook, letter, lang)
    contents = [session.get_one(ContentRow, row.content_id) for row in rows]
    _proved(session, contents)
    case = case_room.load(session, rows[0].case_id)
    harm = proposal.harm_of(session, contents[0])
    proposed = (letter, None) if letter else _proposed(session, now, rows[0], harm, catalogue, letterbook, lang)
    letter_id, own_ground = proposed
    template = letterbook.get(letter_id, lang)
    basis = proposal.ground_for(catalogue, letter_id, harm, now.astimezone(PARIS).date(), ground or own_ground)
    header, today = template.header, now.astimezone(PARIS).date()
    sha = signoff_hash(template, basis)
    earlier_id = None if header.earlier == "none" else _earlier_id(session, rows[0].id, header.earlier)
    goes_to = _goes_to(session, catalogue, header, rows[0], harm, today, prefer=prefer, to=to, earlier_id=earlier_id)
    own_name = signer == "association" and header.own_name and not mandate.valid_on(
        session, case.id, actor, today, "notify"
    )  # fmt: skip
    sender = _sender(case, office, signer, named).model_copy(update={"own_name": own_name})
    context = LetterContext(
        today=today, place=sender.city, reference=reference.new(), sender=sender,
        addressee=_recipient(goes_to),
        items=tuple(_item(session, content) for content in contents), harm=harm,  # type: ignore[arg-type]
        facts=_told(facts or {}, header, goes_to, contents, session),
        earlier=_earlier(session, earlier_id, rows[0].id), residence=case.residence,
        chronology=chronology.of_tracks(session, rows, lang, full=_reads_everything(header)),
        specimen=specimen, signed_off=signoff.is_signed(session, letter=letter_id, lang=lang, sha=sha),
        lang=cast(Literal["fr", "en"], lang),
    )  # fmt: skip
    written = letters.draft(template, basis, context)
    row = _keep(session, now, case.id, written, goes_to, template, basis, context, earlier_id, actor)
    session.add_all(NoticeTrack(notice_id=row.id, track_id=one.id) for one in rows)
    session.flush()
    events.of_notice(session, now, row, "notice.drafted", actor)
    return row.id


def _tracks(
    session: Session, track_ids: Sequence[str], letterbook: Letterbook, letter: str | None, lang: str
) -> list[TrackRow]:
    """The tracks, open ones unless the letter takes back what was sent: that may have made the content disappear."""
    takes_back = letter is not None and letterbook.get(letter, lang).header.earlier == "retracted"
    rows = [store.get(session, TrackRow, track_id) for track_id in sorted(set(track_ids))]
    if not rows:
        raise NoticeError.coded("refusal.no_track")
    if not takes_back and any(row.status in ("resolved", "closed") for row in rows):
        raise NoticeError.coded("refusal.track_done")
    harms = {proposal.harm_of(session, session.get_one(ContentRow, row.content_id)) for row in rows}
    if len({(row.case_id, row.place, row.target) for row in rows}) > 1 or len(harms) > 1:
        raise NoticeError.coded("refusal.one_site")
    return rows


def _proved(session: Session, contents: Sequence[ContentRow]) -> None:
    """The exhibit comes before any notice: removal destroys evidence (law.md 2.6)."""
    for content in contents:
        if content.exhibit_id is None and store.open_content(session, content).url is None:
            continue
        exhibit = session.get(Exhibit, content.exhibit_id) if content.exhibit_id else None
        if exhibit is None:
            raise NoticeError.coded("refusal.no_evidence")
        if exhibit.state == "failed":
            raise NoticeError.coded("refusal.capture_failed")
        if exhibit.state not in PROVED:
            raise NoticeError.coded("refusal.sealing")


def _proposed(
    session: Session,
    now: dt.datetime,
    row: TrackRow,
    harm: str,
    catalogue: Catalogue,
    letterbook: Letterbook,
    lang: str,
) -> tuple[str, str | None]:
    """The letter of the ladder's step, with the ground that the step rests on."""
    step = offer.following(session, now, row, catalogue)
    if step is None:
        raise NoticeError.coded("refusal.ladder_end")
    if step.letter is not None and (step.letter, lang) in letterbook.letters:
        return step.letter, step.ground
    try:
        return proposal.letter_for(letterbook, step.do, harm, lang), None
    except NoticeError:
        if step.do != "L02":
            raise
        return proposal.letter_for(letterbook, "L01", harm, lang), None  # a host is notified under the same article


def _sender(case: Case, office: Office, signer: str, named: bool | None) -> Sender:
    """She signs with the mailbox she chose for letters; another's letter names her only where safe, or asked."""
    if signer not in ROLES:
        raise NoticeError.coded("refusal.no_signer")
    role: Role = signer
    if role == "witness":
        return Sender(role=role)
    if role == "subject":
        email = case.contact.get("letters") or office.email
        city = "" if case.ex_partner or case.danger else case.contact.get("city", "")  # a town says where she is
        return Sender(name=case.name, role=role, email=email, city=city)
    shown = not (case.ex_partner or case.danger) if named is None else named
    return Sender(
        name=office.name, role=role, on_behalf_of=case.name if shown else "", email=office.email, city=office.city
    )


def _goes_to(
    session: Session,
    catalogue: Catalogue,
    header: LetterHeader,
    row: TrackRow,
    harm: str,
    today: dt.date,
    *,
    prefer: Sequence[str],
    to: Mapping[str, Any] | None,
    earlier_id: str | None,
) -> Addressee:
    """Whom a person chose, or whoever got the notice that is taken back, else the letter's authority or the site."""
    if to is not None:
        return addressees.chosen(catalogue, to, harm, today, header.lang, do=proposal.letter_number(header.id))
    if earlier_id and header.earlier == "retracted":
        taken_back = store.get(session, NoticeRow, earlier_id)
        if taken_back.platform != row.target:
            return store.open_addressee(session, taken_back)
    return _addressee(catalogue, header, row.target, harm, prefer)


def _addressee(catalogue: Catalogue, header: LetterHeader, target: str, harm: str, prefer: Sequence[str]) -> Addressee:
    """The authority of the letter, the site of the track, or, for a letter handed to a person, its own lines."""
    known, do = catalogue.authorities.get(header.record), proposal.letter_number(header.id)
    if known is not None and not known.by_residence and (known.form or known.address):
        return addressees.find(catalogue, header.record, harm, prefer, header.lang, do=do)
    if header.to:
        return Addressee(
            entity=header.to[0], lines=header.to[1:], channel="file", value="", lang=header.lang, discloses_to="none",
            record=header.record or header.id, source=f"templates/letters/{header.lang}/{header.id}.j2",
            checked_on=header.effective_date, kind=header.addressees[0],
        )  # fmt: skip
    return addressees.find(catalogue, header.record or target, harm, prefer, header.lang, do=do)


def _told(
    facts: Mapping[str, str], header: LetterHeader, goes_to: Addressee, contents: Sequence[ContentRow], session: Session
) -> dict[str, str]:
    """What was given, and for a host what its own record says: whose names it carries, by which source, seen when."""
    if "host_network" not in header.needs or facts.get("host_network"):
        return dict(facts)
    addresses = [store.open_content(session, content).url for content in contents]
    names = dict.fromkeys(str(urlsplit(address).hostname) for address in addresses if address)
    seen = f"{goes_to.source}, {goes_to.checked_on:%d/%m/%Y}"
    return {"host_network": ", ".join(names), "host_record": seen, **facts} if names else dict(facts)


def _reads_everything(header: LetterHeader) -> bool:
    """Whether the chronology may tell of reports to the police: only in what authorities and counsel read."""
    return bool({"regulator", "prosecutor", "court", "counsel"} & set(header.addressees))


def _recipient(goes_to: Addressee) -> Recipient:
    """Postal lines that no window envelope takes are left out where nothing goes by post: the letter still prints."""
    fits = len(goes_to.lines) < POSTAL_LINES and all(len(line) <= POSTAL_WIDTH for line in goes_to.lines)
    lines = goes_to.lines if fits or goes_to.channel == "post" else ()
    return Recipient(entity=goes_to.entity, lines=lines, channel=goes_to.channel)


def _item(session: Session, row: ContentRow) -> LetterItem:
    kept = store.open_content(session, row)
    exhibit = session.get(Exhibit, row.exhibit_id) if row.exhibit_id else None
    return LetterItem(
        url=kept.url or "", kind=KINDS.get(row.harm, "page"), first_seen=row.created_at,
        exhibit=exhibit.number if exhibit else None, sha256=exhibit.manifest_sha256 if exhibit else None,
        detail=", ".join(kept.locator.values()),
    )  # fmt: skip


def _earlier_id(session: Session, track_id: str, kind: str) -> str | None:
    """The last notice that left for this track; for a retraction, the last one that was taken back if there is one."""
    query = select(NoticeRow.id, NoticeRow.status).join(NoticeTrack, NoticeTrack.notice_id == NoticeRow.id)
    query = query.where(NoticeTrack.track_id == track_id, NoticeRow.sent_at.is_not(None))
    left = session.execute(query.order_by(NoticeRow.sent_at.desc())).all()
    taken_back = [row_id for row_id, status in left if status == "retracted"]
    standing = [row_id for row_id, status in left if status != "retracted"]
    return next(iter([*taken_back, *standing] if kind == "retracted" else standing), None)


def _earlier(session: Session, notice_id: str | None, track_id: str) -> Earlier | None:
    """What a reminder says of the notice before it."""
    if notice_id is None:
        return None
    notice = session.get_one(NoticeRow, notice_id)
    heard = select(func.min(EventRow.at)).where(EventRow.notice_id == notice_id, EventRow.code == "notice.acknowledged")
    seen = select(func.max(CheckRow.at)).where(CheckRow.track_id == track_id, CheckRow.verdict == "still_up")
    return Earlier(
        reference=notice.reference, sent_on=_day(notice.sent_at or notice.created_at),
        signed_by=next(iter(store.open_letter(session, notice).head.sender), ""),
        form_number=_form_number(session, notice), acknowledged_on=_maybe_day(session.scalar(heard)),
        still_up_on=_maybe_day(session.scalar(seen)),
    )  # fmt: skip


def _form_number(session: Session, notice: NoticeRow) -> str:
    query = select(DispatchRow).where(DispatchRow.notice_id == notice.id, DispatchRow.receipt_sealed.is_not(None))
    sent = session.scalar(query.limit(1))
    if sent is None or sent.receipt_sealed is None:
        return ""
    receipt = store.open_json(session, sent.case_id, "dispatch", "receipt", sent.id, sent.receipt_sealed)
    return str(receipt["detail"].get("number", ""))


def _keep(
    session: Session,
    now: dt.datetime,
    case_id: str,
    written: letters.Letter,
    goes_to: Addressee,
    template: LetterTemplate,
    ground: Ground,
    context: LetterContext,
    earlier_id: str | None,
    actor: str,
) -> NoticeRow:
    row_id = new_id(now)
    row = NoticeRow(
        id=row_id, case_id=case_id, reference=context.reference, letter=written.id, lang=written.lang, ground=ground.id,
        platform=goes_to.record, channel=goes_to.channel, status="draft", signer=context.sender.role,
        addressee_sealed=store.seal_json(session, case_id, "notice", "addressee", row_id, goes_to.to_json()),
        blocks_sealed=store.seal_letter(session, case_id, row_id, written),
        content_sha256=store.content_hash(session, written, goes_to), template_sha256=signoff_hash(template, ground),
        specimen=context.specimen, earlier_notice_id=earlier_id, drafted_by=actor, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(PARIS).date()


def _maybe_day(moment: dt.datetime | None) -> dt.date | None:
    return _day(moment) if moment else None
