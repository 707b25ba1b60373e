"""Of whose image only the address may be kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.records import HARMS
from takedown.situation import ALWAYS_IMAGE, minor_path, read_situation

AGES = ("adult", "minor", "unknown", "none", None)
IMAGE_HARMS = [
    "intimate_image", "sexual_deepfake", "own_selfie", "leak_forum", "plain_image", "plain_deepfake",
    "sextortion", "private_messages", "closed_group", "archive_copy",
]  # fmt: skip
ages, todays = st.sampled_from(AGES), st.sampled_from(["yes", "no", "unknown"])


@given(st.sampled_from(["minor_image", "minor_plain_image"]), ages, todays)
def test_a_harm_that_names_a_minor_is_one_whatever_else_is_said(harm: str, age: str | None, today: str) -> None:
    assert minor_path(harm, age, today)


@pytest.mark.parametrize("age", ["minor", "unknown", None])
@pytest.mark.parametrize("harm", IMAGE_HARMS)
def test_an_image_not_known_to_be_an_adults_counts_as_a_minors(harm: str, age: str | None) -> None:
    assert minor_path(harm, age, "no")


@given(st.sampled_from(HARMS), st.sampled_from(["adult", "minor", "unknown", None]))
def test_whoever_is_under_18_today_was_under_18_on_every_image(harm: str, age: str | None) -> None:
    assert minor_path(harm, age, "yes")


@pytest.mark.parametrize("today", ["no", "unknown"])
@pytest.mark.parametrize("harm", IMAGE_HARMS)
def test_an_image_said_to_be_an_adults_is_an_adults(harm: str, today: str) -> None:
    assert not minor_path(harm, "adult", today)


@pytest.mark.parametrize("today", ["yes", "no", "unknown"])
@pytest.mark.parametrize("harm", ["defamation", "insult", "threats", "doxxing"])
def test_words_without_an_image_may_be_captured(harm: str, today: str) -> None:
    assert not minor_path(harm, "none", today)


@pytest.mark.parametrize("harm", ["sextortion", "private_messages", "closed_group", "archive_copy"])
def test_a_minor_today_is_protected_even_if_no_image_is_known(harm: str) -> None:
    assert minor_path(harm, "none", "yes")
    assert not minor_path(harm, "none", "no")


@pytest.mark.parametrize("harm", ALWAYS_IMAGE)
def test_an_image_harm_cannot_claim_that_there_is_no_image(harm: str) -> None:
    assert minor_path(harm, "none", "no")


@pytest.mark.parametrize("today", ["yes", "no", "unknown"])
@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("harm", HARMS)
def test_the_ladder_for_a_minors_image_always_keeps_the_address_only(harm: str, age: str | None, today: str) -> None:
    situation = read_situation({"harm": harm, "age_on_image": age, "under_18_today": today})
    assert minor_path(harm, age, today) or not situation.minor_ladder
