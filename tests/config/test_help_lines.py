"""Which help lines a victim sees."""

from __future__ import annotations

import pytest

from config import catalogue
from portal.help_lines import lines_of

KNOWN = catalogue.load()


@pytest.mark.parametrize("country", sorted({line.country for line in KNOWN.helplines.values()}))
def test_no_line_that_nobody_could_verify_is_shown(country: str) -> None:
    shown = lines_of(KNOWN, country)
    assert shown
    assert "U" not in {line.confidence for line in shown}


def test_the_swiss_line_that_may_not_be_in_service_is_left_out_and_the_others_stay() -> None:
    assert KNOWN.helplines["ch_142"].confidence == "U"
    shown = {line.id for line in lines_of(KNOWN, "CH")}
    assert "ch_142" not in shown
    assert "ch_117" in shown


def test_a_country_without_a_verified_line_gets_the_european_emergency_number() -> None:
    assert [line.id for line in lines_of(KNOWN, "PT")] == ["fr_112"]
