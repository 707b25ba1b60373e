"""Which age counts for an image: a doubt is always read as the stricter answer."""

from __future__ import annotations

import pytest

from cases.age import NEVER_FETCHED, OF_IMAGES, OF_MINORS, OFTEN_WITH_IMAGES, counts_as


@pytest.mark.parametrize("harm", sorted(OF_MINORS))
@pytest.mark.parametrize("answered", ["adult", "minor", "unknown", "none"])
def test_a_harm_done_to_a_minors_image_is_never_fetched_whatever_was_answered(harm: str, answered: str) -> None:
    assert counts_as(harm, answered, "no") in NEVER_FETCHED


@pytest.mark.parametrize("harm", sorted(OF_IMAGES))
@pytest.mark.parametrize("answered", ["adult", "minor", "unknown", "none"])
def test_who_is_under_18_today_was_under_18_on_every_image(harm: str, answered: str) -> None:
    assert counts_as(harm, answered, "yes") == "minor"


@pytest.mark.parametrize("harm", sorted(OF_IMAGES))
def test_an_image_harm_without_an_answer_is_of_unknown_age(harm: str) -> None:
    assert counts_as(harm, "none", "no") in NEVER_FETCHED


def test_words_about_a_minor_without_an_image_are_read_like_any_other_words() -> None:
    assert counts_as("defamation", "none", "yes") == "none"
    assert counts_as("intimate_image", "adult", "no") == "adult"


@pytest.mark.parametrize("harm", sorted(OFTEN_WITH_IMAGES))
def test_what_often_comes_with_an_image_has_one_when_the_person_is_a_minor_today(harm: str) -> None:
    assert counts_as(harm, "none", "yes") == "minor"
    assert counts_as(harm, "none", "no") == "none"
