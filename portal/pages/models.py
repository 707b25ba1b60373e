"""The letters' templates, read and signed by a lawyer: without a signature a letter can be drafted, never approved."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response
from markupsafe import Markup

from cases import people
from portal.access import Entered
from portal.errors import NotFound
from portal.letter import demoted
from portal.visit import Visit
from takedown import review
from takedown.letterbook import LetterTemplate
from takedown.render import html
from takedown.review import ReviewPage

router = APIRouter(include_in_schema=False)


@router.get("/modeles", name="models")
def models(visit: Entered) -> Response:
    """Every letter in every language, and under how many of its grounds it is signed."""
    pages: dict[tuple[str, str], list[ReviewPage]] = {}
    for page in review.pages(visit.session, visit.services.letterbook, visit.services.catalogue.grounds.values()):
        pages.setdefault((page.letter, page.lang), []).append(page)
    rows = [
        (template.header, lang, sum(page.signed for page in pages.get((letter, lang), ())),
         len(pages.get((letter, lang), ())), any(page.before_at for page in pages.get((letter, lang), ())))
        for (letter, lang), template in sorted(visit.services.letterbook.letters.items())
    ]  # fmt: skip
    languages = sorted({row[1] for row in rows}, key=lambda lang: (lang != visit.lang, lang))
    return visit.page("models", rows=rows, languages=languages)


@router.get("/modeles/{letter}/{lang}", name="model")
def model(visit: Entered, letter: str, lang: str) -> Response:
    """One letter's text, its elements, the reasons that each ground puts into it, and what changed since."""
    return _page(visit, _template(visit, letter, lang))


@router.post("/modeles/{letter}/{lang}", name="model_sign")
def sign(visit: Entered, letter: str, lang: str) -> Response:
    """Sign what was read: this text under this ground, by its hash; another text is another signature."""
    template, wanted = _template(visit, letter, lang), visit.typed("sha")
    if visit.actor.role != "lawyer":  # the owner of a personal instance may read, and is no lawyer
        raise NotFound
    page = next((one for one in _pages(visit, template) if one.sha256 == wanted), None)
    if page is None or not visit.typed("read"):
        problem = "portal.model.problem.changed" if page is None else "portal.model.problem.read"
        return _page(visit, template, problem=problem, status=422)
    review.sign(visit.session, visit.now, page, account=visit.actor.id)
    return visit.go(f"/modeles/{letter}/{lang}")


def _page(visit: Visit, template: LetterTemplate, *, problem: str | None = None, status: int = 200) -> Response:
    pages = list(_pages(visit, template))
    names = {who: people.load_account(visit.session, who).name for page in pages if (who := page.signed_by)}
    written = {page.ground.id: review.specimen(template, page.ground) for page in pages}
    shown = {name: Markup(demoted(demoted(html.render(letter)))) for name, letter in written.items() if letter}  # noqa: S704 - escaped by takedown.render.html
    return visit.page(
        "model", status=status, template=template, pages=pages, names=names, problem=problem, shown=shown,
        may_sign=visit.actor.role == "lawyer",
    )  # fmt: skip


def _template(visit: Visit, letter: str, lang: str) -> LetterTemplate:
    found = visit.services.letterbook.letters.get((letter, lang))
    if found is None:
        raise NotFound
    return found


def _pages(visit: Visit, template: LetterTemplate) -> Iterator[ReviewPage]:
    header, services = template.header, visit.services
    return review.pages(
        visit.session, services.letterbook, services.catalogue.grounds.values(), letter=header.id, lang=header.lang
    )
