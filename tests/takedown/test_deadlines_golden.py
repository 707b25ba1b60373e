"""Four hundred cases reckoned from the texts, apart from the engine: golden/deadlines.csv, a line each."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from config.catalogue import SHIPPED
from config.reading import read_record
from config.records import DeadlineRule
from takedown.answer import Moment, iso
from takedown.deadlines import compute

TABLE = Path(__file__).parent / "golden" / "deadlines.csv"
with TABLE.open(encoding="utf-8", newline="") as opened:
    CASES = tuple(csv.DictReader(opened))
RULES: Mapping[str, DeadlineRule] = {
    path.stem: read_record(path, DeadlineRule) for path in sorted((SHIPPED / "deadlines").glob("*.toml"))
}
DATES = ("due", "legal_due", "latest", "opens")
CLOCK_CHANGES = {date(2026, 10, 25), date(2027, 3, 28)}


def moment(text: str) -> Moment | None:
    """What "Mon 2026-08-31" or "Sat 2026-10-24T14:00+02:00" says, None for "-"; the weekday must be true."""
    if text in ("-", "unknown"):
        return None
    name, iso = text.split()
    found = datetime.fromisoformat(iso) if "T" in iso else date.fromisoformat(iso)
    assert found.strftime("%a") == name, f"{iso} is a {found:%a}, not a {name}"
    return found


def options(text: str) -> dict[str, object]:
    """What is asked beside the start: "extended", "harm=doxxing", "-" for nothing."""
    pairs = [part.partition("=") for part in text.split(";") if part != "-"]
    return {name: value or True for name, _, value in pairs}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']} {case['from']} {case['jurisdiction']}")
def test_a_case_reckoned_from_the_texts_comes_out_the_same(case: Mapping[str, str]) -> None:
    answer = compute(
        RULES[case["rule"]], moment(case["from"]), jurisdiction=case["jurisdiction"], zone=case["zone"],
        **options(case["options"]),  # type: ignore[arg-type]
    )  # fmt: skip
    found = {name: iso(getattr(answer, name)) for name in DATES}
    assert found == {name: iso(moment(case[name])) for name in DATES}  # texts: an hour counted twice equals no other
    assert (answer.kind, answer.article) == (case["kind"], case["article"])


def test_the_table_holds_four_hundred_different_cases_of_every_rule() -> None:
    keys = {tuple(case[name] for name in ("rule", "from", "jurisdiction", "zone", "options")) for case in CASES}
    assert len(keys) == len(CASES) >= 400
    assert {case["rule"] for case in CASES} == set(RULES)
    assert {case["kind"] for case in CASES} == {"legal", "indicative", "none"}


def test_the_table_holds_the_days_on_which_a_count_goes_wrong() -> None:
    starts = [found for case in CASES if (found := moment(case["from"])) is not None]
    places = {case["jurisdiction"] for case in CASES}
    assert {"FR-57", "FR-67", "FR-68", "FR-971", "FR-972", "FR-973", "FR-974", "FR-976", "FR-977", "FR-978"} <= places
    assert any((one.month, one.day) == (2, 29) for one in starts)
    assert any((one.month, one.day) == (12, 31) for one in starts)
    assert any(one.day == 31 and one.month in (3, 5, 8, 10) for one in starts)
    instants = [one.date() for one in starts if isinstance(one, datetime)]
    assert all(any(abs((change - day).days) <= 1 for day in instants) for change in CLOCK_CHANGES)
