"""The review pack: all that a signature covers on one page, asked again only on a change, and the change is shown."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from sqlalchemy.orm import Session

from config.records import Ground
from storage.database import transaction
from takedown import review, signoff
from takedown.letterbook import Letterbook, signoff_hash
from takedown.tables import SignOff
from tests.takedown.desk import Desk, book, shipped


def one(session: Session, ground: Ground, known: Letterbook | None = None) -> review.ReviewPage:
    (page,) = review.pages(session, known or book(), [ground], letter="L01.doxxing", lang="fr")
    return page


def changed_text(old: str, new: str) -> Letterbook:
    """The letterbook with some words of L01.doxxing changed."""
    template = book().get("L01.doxxing", "fr")
    parts = {name: text.replace(old, new) for name, text in template.parts.items()}
    assert parts != template.parts
    other = replace(template, parts=parts, sha256="0" * 64)
    return replace(book(), letters=MappingProxyType({**book().letters, ("L01.doxxing", "fr"): other}))


def test_there_is_a_page_for_each_letter_under_each_of_its_grounds(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        pages = list(review.pages(session, book(), shipped().grounds.values()))
    wanted = {
        (name, lang, ground.id)
        for name, lang in book().letters for ground in shipped().grounds.values() if name in ground.letters
    }  # fmt: skip
    assert {(page.letter, page.lang, page.ground.id) for page in pages} == wanted
    assert {"L01.doxxing", "L01.intimate_image", "L01M", "L03"} <= {page.letter for page in pages if page.signed}


def test_a_page_says_text_source_elements_and_reasons(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        said = one(session, shipped().grounds["doxxing"]).page
    for words in ("legalize-fr", "article: 223-1-1", "dsa16.2.d", "trois ans d'emprisonnement", "bonne foi"):
        assert words in said


def test_a_signature_is_asked_again_only_when_the_text_changed_and_the_change_is_shown(desk: Desk) -> None:
    ground = shipped().grounds["doxxing"]
    with transaction(desk.factory) as session:
        session.query(SignOff).delete()
        first = one(session, ground)
        assert (first.signed, first.before_at, first.changed) == (False, None, ())
        review.sign(session, desk.clock(), first, account=desk.lawyer)
        assert one(session, ground).signed
        other = changed_text("bonne foi", "entière bonne foi")
        again = one(session, ground, other)
        assert (again.signed, again.before_at) == (False, desk.clock())
        assert [line[0] for line in again.changed[:2]] == ["-", "+"]
        assert all("bonne foi" in line for line in again.changed)
        assert "entière bonne foi" in again.changed[1]
        desk.clock.forward(days=1)
        review.sign(session, desk.clock(), again, account=desk.lawyer)
        assert one(session, ground, other).signed_by == desk.lawyer
        assert one(session, ground).signed  # the text of before, signed once, stays signed


def test_a_changed_ground_is_shown_too(desk: Desk) -> None:
    ground = shipped().grounds["doxxing"]
    other = ground.model_copy(update={"penalty": ground.penalty.model_copy(update={"fr": "cinq ans"})})
    with transaction(desk.factory) as session:
        session.query(SignOff).delete()
        review.sign(session, desk.clock(), one(session, ground), account=desk.lawyer)
        assert "+ cinq ans" in one(session, other).changed


def test_an_older_signature_without_its_page_stays_valid(desk: Desk) -> None:
    ground = shipped().grounds["doxxing"]
    with transaction(desk.factory) as session:
        session.query(SignOff).delete()
        sha = signoff_hash(book().get("L01.doxxing", "fr"), ground)
        signoff.sign(session, desk.clock(), letter="L01.doxxing", lang="fr", sha=sha, account=desk.lawyer)
        assert one(session, ground).signed
        assert one(session, ground, changed_text("bonne foi", "foi")).changed == ()
