"""A lawyer signs at the terminal: by the token that already says who acts, or with login and password."""

from __future__ import annotations

from cases import people
from vigie.cli.desk import Desk
from vigie.cli.output import Exit, fail
from vigie.cli.user import ask


def a_lawyer(desk: Desk) -> str:
    """The account id of the lawyer who signs; anybody else is refused (design.md section 7)."""
    if desk.actor.role == "lawyer":
        return desk.actor.id
    person = people.sign_in(
        desk.session, desk.now, ask("Lawyer's login"), ask("Lawyer's password", secret=True, once=True)
    )
    if person is None or person.role != "lawyer":
        fail("This is not the login and password of a lawyer's account. Nothing was signed.", Exit.REFUSED)
    return person.id
