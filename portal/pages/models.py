"""The letters' templates, read and signed by a lawyer: without a signature a letter can be drafted, never approved."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from config.records import Ground
from portal.access import Entered
from portal.errors import NotFound
from portal.visit import Visit
from takedown import signoff
from takedown.letterbook import LetterTemplate, signoff_hash

router = APIRouter(include_in_schema=False)


@router.get("/modeles", name="models")
def models(visit: Entered) -> Response:
    """Every letter in every language, and under how many of its grounds it is signed."""
    rows = []
    for (letter, lang), template in sorted(visit.services.letterbook.letters.items()):
        signed = [_signed(visit, template, ground) for ground in _grounds(visit, letter)]
        rows.append((template.header, lang, sum(signed), len(signed)))
    return visit.page("models", rows=rows)


@router.get("/modeles/{letter}/{lang}", name="model")
def model(visit: Entered, letter: str, lang: str) -> Response:
    """One letter's text, its elements, and the reasons that each ground puts into it."""
    return _page(visit, _template(visit, letter, lang))


@router.post("/modeles/{letter}/{lang}", name="model_sign")
def sign(visit: Entered, letter: str, lang: str) -> Response:
    """Sign what was read: this text under this ground, by its hash; another text is another signature."""
    template, wanted = _template(visit, letter, lang), visit.typed("sha")
    if visit.actor.role != "lawyer":  # the owner of a personal instance may read, and is no lawyer
        raise NotFound
    known = {signoff_hash(template, ground) for ground in _grounds(visit, letter)}
    if wanted not in known or not visit.typed("read"):
        problem = "portal.model.problem.changed" if wanted not in known else "portal.model.problem.read"
        return _page(visit, template, problem=problem, status=422)
    signoff.sign(visit.session, visit.now, letter=letter, lang=lang, sha=wanted, account=visit.actor.id)
    return visit.go(f"/modeles/{letter}/{lang}")


def _page(visit: Visit, template: LetterTemplate, *, problem: str | None = None, status: int = 200) -> Response:
    grounds = [
        (ground, signoff_hash(template, ground), _signed(visit, template, ground))
        for ground in _grounds(visit, template.header.id)
    ]
    return visit.page(
        "model", status=status, template=template, grounds=grounds, problem=problem,
        may_sign=visit.actor.role == "lawyer",
    )  # fmt: skip


def _template(visit: Visit, letter: str, lang: str) -> LetterTemplate:
    found = visit.services.letterbook.letters.get((letter, lang))
    if found is None:
        raise NotFound
    return found


def _grounds(visit: Visit, letter: str) -> Iterator[Ground]:
    return (ground for ground in visit.services.catalogue.grounds.values() if letter in ground.letters)


def _signed(visit: Visit, template: LetterTemplate, ground: Ground) -> bool:
    header = template.header
    sha = signoff_hash(template, ground)
    return signoff.is_signed(visit.session, letter=header.id, lang=header.lang, sha=sha)
