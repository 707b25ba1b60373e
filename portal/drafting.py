"""The form that prepares a letter: what may be chosen for some tracks, what was typed, and the draft made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from portal.visit import Visit
from takedown import addressee, contacts, listing, notices, offer, proposal, store
from takedown.addressee import Addressee
from takedown.drafting import PARIS
from takedown.errors import AddresseeError
from takedown.letterbook import Fact, LetterTemplate
from takedown.listing import TrackView
from takedown.offer import Offer, Offers
from takedown.signing import office_of
from takedown.situation import RecourseError
from takedown.tables import ContentRow, TrackRow

OTHER = ({"code": "portal.draft.other", "params": {}},)
OPEN = frozenset({"open", "waiting", "to_act"})
LANGS = ("fr", "en")  # the language of the law they rest on first; each letter says in which it exists
USUAL, RECORD = "usual", "record"
TO = (USUAL, RECORD, addressee.GIVEN)
"""Whom a letter goes to: its own authority or the track's site, another record, or an addressee that is typed."""
WRITTEN_TO = ("platform", "host", "search", "cdn", "archive", "controller", "publisher", "author")
LONGEST_FACT = 400  # characters: one sentence, or a group of words
LINES = 20  # times as long where a fact has several lines
SIGNERS: Mapping[str, tuple[str, ...]] = {
    "agent": ("subject", "association"), "lead": ("subject", "association"), "lawyer": ("lawyer", "subject"),
}  # fmt: skip
"""Who may be named as the signer, by the visitor's role; the person herself, and who helps her alone, only she."""


