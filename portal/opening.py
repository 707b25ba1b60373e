"""The form that opens a case: what is asked, what is missing, and what is made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from cases import case, people
from cases.case import OpenedCase
from cases.tables import Account, Organisation
from monitor import watch
from monitor.document import TermPart, WatchDocument
from portal.errors import NotFound
from portal.visit import Visit
from takedown import content, intake
from takedown.errors import TakedownError

HARMS = (
    "intimate_image", "sexual_deepfake", "sextortion", "plain_image", "plain_deepfake", "doxxing", "impersonation",
    "defamation", "insult", "threats", "harassment", "hate_speech", "escort_ad", "private_messages", "hacked_account",
    "outdated_result",
)  # fmt: skip
IMAGE_HARMS = frozenset({"intimate_image", "sexual_deepfake", "sextortion", "plain_image", "plain_deepfake",
                         "minor_image", "minor_plain_image", "own_selfie"})  # fmt: skip
OF_A_MINOR = {"intimate_image": "minor_image", "sexual_deepfake": "minor_image", "plain_image": "minor_plain_image"}
"""What a harm is called when the person was under 18 on the image (law.md section 20)."""
AGES = ("none", "adult", "minor", "unknown")
TODAY = ("no", "yes", "unknown")
COUNTRIES = ("FR", "BE", "CH", "LU", "CA", "GB", "US", "AU")
MOST_ADDRESSES = 200
E_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True)
class Typed:
    """What was typed, as it was typed, and what is wrong with it: field -> code."""

    age: str = ""
    under_18: str = ""
    harm: str = ""
    addresses: str = ""
    name: str = field(default="", repr=False)
    e_mail: str = field(default="", repr=False)
    residence: str = "FR"
    ex_partner: bool = False
    danger: bool = False
    attested: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        return address_lines(self.addresses)


def read_by_phone(visit: Visit) -> Typed:
    """The short form that somebody at work fills in while she speaks; nothing is declared in her place."""
    given = replace(read(visit), under_18=visit.typed("under_18") or "unknown", attested=False)
    wrong = {name: code for name, code in _problems(given).items() if name != "attested"}
    return replace(given, problems=wrong)


def read(visit: Visit) -> Typed:
    """The form as typed, with every problem named at once: nothing is lost, nothing is asked twice."""
    given = Typed(
        age=visit.typed("age"), under_18=visit.typed("under_18"), harm=visit.typed("harm"),
        addresses=visit.typed("addresses"), name=visit.typed("name"), e_mail=visit.typed("e_mail"),
        residence=visit.typed("residence") or "FR", ex_partner=bool(visit.typed("ex_partner")),
        danger=bool(visit.typed("danger")), attested=bool(visit.typed("attested")),
    )  # fmt: skip
    return replace(given, problems=_problems(given))


def address_lines(text: str) -> list[str]:
    """The addresses of a text area, one a line, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def addresses_problem(lines: list[str]) -> str | None:
    """The code of what is wrong with pasted addresses, None when nothing is."""
    if len(lines) > MOST_ADDRESSES:
        return "portal.open.problem.too_many"
    try:
        for line in lines:
            content.checked_address(line)
    except (TakedownError, ValueError):
        return "portal.open.problem.address"
    return None


def harm_for_age(harm: str, age: str) -> str:
    """The harm as the law names it for this age on the image."""
    return OF_A_MINOR.get(harm, harm) if age == "minor" else harm


def open_one(visit: Visit, given: Typed) -> OpenedCase:
    """The case, its watch and its first contents, in this visit's transaction; undeclared, it has no code yet."""
    opened = case.open_case(
        visit.session, visit.now, organisation_id=_organisation(visit), name=given.name, lang=visit.lang,
        contact={"letters": given.e_mail} if given.e_mail else {}, under_18_today=given.under_18,
        ex_partner=given.ex_partner, danger=given.danger, residence=given.residence,
        with_code=given.attested, actor=_actor(visit),
    )  # fmt: skip
    _tell_leads(visit, opened)
    _watch(visit, opened, given)
    harm = harm_for_age(given.harm, given.age)
    for line in given.lines:
        intake.by_address(
            visit.session, visit.now, case_id=opened.id, url=line, harm=harm, age_on_image=given.age,
            actor=_actor(visit), catalogue=visit.services.catalogue,
        )  # fmt: skip
    return opened


def _problems(given: Typed) -> dict[str, str]:
    image = given.harm in IMAGE_HARMS
    wrong_address = addresses_problem(given.lines)
    found = {
        "age": given.age not in AGES or (image and given.age == "none"),
        "under_18": given.under_18 not in TODAY,
        "harm": given.harm not in HARMS,
        "name": not 2 <= len(given.name) <= 200,
        "e_mail": bool(given.e_mail) and not E_MAIL.fullmatch(given.e_mail),
        "residence": given.residence not in COUNTRIES,
        "attested": not given.attested,
    }
    codes = {name: f"portal.open.problem.{name}" for name, wrong in found.items() if wrong}
    return codes | ({"addresses": wrong_address} if wrong_address else {})


def _actor(visit: Visit) -> str:
    """The owner of a personal instance, somebody at work, or the person herself, who has no account."""
    return visit.actor.id or "subject"


def _organisation(visit: Visit) -> str:
    """Where the case belongs: the visitor's own organisation, else the first association with a lead to review it."""
    if visit.actor.organisation_id:
        return visit.actor.organisation_id
    query = select(Organisation.id).order_by(Organisation.created_at, Organisation.id)
    if visit.services.personal:
        query = query.where(Organisation.kind == "personal")
    else:
        leads = select(Account.organisation_id).where(Account.role == "lead", Account.disabled_at.is_(None))
        query = query.where(Organisation.kind == "association", Organisation.id.in_(leads))
    found = visit.session.scalar(query.limit(1))
    if found is None:
        raise NotFound("portal.problem.not_ready")
    return found


def _tell_leads(visit: Visit, opened: OpenedCase) -> None:
    """A case opened here must be seen by somebody: the leads of the association take part from the start."""
    if visit.services.personal:
        return
    for person in people.list_accounts(visit.session, _organisation(visit)):
        if person.role == "lead" and not person.disabled:
            people.join(visit.session, visit.now, opened.id, person.id, "lead", actor="system")
    if visit.actor.role in ("agent", "lawyer"):
        people.join(visit.session, visit.now, opened.id, visit.actor.id, visit.actor.role, actor="system")


def _watch(visit: Visit, opened: OpenedCase, given: Typed) -> None:
    """The standing order for her name; it looks only once it is attested, and somebody else has reviewed it."""
    sources = tuple(source.id for source in visit.services.catalogue.sources.values() if source.enabled)
    if not sources:
        return
    document = WatchDocument(case=opened.id, terms=(TermPart(kind="name", value=given.name),), sources=sources)
    added = watch.add(visit.session, visit.now, case_id=opened.id, document=document, actor=_actor(visit))
    if not given.attested:
        return
    steps = ("attest", "review", "activate") if visit.services.personal else ("attest",)
    for step in steps:
        watch.move(visit.session, visit.now, added.watch_id, step, actor=_actor(visit), waived=visit.services.personal)
