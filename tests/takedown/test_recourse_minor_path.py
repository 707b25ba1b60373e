"""The ladder for a minor's image is never walked for a content that would still be fetched."""

from __future__ import annotations

from typing import get_args

import pytest

from cases.age import NEVER_FETCHED, counts_as
from config.records import Harm
from takedown.situation import read_situation


@pytest.mark.parametrize("today", ["yes", "no", "unknown"])
@pytest.mark.parametrize("age", ["adult", "minor", "unknown", "none"])
@pytest.mark.parametrize("harm", get_args(Harm))
def test_the_ladder_for_a_minors_image_always_keeps_the_address_only(harm: str, age: str, today: str) -> None:
    situation = read_situation({"harm": harm, "age_on_image": age, "under_18_today": today})
    assert counts_as(harm, age, today) in NEVER_FETCHED or not situation.minor_ladder
