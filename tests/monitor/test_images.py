"""Registered pictures are found by their signals, and only what needs no doubt is automatic."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.signal import Signal, distance
from monitor.images import FALSE_MATCHES_PER_IMAGE, MEASURES, BankEntry, ImageBank, ImageMatch

BASE = "9c" * 32


def flipped(value: str, bits: int) -> str:
    """The value with that many bits changed."""
    places = random.Random(bits).sample(range(len(value) * 4), bits)
    number = int(value, 16)
    for place in places:
        number ^= 1 << place
    return f"{number:0{len(value)}x}"


def entry(value: str = BASE, quality: int | None = 90, *, kind: str = "pdq", bank_id: str = "photo") -> BankEntry:
    return BankEntry(f"{bank_id}-{kind}", bank_id, kind, value, quality)


def only(bank: list[BankEntry], *signals: Signal) -> ImageMatch:
    (match,) = ImageBank(bank).match(signals)
    return match


@given(st.lists(st.integers(0, 2**256 - 1), min_size=1, max_size=8, unique=True), st.integers(0, 2**256 - 1))
def test_the_bank_finds_exactly_what_a_plain_loop_finds(numbers: list[int], seen: int) -> None:
    values = [f"{number:064x}" for number in numbers]
    bank = ImageBank([entry(value, bank_id=value) for value in values])
    limit = bank.limit("pdq")
    assert limit is not None
    query = f"{seen:064x}"
    for probe in (query, flipped(values[0], 25)):
        wanted = {v for v in values if min(distance(v, probe), 256 - distance(v, probe)) <= limit}
        assert {match.bank_id for match in bank.match([Signal("pdq", probe, 90)])} == wanted


@pytest.mark.parametrize(("bits", "band"), [(0, "automatic"), (31, "automatic"), (32, "context"), (79, "context")])
def test_the_band_follows_the_distance(bits: int, band: str) -> None:
    match = only([entry()], Signal("pdq", flipped(BASE, bits), 90))
    assert (match.band, match.distance, match.stage) == (band, bits, "global")


def test_beyond_the_limit_nothing_is_found() -> None:
    assert ImageBank([entry()]).match([Signal("pdq", flipped(BASE, 80), 90)]) == []


@pytest.mark.parametrize(("mine", "theirs"), [(49, 90), (90, 49), (None, 90), (90, None)])
def test_without_quality_on_both_sides_a_close_match_is_for_a_person(mine: int | None, theirs: int | None) -> None:
    match = only([entry(quality=mine)], Signal("pdq", flipped(BASE, 5), theirs))
    assert match.band == "context"


def test_a_wide_match_with_a_plain_picture_is_rejected() -> None:
    assert only([entry()], Signal("pdq", flipped(BASE, 50), 20)).band == "rejected"


def test_the_same_bytes_win_over_every_hash() -> None:
    bank = [entry(), entry("ab" * 32, None, kind="sha256")]
    match = only(bank, Signal("pdq", BASE, 90), Signal("sha256", "ab" * 32))
    assert (match.stage, match.distance, match.band, match.entry_id) == ("exact", 0, "automatic", "photo-sha256")


def test_the_variant_tells_how_the_picture_was_turned() -> None:
    match = only([entry()], Signal("pdq", flipped(BASE, 120), 90), Signal("pdq", flipped(BASE, 4), 90, "mirror"))
    assert (match.variant, match.distance, match.band) == ("mirror", 4, "automatic")
    assert "turned" in [reason.code for reason in match.reasons]


def test_a_negative_is_found_by_the_complement() -> None:
    negative = f"{int(BASE, 16) ^ (2**256 - 1):064x}"
    assert only([entry()], Signal("pdq", negative, 90)).variant == "complement"


def test_the_64_bit_hashes_are_never_automatic_and_say_nothing_of_plain_pictures() -> None:
    bank = [entry("ab" * 8, None, kind="phash64")]
    assert only(bank, Signal("phash64", "ab" * 8)).band == "context"
    assert ImageBank(bank).match([Signal("phash64", "ab" * 8), Signal("pdq", BASE, 10)]) == []


def test_one_match_per_registered_image_the_surest_first() -> None:
    bank = [entry(flipped(BASE, 60), bank_id="far"), entry(flipped(BASE, 3), bank_id="near"), entry(bank_id="same")]
    found = ImageBank(bank).match([Signal("pdq", BASE, 90), Signal("pdq", flipped(BASE, 9), 90, "flip")])
    assert [match.bank_id for match in found] == ["same", "near", "far"]


@pytest.mark.parametrize("kind", MEASURES)
def test_the_limit_keeps_false_matches_within_the_budget_at_every_bank_size(kind: str) -> None:
    measure, limits = MEASURES[kind], []
    for size in (1, 100, 3_000, 10_000, 100_000, 1_000_000):
        limit = measure.limit(size)
        limits.append(limit)
        assert measure.close <= limit <= measure.widest
        assert limit == measure.close or measure.false_rate(limit) * size <= FALSE_MATCHES_PER_IMAGE
    assert limits == sorted(limits, reverse=True)
    assert limits[0] == measure.widest
    assert limits[-1] < limits[0]


def test_a_match_explains_itself_in_both_languages() -> None:
    document = only([entry()], Signal("pdq", flipped(BASE, 40), 90)).to_json("a.jpg")
    assert list(document) == [
        "image", "bank_id", "stage", "distance", "inliers", "variant", "score", "band", "algorithm", "reasons",
    ]  # fmt: skip
    assert all(reason["text"]["fr"] and reason["text"]["en"] for reason in document["reasons"])


def test_what_is_added_or_removed_is_seen_by_the_next_search() -> None:
    bank = ImageBank([entry(bank_id="first")])
    bank.add(entry(flipped(BASE, 3), bank_id="second"))
    bank.add(entry("ab" * 32, None, kind="sha256", bank_id="third"))
    asked = [Signal("pdq", BASE, 90), Signal("sha256", "ab" * 32)]
    assert [match.bank_id for match in bank.match(asked)] == ["third", "first", "second"]
    for gone in ("second-pdq", "third-sha256", "nobody"):
        bank.remove(gone)
    assert [match.bank_id for match in bank.match(asked)] == ["first"]


def test_the_limit_counts_images_that_are_there_not_signals_that_ever_were() -> None:
    bank = ImageBank([entry(flipped(BASE, number), bank_id="one") for number in range(5)])
    assert bank.limit("pdq") == MEASURES["pdq"].limit(1)


def test_a_mirrored_negative_is_found_and_both_are_said() -> None:
    negative = f"{int(BASE, 16) ^ (2**256 - 1):064x}"
    match = only([entry()], Signal("pdq", flipped(BASE, 120), 90), Signal("pdq", negative, 90, "mirror"))
    assert (match.variant, match.distance) == ("complement", 0)
    assert [reason.params["variant"] for reason in match.reasons if reason.code == "turned"] == ["mirror", "complement"]


def test_a_picture_nearer_to_a_rejected_one_than_to_hers_is_rejected_and_her_own_is_not() -> None:
    rejected = entry(flipped(BASE, 20))
    bank = ImageBank([entry()], negatives=[rejected])
    again, hers = bank.match([Signal("pdq", rejected.value, 90)]), bank.match([Signal("pdq", BASE, 90)])
    assert [match.band for match in again] == ["rejected"]
    assert "known_as_another" in [reason.code for reason in again[0].reasons]
    assert [match.band for match in hers] == ["automatic"]


class Inside:
    """A local stage that finds everything it was told about."""

    def __init__(self) -> None:
        self.near: list[str] = []
        self.known: set[str] = set()

    def add(self, entry: BankEntry) -> None:
        self.known.add(entry.id)

    def remove(self, entry_id: str) -> None:
        self.known.discard(entry_id)

    def match(self, signals: Sequence[Signal], near: Iterable[str] = ()) -> list[ImageMatch]:
        self.near = list(near) if signals else []
        return [
            ImageMatch(bank_id, bank_id, "local", None, 40, "identity", 0.9, "automatic", "test", ())
            for bank_id in near
        ]


class Nearby(Inside):
    """A stage of windows that leaves one picture open."""

    def match(self, signals: Sequence[Signal], near: Iterable[str] = ()) -> list[ImageMatch]:  # noqa: ARG002 - of Stage
        return [ImageMatch("window", "window", "global", 52, None, "identity", 0.6, "context", "test", ())]


def test_a_later_stage_is_asked_what_an_earlier_one_left_open() -> None:
    last = Inside()
    (match,) = ImageBank([], stages=[Nearby(), last]).match([Signal("pdq", BASE, 90)])
    assert last.near == ["window"]
    assert (match.bank_id, match.band) == ("window", "automatic")


def test_a_further_stage_is_asked_what_the_global_one_left_open_and_may_make_it_sure() -> None:
    stage = Inside()
    bank = ImageBank([entry(bank_id="sure"), entry(flipped(BASE, 60), bank_id="open")], stages=[stage])
    found = {match.bank_id: match for match in bank.match([Signal("pdq", BASE, 90)])}
    assert stage.near == ["open"]
    assert (found["open"].stage, found["open"].inliers, found["open"].band) == ("local", 40, "automatic")
    assert found["sure"].stage == "global"
    bank.add(entry(kind="local-1", value="points"))
    bank.remove("photo-local-1")
    assert stage.known == {"sure-pdq", "open-pdq"}