@dataclass(frozen=True)
class Choice:
    """One letter that may be written here: why it is offered, who may sign it, whether the ladder proposes it."""

    letter: str
    reasons: tuple[Mapping[str, Any], ...]
    signers: tuple[str, ...]
    title: Mapping[str, str]
    at_the_site: bool
    ground: str | None = None
    proposed: bool = False
    on_the_ladder: bool = False

    @property
    def do(self) -> str:
        return proposal.letter_number(self.letter)

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages in which it is written."""
        return tuple(lang for lang in LANGS if lang in self.title)


@dataclass(frozen=True)
class Sheet:
    """All that one drafting form shows: the tracks a letter may cover together, letters, ways to send, facts."""

    track: TrackView
    tracks: tuple[TrackView, ...]
    choices: tuple[Choice, ...]
    signers: tuple[str, ...]
    ways: tuple[Addressee, ...]
    facts: Mapping[str, Fact]
    records: Mapping[str, str]

    def choice(self, letter: str) -> Choice | None:
        return next((one for one in self.choices if one.letter == letter), None)


@dataclass(frozen=True)
class Typed:
    """What was chosen and typed, and what is wrong with it: field -> code."""

    tracks: frozenset[str]
    letter: str
    signer: str
    way: str
    facts: Mapping[str, str] = field(repr=False)
    lang: str = LANGS[0]
    to: str = USUAL
    elsewhere: Mapping[str, Any] = field(default_factory=dict, repr=False)
    problems: Mapping[str, str] = field(default_factory=dict)


def sheet(visit: Visit, track_id: str, letter: str = "") -> Sheet:
    """What may be chosen for the tracks that one letter can cover with this one; the facts are those of `letter`.

    Without a letter they are those of the proposed one: another letter asks for its own when it is chosen.
    """
    row = store.get(visit.session, TrackRow, track_id)
    harm = _harm(visit.session, row.content_id)
    takes_back = any(one.header.earlier == "retracted" for one in _fitting(visit, harm).get(letter, {}).values())
    known = {one.id: one for one in listing.tracks(visit.session, row.case_id)}
    choices = tuple(_choices(visit, row, harm, offers(visit, track_id)))
    may_sign = SIGNERS.get(visit.actor.role, ("subject",))
    return Sheet(
        track=known[track_id], choices=choices, ways=tuple(_ways(visit, row.target, harm)),
        tracks=tuple(one for one in known.values() if _together(visit.session, one, row, harm, takes_back=takes_back)),
        signers=tuple(who for who in may_sign if any(who in choice.signers for choice in choices)),
        facts=_facts(visit, harm, letter or next((choice.letter for choice in choices if choice.proposed), "")),
        records=addressee.recorded(visit.services.catalogue) if addresses(visit) else {},
    )  # fmt: skip


def addresses(visit: Visit) -> bool:
    """Whether the visitor may write to somebody else than the usual addressee: at work, or alone on her instance."""
    return visit.services.personal or visit.actor.role in SIGNERS


def offers(visit: Visit, track_id: str) -> Offers:
    """The steps of the track's ladder, in the visitor's language; none where no ladder serves this situation."""
    try:
        known, own_name = visit.services.catalogue, visit.services.letterbook.own_name
        return offer.proposals(visit.session, visit.now, track_id, known, own_name, lang=visit.lang)
    except RecourseError:
        return Offers((), (), ())


def begin(on: Sheet, letter: str = "") -> Typed:
    """The form as it is first shown: every page of the site, the proposed letter, the way the record prefers."""
    first = letter or next((choice.letter for choice in on.choices if choice.proposed), "")
    return Typed(
        tracks=frozenset(one.id for one in on.tracks), letter=first, signer=on.signers[0] if on.signers else "",
        way=on.ways[0].channel if on.ways else "", facts={},
    )  # fmt: skip


def read(visit: Visit, on: Sheet) -> Typed:
    """The form as typed, with every problem named at once."""
    typed = Typed(
        tracks=frozenset(str(value) for value in visit.form.getlist("track")), letter=visit.typed("letter"),
        signer=visit.typed("signer"), way=visit.typed("way"),
        facts={name: said for name in on.facts if (said := visit.typed(f"fact_{name}"))},
        lang=visit.typed("lang") or LANGS[0], to=visit.typed("to") or USUAL, elsewhere=_elsewhere(visit),
    )  # fmt: skip
    return replace(typed, problems=dict(_problems(on, typed)))


def write(visit: Visit, on: Sheet, typed: Typed) -> str:
    """The draft, in this visit's transaction; raises the room's refusals."""
    services, chosen = visit.services, on.choice(typed.letter)
    others = [way for way in addressee.PREFERRED if way != typed.way]
    mailbox = services.settings.smtp_sender
    return notices.draft(
        visit.session, visit.now, track_ids=sorted(typed.tracks), actor=visit.actor.id, catalogue=services.catalogue,
        letterbook=services.letterbook, letter=typed.letter, ground=chosen.ground if chosen else None, lang=typed.lang,
        signer=typed.signer, facts=typed.facts, specimen=services.settings.demo,
        office=office_of(visit.session, visit.case_id, typed.signer, actor=visit.actor.id, mailbox=mailbox),
        prefer=(typed.way, *others) if typed.way else addressee.PREFERRED,
        to=None if typed.to == USUAL else typed.elsewhere,
    )  # fmt: skip


def _elsewhere(visit: Visit) -> dict[str, Any]:
    """The other addressee as `takedown.addressee.chosen` reads it: a record, or what was typed."""
    if visit.typed("to") == RECORD:
        return {"record": visit.typed("record")}
    lines = [line.strip() for line in visit.typed("lines").splitlines() if line.strip()]
    return {"entity": visit.typed("entity"), "lines": lines, "email": visit.typed("email"),
            "channel": "email" if visit.typed("email") else "post" if lines else "file"}  # fmt: skip


def _choices(visit: Visit, row: TrackRow, harm: str, found: Offers) -> Iterator[Choice]:
    """Each letter once: those of the ladder, then any other that fits the harm and that nothing speaks against."""
    fitting, excluded = _fitting(visit, harm), {one["what"] for one in found.excluded}
    ladder = {one.letter: one for one in reversed(found.steps) if one.letter in fitting}
    for letter in sorted(fitting, key=lambda name: _place(ladder.get(name))):
        headers, step = {lang: one.header for lang, one in fitting[letter].items()}, ladder.get(letter)
        header = next(iter(headers.values()))
        one = Choice(
            letter, OTHER, header.signers, {lang: known.title for lang, known in headers.items()},
            at_the_site=not header.record and not header.to and bool(set(WRITTEN_TO) & set(header.addressees)),
        )  # fmt: skip
        if step is not None:
            yield replace(
                one, reasons=step.reasons, ground=step.ground, proposed=step is found.first(), on_the_ladder=True
            )
        elif row.place == "source" and one.do not in excluded:
            yield one


def _place(step: Offer | None) -> int:
    """What the ladder offers now, then what comes later on it, then what it does not name."""
    return ("now", "beside", "later", "").index(step.when if step else "")


def _fitting(visit: Visit, harm: str) -> dict[str, dict[str, LetterTemplate]]:
    """The letters of the book that go with this harm under a ground in force today, by language, French first."""
    day, found = visit.now.astimezone(PARIS).date(), dict[str, dict[str, LetterTemplate]]()
    grounds = [one for one in visit.services.catalogue.grounds.values() if harm in one.harms and one.in_force(day)]
    served = {letter for one in grounds for letter in one.letters}
    known = visit.services.letterbook.letters
    for letter, lang in sorted(known, key=lambda name: (name[0], LANGS.index(name[1]))):
        if letter in served and harm in known[letter, lang].header.harms:
            found.setdefault(letter, {})[lang] = known[letter, lang]
    return found


def _together(session: Session, one: TrackView, row: TrackRow, harm: str, *, takes_back: bool) -> bool:
    """Whether one letter may cover both: same place, same addressee, same harm, still to be asked for.

    A letter that takes a notice back is also about what is gone: that notice may have made it disappear.
    """
    same = (one.place, one.target) == (row.place, row.target) and (one.status in OPEN or takes_back)
    return same and _harm(session, one.content_id) == harm


def _facts(visit: Visit, harm: str, letter: str) -> Mapping[str, Fact]:
    """What a person is asked for this letter, or for the harm where no letter is chosen yet."""
    fitting, day = _fitting(visit, harm), visit.now.astimezone(PARIS).date()
    languages = fitting.get(letter) or next(iter(fitting.values()), None)
    if languages is None:
        return {}
    template = next(iter(languages.values()))
    return template.asks(proposal.ground_for(visit.services.catalogue, template.header.id, harm, day).id)


def _harm(session: Session, content_id: str) -> str:
    return proposal.harm_of(session, session.get_one(ContentRow, content_id))


def _ways(visit: Visit, target: str, harm: str) -> Iterator[Addressee]:
    """The ways by which this addressee takes letters, each with where it was read and when."""
    catalogue = contacts.added_to(visit.session, visit.services.catalogue)
    for way in addressee.PREFERRED:
        try:
            yield addressee.find(catalogue, target, harm, (way,))
        except AddresseeError:
            continue


def _problems(on: Sheet, typed: Typed) -> Iterator[tuple[str, str]]:
    chosen = on.choice(typed.letter)
    needs_way = typed.to == USUAL and (chosen is None or chosen.at_the_site)
    wrong = {
        "track": not typed.tracks or not typed.tracks <= {one.id for one in on.tracks},
        "letter": chosen is None,
        "lang": typed.lang not in (chosen.langs if chosen else LANGS),
        "signer": typed.signer not in on.signers or (chosen is not None and typed.signer not in chosen.signers),
        "to": typed.to not in TO or (typed.to != USUAL and not on.records),
        "record": typed.to == RECORD and typed.elsewhere["record"] not in on.records,
        "way": needs_way and typed.way not in {one.channel for one in on.ways},
    }
    yield from ((name, f"portal.draft.problem.{name}") for name, is_wrong in wrong.items() if is_wrong)
    for name, fact in on.facts.items():
        said = typed.facts.get(name, "")
        longest = LONGEST_FACT * (LINES if fact.kind == "lines" else 1)
        if fact.required and not said:
            yield f"fact_{name}", "portal.draft.problem.fact"
        elif len(said) > longest or not said.replace("\r\n", " ").replace("\n", " ").isprintable():
            yield f"fact_{name}", "portal.draft.problem.fact_length"
