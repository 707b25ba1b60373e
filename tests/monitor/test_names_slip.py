"""What tells a slip of the finger from somebody else's name."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.names import known
from monitor.names.slip import weight

LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=14)


def of(name: str, seen: str, *, given: bool = False, edits: int = 1, shared: int = 1) -> float:
    return weight([(name, seen, given)], edits=edits, letters=12, shared=shared)


@pytest.mark.parametrize(
    ("name", "slip", "other"),
    [
        ("martin", "mxrtin", "mertin"),  # letters that no name has
        ("martin", "matrin", "marlin"),  # two letters that changed places
        ("durvelle", "durvlle", "turvelle"),  # a letter left out; another first letter
        ("korvel", "korrrvel", "korval"),  # a letter three times
    ],
)
def test_what_fingers_do_weighs_more_than_what_names_do(name: str, slip: str, other: str) -> None:
    assert of(name, slip) > of(name, other)


def test_letters_that_sound_alike_speak_against_a_slip_in_a_given_name() -> None:
    assert of("sandrine", "sandryne", given=True) < of("sandrine", "sandrune", given=True)


def test_a_rare_name_speaks_against_a_slip() -> None:
    assert known.rare("marmet", given=False)
    assert not known.rare("marmez", given=False)
    assert of("marmel", "marmet") < of("marmel", "marmez")


def test_two_edits_in_one_word_say_less_than_one() -> None:
    assert of("durvelle", "darvalle", edits=2) < of("durvelle", "darvelle")


@given(name=LETTERS, seen=LETTERS, fewer=st.integers(1, 10_000), more=st.integers(1, 10_000))
def test_the_more_watched_names_share_what_is_right_the_less_a_slip_is_likely(
    name: str, seen: str, fewer: int, more: int
) -> None:
    fewer, more = sorted((fewer, more))
    assert of(name, seen, shared=more) <= of(name, seen, shared=fewer)


@given(name=LETTERS, seen=st.text(min_size=1, max_size=30), is_given=st.booleans())
def test_any_letters_can_be_weighed(name: str, seen: str, is_given: bool) -> None:
    assert isfinite(of(name, seen, given=is_given))
