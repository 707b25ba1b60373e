"""A header that cannot be obeyed to the letter ends the job, with a sentence that names the key and not its value."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.header import read_header
from crawler.job import Job
from crawler.trouble import CrawlerError

KEY = "5a" * 32
HASH = "0b" * 32


def header(**given: Any) -> str:
    return json.dumps({"source": "s", "kind": "site", "settings": {}, **given})


def test_a_job_comes_through_its_header_unchanged() -> None:
    job = Job(
        "s",
        "site",
        {"delay_seconds": 0.5},
        {"deny_key": KEY},
        3,
        4,
        5.5,
        ("pdq", "sha256"),
        follow=False,
        allow=("127.0.0.1:8081",),
        deny=(HASH,),
        cursor="{}",
        now=dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC),
    )
    assert read_header(job.to_header()) == job


@pytest.mark.parametrize("delay", ["1", "x", None, True, -1, [], {}, float("nan"), float("inf"), 10**400])
def test_a_delay_is_a_number_of_seconds(delay: Any) -> None:
    with pytest.raises(CrawlerError, match="delay_seconds must be a number") as caught:
        read_header(header(settings={"delay_seconds": delay}))
    assert caught.value.error_class == "bad_query"


@pytest.mark.parametrize("name", ["pages", "bytes", "seconds"])
@pytest.mark.parametrize("value", [0, -1, "5", None, True, [], float("nan"), float("inf"), float("-inf"), 10**400])
def test_a_limit_is_a_number_above_zero(name: str, value: Any) -> None:
    with pytest.raises(CrawlerError, match=f"limits.{name} must be") as caught:
        read_header(header(limits={name: value}))
    assert caught.value.error_class == "bad_query"


def test_pages_and_bytes_are_whole_and_seconds_need_not_be() -> None:
    for name in ("pages", "bytes"):
        with pytest.raises(CrawlerError, match="whole number"):
            read_header(header(limits={name: 1.5}))
    assert read_header(header(limits={"seconds": 1.5})).seconds == 1.5


@pytest.mark.parametrize("signals", [["face"], ["pdq", "PDQ"], [1], [None], [["pdq"]], [{}]])
def test_an_unknown_signal_type_is_not_left_out_in_silence(signals: list[Any]) -> None:
    with pytest.raises(CrawlerError, match="signals name unknown types") as caught:
        read_header(header(signals=signals))
    assert caught.value.error_class == "bad_query"


BAD_KEYS = ["", " ", "5a5", "zz", "5a" * 16 + "\n", "0x5a", "5a 5a"]


@pytest.mark.parametrize("secrets", [{}, {"other": "x"}, *({"deny_key": key} for key in BAD_KEYS)])
def test_a_no_fetch_list_without_its_key_refuses_the_job(secrets: dict[str, str]) -> None:
    with pytest.raises(CrawlerError, match="Nothing was opened") as caught:
        read_header(header(deny=[HASH], secrets=secrets))
    assert caught.value.error_class == "refused"


def test_a_key_that_is_none_refuses_the_job_even_without_a_list() -> None:
    for key in BAD_KEYS[1:]:
        with pytest.raises(CrawlerError, match="Nothing was opened"):
            read_header(header(secrets={"deny_key": key}))
    for secret in (None, 5, ["5a"]):
        with pytest.raises(CrawlerError, match="secrets must be strings"):
            read_header(header(deny=[HASH], secrets={"deny_key": secret}))


@pytest.mark.parametrize("entry", ["", "0b", HASH + "0", "zz" * 32, 5, None, "https://forum.example/"])
def test_an_entry_that_could_never_match_refuses_the_job(entry: Any) -> None:
    with pytest.raises(CrawlerError, match="64 hexadecimal digits") as caught:
        read_header(header(deny=[HASH, entry], secrets={"deny_key": KEY}))
    assert caught.value.error_class == "refused"
    assert str(entry) not in str(caught.value) or entry in ("", "0b")


def test_the_case_of_hexadecimal_digits_does_not_open_an_address() -> None:
    job = read_header(header(deny=[HASH.upper()], secrets={"deny_key": KEY.upper()}))
    assert job.deny == (HASH,)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = ["secrets", "limits", "signals", "follow", "allow", "deny", "cursor", "now", "settings", "source", "kind"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4))
def test_a_header_gives_a_job_or_a_sentence_and_nothing_else(given: dict[str, Any]) -> None:
    try:
        job = read_header(header(**given))
    except CrawlerError:
        return
    assert job.seconds > 0
    assert not job.deny or bytes.fromhex(job.secrets["deny_key"])
