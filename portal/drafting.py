"""The form that prepares a letter: what may be chosen for some tracks, what was typed, and the draft made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from cases import case, people
from portal.visit import Visit
from takedown import addressee, contacts, listing, notices, offer, proposal, store
from takedown.addressee import Addressee
from takedown.drafting import PARIS, Office
from takedown.errors import AddresseeError
from takedown.letterbook import Fact, LetterTemplate
from takedown.listing import TrackView
from takedown.offer import Offer, Offers
from takedown.situation import RecourseError
from takedown.tables import ContentRow, TrackRow

OTHER = ({"code": "portal.draft.other", "params": {}},)
OPEN = frozenset({"open", "waiting", "to_act"})
LANG = "fr"  # letters are written to the addressee's desk in the language of the law they rest on, French first
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
    proposed: bool = False

    @property
    def do(self) -> str:
        return proposal.letter_number(self.letter)


@dataclass(frozen=True)
class Sheet:
    """All that one drafting form shows: the tracks a letter may cover together, letters, ways to send, facts."""

    track: TrackView
    tracks: tuple[TrackView, ...]
    choices: tuple[Choice, ...]
    signers: tuple[str, ...]
    ways: tuple[Addressee, ...]
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Typed:
    """What was chosen and typed, and what is wrong with it: field -> code."""

    tracks: frozenset[str]
    letter: str
    signer: str
    way: str
    facts: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, str] = field(default_factory=dict)


def sheet(visit: Visit, track_id: str, letter: str = "") -> Sheet:
    """What may be chosen for the tracks that one letter can cover with this one; the facts are those of `letter`.

    Without a letter they are those of the proposed one: another letter asks for its own when it is chosen.
    """
    row = store.get(visit.session, TrackRow, track_id)
    harm = _harm(visit.session, row.content_id)
    known = {one.id: one for one in listing.tracks(visit.session, row.case_id)}
    choices = tuple(_choices(visit, row, harm, offers(visit, track_id)))
    may_sign = SIGNERS.get(visit.actor.role, ("subject",))
    return Sheet(
        track=known[track_id], choices=choices, ways=tuple(_ways(visit, row.target, harm)),
        tracks=tuple(one for one in known.values() if _together(visit.session, one, row, harm)),
        signers=tuple(who for who in may_sign if any(who in choice.signers for choice in choices)),
        facts=_facts(visit, harm, letter or next((choice.letter for choice in choices if choice.proposed), "")),
    )  # fmt: skip


def offers(visit: Visit, track_id: str) -> Offers:
    """The steps of the track's ladder, in the visitor's language; none where no ladder serves this situation."""
    try:
        return offer.proposals(visit.session, visit.now, track_id, visit.services.catalogue, lang=visit.lang)
    except RecourseError:
        return Offers((), (), ())


def begin(on: Sheet) -> Typed:
    """The form as it is first shown: every page of the site, the proposed letter, the way the record prefers."""
    first = next((choice.letter for choice in on.choices if choice.proposed), "")
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
    )  # fmt: skip
    return replace(typed, problems=dict(_problems(on, typed)))


def write(visit: Visit, typed: Typed) -> str:
    """The draft, in this visit's transaction; raises the room's refusals."""
    services = visit.services
    others = [way for way in addressee.PREFERRED if way != typed.way]
    return notices.draft(
        visit.session, visit.now, track_ids=sorted(typed.tracks), actor=visit.actor.id, catalogue=services.catalogue,
        letterbook=services.letterbook, letter=typed.letter, lang=LANG, signer=typed.signer, facts=typed.facts,
        office=_office(visit, typed.signer), prefer=(typed.way, *others), specimen=services.settings.demo,
    )  # fmt: skip


def _choices(visit: Visit, row: TrackRow, harm: str, found: Offers) -> Iterator[Choice]:
    """Each letter once: first those of the ladder, then any other that fits the harm and that nothing speaks against.

    Only letters to this track's own addressee; one to an authority needs a track of its own.
    """
    fitting, excluded = dict(_fitting(visit, harm)), {one["what"] for one in found.excluded}
    here = [one for one in found.steps if one.addressee is not None and one.addressee.record == row.target]
    ladder = {one.letter: one for one in reversed(here) if one.letter in fitting}
    for letter in sorted(fitting, key=lambda name: _place(ladder.get(name))):
        header, step = fitting[letter].header, ladder.get(letter)
        if step is not None:
            yield Choice(letter, step.reasons, header.signers, step is found.first())
        elif row.place == "source" and proposal.letter_number(letter) not in excluded:
            yield Choice(letter, OTHER, header.signers)


def _place(step: Offer | None) -> int:
    """What the ladder offers now, then what it does not name, then what comes later on it."""
    return ("now", "beside", "", "later").index(step.when if step else "")


def _fitting(visit: Visit, harm: str) -> Iterator[tuple[str, LetterTemplate]]:
    """The letters of the book that go with this harm under a ground in force today."""
    day = visit.now.astimezone(PARIS).date()
    grounds = [one for one in visit.services.catalogue.grounds.values() if harm in one.harms and one.in_force(day)]
    for (letter, lang), template in sorted(visit.services.letterbook.letters.items()):
        if lang == LANG and harm in template.header.harms and any(letter in one.letters for one in grounds):
            yield letter, template


def _together(session: Session, one: TrackView, row: TrackRow, harm: str) -> bool:
    """Whether one letter may cover both: same place, same addressee, same harm, still to be asked for."""
    same = (one.place, one.target) == (row.place, row.target) and one.status in OPEN
    return same and _harm(session, one.content_id) == harm


def _facts(visit: Visit, harm: str, letter: str) -> Mapping[str, Fact]:
    """What a person is asked for this letter, or for the harm where no letter is chosen yet."""
    fitting, day = dict(_fitting(visit, harm)), visit.now.astimezone(PARIS).date()
    template = fitting.get(letter) or next(iter(fitting.values()), None)
    if template is None:
        return {}
    return template.asks(proposal.ground_for(visit.services.catalogue, template.header.id, harm, day).id)


def _harm(session: Session, content_id: str) -> str:
    return proposal.harm_of(session, session.get_one(ContentRow, content_id))


def _ways(visit: Visit, target: str, harm: str) -> Iterator[Addressee]:
    """The ways by which this addressee takes letters, each with where it was read and when."""
    catalogue = contacts.added_to(visit.session, visit.services.catalogue)
    for way in addressee.PREFERRED:
        try:
            yield addressee.find(catalogue, target, harm, (way,), LANG)
        except AddresseeError:
            continue


def _problems(on: Sheet, typed: Typed) -> Iterator[tuple[str, str]]:
    chosen = next((choice for choice in on.choices if choice.letter == typed.letter), None)
    wrong = {
        "track": not typed.tracks or not typed.tracks <= {one.id for one in on.tracks},
        "letter": chosen is None,
        "signer": typed.signer not in on.signers or (chosen is not None and typed.signer not in chosen.signers),
        "way": typed.way not in {one.channel for one in on.ways},
    }
    yield from ((name, f"portal.draft.problem.{name}") for name, is_wrong in wrong.items() if is_wrong)
    for name, fact in on.facts.items():
        said = typed.facts.get(name, "")
        longest = LONGEST_FACT * (LINES if fact.kind == "lines" else 1)
        if fact.required and not said:
            yield f"fact_{name}", "portal.draft.problem.fact"
        elif len(said) > longest or not said.replace("\r\n", " ").replace("\n", " ").isprintable():
            yield f"fact_{name}", "portal.draft.problem.fact_length"


def _office(visit: Visit, signer: str) -> Office:
    """Whose name and mailbox the letter carries: the association's, the lawyer's, or the mailbox she may use."""
    file = case.load(visit.session, visit.case_id)
    mailbox = visit.services.settings.smtp_sender or file.contact.get("letters", "")
    name = file.name
    if signer == "association":
        name = people.organisation_name(visit.session, file.organisation_id)
    elif signer == "lawyer":
        name = people.load_account(visit.session, visit.actor.id).name
    return Office(name, mailbox, file.contact.get("city", ""))
