"""What holds for every rule on every day of two centuries, and the French holidays against an independent Easter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import SHIPPED
from config.reading import read_record
from config.records import DeadlineRule
from takedown.calendars import Calendar, CalendarError
from takedown.deadlines import compute
from takedown.period import against_the_person

RULES = [read_record(path, DeadlineRule) for path in sorted((SHIPPED / "deadlines").glob("*.toml"))]
IN_DAYS = [r.model_copy(update={"in_force_until": None}) for r in RULES if r.unit not in ("hour", "none")]
IN_HOURS = [r.model_copy(update={"in_force_from": None}) for r in RULES if r.unit == "hour"]
PLACES = ["FR", "FR-57", "FR-971", "FR-974", "FR-978", "IE", "DE"]

dates = st.dates(date(1950, 1, 1), date(2090, 11, 1))
instants = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
day_rules = st.sampled_from(IN_DAYS)
places = st.sampled_from(PLACES)


def due(rule: DeadlineRule, start: date, place: str = "FR") -> date:
    found = compute(rule, start, jurisdiction=place).due
    assert found is not None
    return found


@given(day_rules, dates, places)
def test_a_deadline_is_never_before_its_start(rule: DeadlineRule, start: date, place: str) -> None:
    answer = compute(rule, start, jurisdiction=place)
    assert answer.due is not None
    assert start < answer.due
    assert answer.latest is None or answer.latest > answer.due or rule.from_ == "eve"
    assert all(start < alert <= answer.due for alert in answer.alerts)


@given(day_rules, dates, st.integers(0, 40), places)
def test_a_later_start_never_gives_an_earlier_deadline(rule: DeadlineRule, start: date, later: int, place: str) -> None:
    assert due(rule, start, place) <= due(rule, start + timedelta(days=later), place)


@given(st.sampled_from([r for r in IN_DAYS if r.regime in ("eu1182", "cpc")]), dates, places)
def test_a_period_that_is_extended_against_the_other_side_never_ends_on_a_closed_day(
    rule: DeadlineRule, start: date, place: str
) -> None:
    if not against_the_person(rule):
        assert Calendar.of(place).closed(due(rule, start, place)) is None


@given(st.sampled_from([r for r in IN_DAYS if r.id.startswith("paf.appeal")]), dates)
def test_an_appeal_never_ends_on_a_closed_day(rule: DeadlineRule, start: date) -> None:
    assert Calendar.of("FR").closed(due(rule, start)) is None


@given(st.sampled_from([r for r in IN_DAYS if r.regime in ("limitation", "elapsed")]), dates)
def test_limitation_and_retention_are_the_same_whatever_the_holidays(rule: DeadlineRule, start: date) -> None:
    everywhere = {due(rule, start, place) for place in PLACES}
    assert len(everywhere) == 1


@given(st.sampled_from([r for r in IN_DAYS if r.regime == "limitation"]), dates)
def test_limitation_ends_on_the_same_day_number_or_the_last_of_the_month(rule: DeadlineRule, start: date) -> None:
    legal = compute(rule, start).legal_due
    assert legal is not None
    assert legal.day == start.day or (legal + timedelta(days=1)).day == 1


@given(day_rules, dates, places)
def test_the_day_to_hold_is_never_after_the_legal_one_and_that_never_after_the_furthest(
    rule: DeadlineRule, start: date, place: str
) -> None:
    answer = compute(rule, start, jurisdiction=place)
    assert answer.due is not None
    assert answer.legal_due is not None
    assert answer.due <= answer.legal_due <= (answer.latest or answer.legal_due)


@given(st.sampled_from([r for r in IN_DAYS if r.from_ == "eve"]), dates)
def test_the_press_day_to_hold_is_the_eve_of_the_legal_day(rule: DeadlineRule, start: date) -> None:
    answer = compute(rule, start)
    assert answer.due is not None
    assert answer.due + timedelta(days=1) == answer.legal_due


@given(day_rules, dates, places)
def test_the_safe_date_of_the_person_is_never_after_the_one_without_any_extension(
    rule: DeadlineRule, start: date, place: str
) -> None:
    if against_the_person(rule) and rule.confidence_of.get("regime") == "R":
        unmoved = rule.model_copy(update={"regime": "elapsed"})
        assert due(rule, start, place) == due(unmoved, start, place)


@given(st.sampled_from([r for r in IN_DAYS if r.extension]), dates)
def test_a_claimed_extension_never_shortens(rule: DeadlineRule, start: date) -> None:
    longer = compute(rule, start, extended=True).due
    assert longer is not None
    assert due(rule, start) < longer


@given(st.sampled_from(IN_HOURS), instants, st.sampled_from(["Europe/Paris", "America/New_York", "UTC"]))
def test_hours_are_always_the_same_length(rule: DeadlineRule, start: datetime, zone: str) -> None:
    answer = compute(rule, start, zone=zone)
    assert isinstance(answer.due, datetime)
    assert answer.due.astimezone(UTC) - start == timedelta(hours=rule.value or 0)


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus, written here independently of any library."""
    golden, century = year % 19, year // 100
    leaps, rest = century // 4, century % 4
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * rest + 2 * (year % 100 // 4) - moon - year % 100 % 4) % 7
    shift = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize(
    ("year", "sunday"), [(2008, date(2008, 3, 23)), (2038, date(2038, 4, 25)), (2026, date(2026, 4, 5))]
)
def test_the_computus_knows_the_extremes(year: int, sunday: date) -> None:
    assert easter(year) == sunday


@pytest.mark.parametrize("year", range(2008, 2101))
def test_the_french_holidays_are_the_eleven_of_the_law(year: int) -> None:
    # From 2008 on: for 2005 to 2007 the library leaves out Whit Monday (trust.md B8); no clock starts there any more.
    sunday = easter(year)
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    wanted = {date(year, *pair) for pair in fixed} | {sunday + timedelta(days=after) for after in (1, 39, 50)}
    calendar = Calendar.of("FR")
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    found = {day for day in days if day.year == year and (c := calendar.closed(day)) and c.reason == "holiday"}
    assert found == {day for day in wanted if day.weekday() < 5}


@pytest.mark.parametrize("department", ["57", "67", "68"])
@pytest.mark.parametrize("year", range(2000, 2100, 7))
def test_alsace_moselle_adds_good_friday_and_the_second_day_of_christmas(department: str, year: int) -> None:
    calendar = Calendar.of(f"FR-{department}")
    friday = calendar.closed(easter(year) - timedelta(days=2))
    assert friday is not None
    assert friday.doubtful
    assert calendar.closed(date(year, 12, 26)) is not None


@pytest.mark.parametrize("code", ["FR-GES", "FR-20", "FR-99", "ZZ", "", "IE-XX"])
def test_a_jurisdiction_without_a_calendar_is_refused_rather_than_guessed(code: str) -> None:
    with pytest.raises(CalendarError):
        Calendar.of(code)
