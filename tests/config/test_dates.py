"""Dates in words are what a French and an English reader would write."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.dates import DAY, WEEKDAY, written


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "dimanche 1er novembre 2026 09:05"), ("en", "Sunday 1 November 2026 09:05")]
)
def test_the_first_of_a_month_is_premier_in_french_alone(lang: str, words: str) -> None:
    assert written(dt.datetime(2026, 11, 1, 9, 5, tzinfo=dt.UTC), f"{WEEKDAY} HH:mm", lang) == words


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_every_date_names_its_number_and_its_year(day: dt.date) -> None:
    number = "1er" if day.day == 1 else str(day.day)
    assert written(day, DAY, "fr").split(" ")[::2] == [number, str(day.year)]
