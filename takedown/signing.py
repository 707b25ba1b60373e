"""In whose name a letter is written: the association's, the lawyer's or hers, with a mailbox safe to give away."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cases import case, people
from takedown.drafting import Office


def office_of(session: Session, case_id: str, signer: str, *, actor: str, mailbox: str | None) -> Office:
    """Name, mailbox and town under a letter; `mailbox` is the instance's own, None where each uses hers."""
    file = case.load(session, case_id)
    name = file.name
    if signer == "association":
        name = people.organisation_name(session, file.organisation_id)
    elif signer == "lawyer":
        name = people.load_account(session, actor).name
    return Office(name, mailbox or file.contact.get("letters", ""), file.contact.get("city", ""))
