"""One visit to one page: who, when, in which language, with what typed; and the answer made from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from cases.entitlement import ANONYMOUS, OWNER, Actor, CaseView, may
from portal import browser
from portal.help_lines import lines_of
from portal.services import Services
from portal.words import PARIS, Words, environment

WORK = (
    ("dashboard.read", "/bureau", "portal.nav.desk"),
    ("press.read", "/prescriptions", "portal.nav.press"),
    ("dashboard.read", "/agenda", "portal.nav.calendar"),
    ("mail.read", "/courriers", "portal.nav.mails"),
    ("template.read", "/modeles", "portal.nav.models"),
    ("office.change", "/papier", "portal.nav.office"),
    ("health.read", "/sante", "portal.nav.health"),
)
OF_CASE = (
    ("case.read", "/notes/{}", "portal.nav.case"),
    ("watch.read", "/notes/{}/mots", "portal.nav.watch"),
    ("hit.read", "/notes/{}/a-voir", "portal.nav.hits"),
    ("notice.read", "/notes/{}/lettres", "portal.nav.letters"),
    ("case.read", "/bureau/{}", "portal.nav.file"),
    ("ledger.read", "/bureau/{}/journal", "portal.nav.journal"),
)
"""Act that shows a link, its path, its text."""


@dataclass
class Visit:
    """What a page works with; `case_id` and `case_view` are set by the door when the act is one on a case."""

    services: Services
    session: Session
    now: dt.datetime
    actor: Actor
    form: FormData = field(repr=False)
    csrf: str = field(repr=False)
    visitor: str = field(repr=False)
    cookie: str = field(repr=False)
    lang: str
    path: str
    by_token: bool
    client: str
    case_id: str = ""
    case_view: CaseView | None = None
    residence: str = "FR"

    @property
    def words(self) -> Words:
        return Words(self.lang, self.services.catalogue, plain=not self.staff)

    @property
    def staff(self) -> bool:
        """Whether somebody at work visits: a member of an association or a law office."""
        return may(self.actor, "dashboard.read") and self.actor != OWNER

    def typed(self, name: str) -> str:
        """What was typed into a field, without surrounding spaces; empty when nothing was."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def given(self, name: str) -> bytes:
        """The bytes of a file that was given; empty when none was."""
        value = self.form.get(name)
        return value.file.read() if isinstance(value, UploadFile) else b""

    def typed_day(self, name: str) -> dt.date | None:
        """A day that was typed and is not to come; None when it cannot be read, or is."""
        try:
            day = dt.date.fromisoformat(self.typed(name))
        except ValueError:
            return None
        return day if day <= self.now.astimezone(PARIS).date() else None

    @property
    def day(self) -> dt.date:
        """Today where the instance's law is."""
        return self.now.astimezone(PARIS).date()

    @property
    def today(self) -> str:
        """Today as a form writes it."""
        return self.day.isoformat()

    def may(self, act: str) -> bool:
        """Whether a button for this act is shown; the door decides again when it is pressed."""
        return may(self.actor, act, self.case_view)

    def page(self, view: str, *, status: int = 200, **data: Any) -> HTMLResponse:
        """A page of portal/views, filled in."""
        shown = environment().get_template(f"{view}.html").render(
            t=self.words, visit=self, csrf=self.csrf, lang=self.lang, signed_in=self.actor != ANONYMOUS,
            here=self.path, nav=self._nav(), help_lines=lines_of(self.services.catalogue, self.residence), **data,
        )  # fmt: skip
        response = HTMLResponse(shown, status)
        self._keep(response)
        return response

    def go(self, path: str) -> Response:
        """To another page of ours, after something was done."""
        return RedirectResponse(path, 303)

    def problem(self, code: str, status: int = 409, params: Mapping[str, Any] | None = None) -> HTMLResponse:
        """A quiet page that says what to do next."""
        return self.page("problem", status=status, code=code, params=dict(params or {}))

    def _nav(self) -> list[tuple[str, str]]:
        """The links of this visit: (path, code), those of work first, then those of the case in hand."""
        signed_in, has_office = self.actor != ANONYMOUS, self.actor.organisation_id is not None
        work = [
            (path, code) for act, path, code in WORK
            if signed_in and may(self.actor, act) and (has_office or act != "office.change")
        ]  # fmt: skip
        case_id = self.case_id or self.actor.case_id
        if not case_id or (self.case_id and self.case_view is None):
            return work
        seen = [one for one in OF_CASE if self.case_view is None or self.may(one[0])]
        named = {"portal.nav.case": "portal.nav.case_at_work"} if self.staff else {}
        kept = [(path, named.get(code, code)) for _, path, code in seen if self.staff or "bureau" not in path]
        return work + [(path.format(case_id), code) for path, code in kept]

    def _keep(self, response: Response) -> None:
        settings = self.services.settings
        browser.keep_language(response, settings, self.lang)
        if self.actor == ANONYMOUS:
            response.set_cookie(
                browser.visitor_name(settings), self.visitor, path="/", httponly=True, samesite="strict",
                secure=settings.base_url.startswith("https:"),
            )  # fmt: skip
