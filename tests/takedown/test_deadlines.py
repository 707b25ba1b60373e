"""Every rule against cases counted by hand, weekdays written out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from config.catalogue import SHIPPED
from config.reading import read_record
from config.records import DeadlineRule
from takedown.deadlines import DeadlineError, compute
from takedown.moment import read_start

RULES: Mapping[str, DeadlineRule] = {
    path.stem: read_record(path, DeadlineRule) for path in sorted((SHIPPED / "deadlines").glob("*.toml"))
}


def day(text: str) -> date:
    """The date of "Mon 2026-08-31"; the weekday must be true."""
    name, iso = text.split()
    found = date.fromisoformat(iso)
    assert found.strftime("%a") == name, f"{iso} is a {found:%a}, not a {name}"
    return found


GOLDEN = [
    # press: the eve of the three-month or one-year date, never extended
    ("press.limit", "Mon 2026-08-31", "Sun 2026-11-29", "FR", False),
    ("press.limit", "Sun 2026-11-29", "Sat 2027-02-27", "FR", False),
    ("press.limit", "Mon 2026-11-30", "Sat 2027-02-27", "FR", False),
    ("press.limit", "Sun 2025-12-14", "Fri 2026-03-13", "FR", False),
    ("press.limit", "Sat 2026-05-23", "Sat 2026-08-22", "FR", False),
    ("press.limit", "Mon 2027-11-29", "Mon 2028-02-28", "FR", False),
    ("press.limit.bias", "Tue 2028-02-29", "Tue 2029-02-27", "FR", False),
    ("press.limit.bias", "Tue 2026-11-24", "Tue 2027-11-23", "FR", False),
    ("press.nonpublic", "Mon 2026-11-30", "Sat 2027-02-27", "FR", False),
    # limitation and retention: the very day, also on a Sunday or a holiday
    ("crime.delit", "Tue 2020-11-24", "Tue 2026-11-24", "FR", False),
    ("crime.minor", "Sun 2020-11-15", "Fri 2030-11-15", "FR", False),
    ("civil.5y", "Thu 2024-02-29", "Wed 2029-02-28", "FR", False),
    ("civil.5y", "Sun 2026-07-12", "Sat 2031-07-12", "FR", False),
    ("lawyer.liability", "Thu 2020-12-24", "Wed 2025-12-24", "FR", False),
    ("data.ip", "Sat 2026-08-15", "Sun 2027-08-15", "FR", False),
    ("data.civil_id", "Thu 2026-01-01", "Wed 2031-01-01", "FR", False),
    # one month, running against the other side: moved off Saturday, Sunday, holiday
    ("gdpr12.answer", "Mon 2026-01-05", "Thu 2026-02-05", "FR", False),
    ("gdpr12.answer", "Sat 2026-01-31", "Mon 2026-03-02", "FR", False),
    ("gdpr12.answer", "Sun 2027-01-31", "Mon 2027-03-01", "FR", False),
    ("gdpr12.answer", "Mon 2028-01-31", "Tue 2028-02-29", "FR", False),
    ("gdpr12.answer", "Tue 2028-02-29", "Wed 2028-03-29", "FR", False),
    ("gdpr12.answer", "Tue 2026-03-31", "Thu 2026-04-30", "FR", False),
    ("gdpr12.answer", "Wed 2026-04-01", "Mon 2026-05-04", "FR", False),
    ("gdpr12.answer", "Tue 2026-04-14", "Fri 2026-05-15", "FR", False),
    ("gdpr12.answer", "Sat 2026-04-25", "Tue 2026-05-26", "FR", False),
    ("gdpr12.answer", "Sun 2026-06-14", "Wed 2026-07-15", "FR", False),
    ("gdpr12.answer", "Tue 2026-12-01", "Mon 2027-01-04", "FR", False),
    ("gdpr12.answer", "Mon 2026-01-05", "Tue 2026-04-07", "FR", True),
    ("gdpr12.answer", "Sun 2008-02-24", "Tue 2008-03-25", "FR", False),
    ("gdpr12.answer", "Fri 2038-03-26", "Tue 2038-04-27", "FR", False),
    # whose holidays: Alsace-Moselle, overseas
    ("gdpr12.answer", "Tue 2026-03-03", "Fri 2026-04-03", "FR", False),
    ("gdpr12.answer", "Tue 2026-03-03", "Tue 2026-04-07", "FR-57", False),
    ("gdpr12.answer", "Tue 2025-11-25", "Fri 2025-12-26", "FR", False),
    ("gdpr12.answer", "Tue 2025-11-25", "Mon 2025-12-29", "FR-57", False),
    ("gdpr12.answer", "Tue 2025-11-25", "Mon 2025-12-29", "FR-67", False),
    ("gdpr12.answer", "Tue 2025-11-25", "Mon 2025-12-29", "FR-68", False),
    ("gdpr12.answer", "Mon 2026-04-27", "Wed 2026-05-27", "FR", False),
    ("gdpr12.answer", "Mon 2026-04-27", "Thu 2026-05-28", "FR-971", False),
    ("gdpr12.answer", "Wed 2026-04-22", "Tue 2026-05-26", "FR-972", False),
    ("gdpr12.answer", "Sun 2026-05-10", "Thu 2026-06-11", "FR-973", False),
    ("gdpr12.answer", "Sat 2027-11-20", "Tue 2027-12-21", "FR-974", False),
    ("gdpr12.answer", "Fri 2026-03-27", "Tue 2026-04-28", "FR-976", False),
    ("gdpr12.answer", "Wed 2026-09-09", "Mon 2026-10-12", "FR-BL", False),
    ("gdpr12.answer", "Mon 2026-04-27", "Fri 2026-05-29", "FR-978", False),
    (
        "gdpr12.answer",
        "Sun 2026-06-21",
        "Tue 2026-07-21",
        "FR-971",
        False,
    ),  # Schoelcher day is a custom, no holiday in law
    ("gdpr12.answer", "Tue 2026-02-17", "Wed 2026-03-18", "IE", False),
    ("gdpr12.answer", "Fri 2026-10-02", "Mon 2026-11-02", "FR-75", False),
    # French procedure
    ("paf.appeal", "Thu 2026-10-01", "Fri 2026-10-16", "FR", False),
    ("paf.appeal", "Fri 2026-10-16", "Mon 2026-11-02", "FR", False),
    ("paf.appeal", "Tue 2026-10-27", "Thu 2026-11-12", "FR", False),
    ("paf.appeal", "Thu 2026-10-01", "Wed 2026-12-16", "FR", True),
    ("paf.appeal.overseas", "Thu 2026-10-01", "Mon 2026-11-16", "FR", True),
    ("paf.appeal", "Thu 2026-12-10", "Mon 2026-12-28", "FR", False),
    # European periods that run against the person, or whose extension the texts leave open
    ("dsa20.complaint", "Sun 2026-01-18", "Mon 2026-07-20", "FR", False),
    ("dsa20.complaint", "Mon 2026-08-31", "Mon 2027-03-01", "FR", False),
    ("dsa20.complaint", "Wed 2026-01-14", "Tue 2026-07-14", "FR", False),
    ("dsa21.ods", "Sat 2026-10-24", "Fri 2027-01-22", "FR", False),
    ("dsa21.ods", "Sat 2026-10-24", "Thu 2027-04-22", "FR", True),
    ("lil51.minor", "Thu 2026-10-15", "Mon 2026-11-16", "FR", False),
    ("lil51.cnil", "Wed 2026-11-18", "Wed 2026-12-09", "FR", False),
    ("lil51.cnil", "Fri 2026-12-04", "Mon 2026-12-28", "FR", False),
    ("cnil.info", "Fri 2026-08-14", "Mon 2026-11-16", "FR", False),
    ("ldr.request", "Fri 2026-08-14", "Sat 2026-11-14", "FR", False),
    ("ldr.publish", "Thu 2026-11-26", "Mon 2026-11-30", "FR", False),
    ("op.serve", "Fri 2026-11-27", "Sun 2026-11-29", "FR", False),
    ("op.decide", "Mon 2026-11-23", "Mon 2026-11-30", "FR", False),
    ("op.max", "Tue 2028-02-29", "Wed 2029-02-28", "FR", False),
    # waits and rules from elsewhere
    ("pac.wait", "Tue 2026-11-24", "Wed 2027-02-24", "FR", False),
    ("lre.accept", "Tue 2026-11-24", "Wed 2026-12-09", "FR", False),
    ("google.ods", "Sat 2026-10-17", "Sun 2027-10-17", "FR", False),
    ("uk.erasure", "Thu 2026-10-15", "Mon 2026-11-16", "GB", False),
    ("dmca.counter", "Mon 2026-11-23", "Tue 2026-12-08", "FR", False),
    # our own waits are never moved
    ("dsa16.decision", "Sat 2026-10-24", "Sat 2026-10-31", "FR", False),
    ("dsa20.answer", "Sun 2026-11-01", "Sun 2026-11-15", "FR", False),
]


@pytest.mark.parametrize(("rule", "start", "due", "jurisdiction", "extended"), GOLDEN)
def test_a_case_counted_by_hand_comes_out_the_same(
    rule: str, start: str, due: str, jurisdiction: str, extended: bool
) -> None:
    answer = compute(RULES[rule], day(start), jurisdiction=jurisdiction, extended=extended)
    assert answer.due == day(due)


HOURS = [
    ("tida.48h", "2026-10-24T14:00+02:00", "2026-10-26T13:00+01:00"),  # winter time begins on Sunday 25 October 2026
    ("tida.48h", "2027-03-27T12:00+01:00", "2027-03-29T13:00+02:00"),  # summer time begins on Sunday 28 March 2027
    ("au.removal", "2026-10-25T02:30+02:00", "2026-10-26T01:30+01:00"),
    ("op.immediate", "2026-11-24T09:00+01:00", "2026-11-25T09:00+01:00"),
    ("in.ncii", "2026-12-31T23:00+01:00", "2027-01-01T01:00+01:00"),
    ("ldr.host_forward", "2026-11-28T10:00+01:00", "2026-11-29T10:00+01:00"),  # Saturday to Sunday, not extended
    ("dsa16.ack", "2026-11-24T09:00+01:00", "2026-11-25T09:00+01:00"),
]


@pytest.mark.parametrize(("rule", "start", "due"), HOURS)
def test_hours_are_elapsed_hours_also_when_the_clock_changes(rule: str, start: str, due: str) -> None:
    answer = compute(RULES[rule], datetime.fromisoformat(start))
    assert answer.due is not None
    assert answer.due.isoformat(timespec="minutes") == due  # type: ignore[call-arg]


def test_the_press_answer_shows_both_the_eve_and_the_legal_day() -> None:
    answer = compute(RULES["press.limit"], day("Mon 2026-08-31")).to_json()
    assert (answer["due"], answer["legal_due"]) == ("2026-11-29", "2026-11-30")
    assert answer["kind"] == "legal"
    assert answer["opens"] is None
    assert answer["alerts"] == ["2026-10-30", "2026-11-22", "2026-11-28"]


def test_the_answer_has_exactly_the_keys_of_the_contract() -> None:
    answer = compute(RULES["gdpr12.answer"], day("Tue 2026-03-03")).to_json()
    dates = ["from", "due", "legal_due", "latest", "opens", "alerts", "zone"]
    reasons = ["skipped", "article", "source", "confidence", "means", "working"]
    assert list(answer) == ["rule", "kind", *dates, "unit", "value", *reasons]
    assert answer["latest"] == "2026-06-03"
    assert answer["opens"] == "2026-04-04"


def test_each_day_stepped_over_is_named() -> None:
    skipped = compute(RULES["gdpr12.answer"], day("Wed 2026-04-01")).to_json()["skipped"]
    assert skipped == [
        {"date": "2026-05-01", "reason": "holiday", "name": "Fête du Travail"},
        {"date": "2026-05-02", "reason": "saturday"},
        {"date": "2026-05-03", "reason": "sunday"},
    ]


def test_a_doubtful_closed_day_is_unclear_and_the_person_keeps_the_earlier_date() -> None:
    answer = compute(RULES["dsa20.complaint"], day("Wed 2026-01-14"))
    assert (answer.due, answer.latest) == (day("Tue 2026-07-14"), day("Wed 2026-07-15"))
    assert answer.confidence == "R"
    assert "deadline.unclear" in [step.code for step in answer.working]


def test_good_friday_in_alsace_moselle_never_lengthens_the_time_of_the_person() -> None:
    answer = compute(RULES["paf.appeal"], day("Thu 2026-03-19"), jurisdiction="FR-57")
    assert answer.due == day("Fri 2026-04-03")
    assert answer.latest == day("Wed 2026-06-03")  # the longer of the two: a party abroad has two months more


def test_the_retention_of_connection_data_alerts_at_six_nine_and_eleven_months() -> None:
    alerts = compute(RULES["data.ip"], day("Sat 2026-08-15")).alerts
    assert {day("Mon 2027-02-15"), day("Sat 2027-05-15"), day("Thu 2027-07-15")} <= set(alerts)


def test_the_dmca_window_closes_after_fourteen_us_business_days() -> None:
    answer = compute(RULES["dmca.counter"], day("Mon 2026-11-23"))
    assert answer.latest == day("Mon 2026-12-14")
    assert "2026-11-26" in [closed.to_json()["date"] for closed in answer.skipped]  # Thanksgiving, a Thursday


@pytest.mark.parametrize(("harm", "hours"), [("intimate_image", 48), ("sexual_deepfake", 48), ("minor_image", 24)])
def test_our_own_wait_depends_on_the_harm_and_is_never_called_legal(harm: str, hours: int) -> None:
    answer = compute(RULES["dsa16.decision"], datetime(2026, 11, 24, 9, tzinfo=UTC), harm=harm)
    assert (answer.kind, answer.unit, answer.value) == ("indicative", "hour", hours)
    assert answer.legal_due is None
    assert answer.confidence == "OP"


@pytest.mark.parametrize("rule", ["dsa17.reasons", "dsa53"])
def test_a_text_without_a_number_gives_no_date(rule: str) -> None:
    answer = compute(RULES[rule], day("Tue 2026-11-24"))
    assert (answer.kind, answer.due) == ("none", None)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_an_unknown_start_gives_no_date_and_says_what_to_do(rule: str) -> None:
    answer = compute(RULES[rule], None).to_json()
    assert answer["from"] == "unknown"
    assert (answer["due"], answer["legal_due"], answer["latest"], answer["alerts"]) == (None, None, None, [])
    assert "n'invente pas de date" in answer["means"]["fr"]


def test_the_british_48_hours_are_not_in_force() -> None:
    answer = compute(RULES["uk.48h"], datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert (answer.kind, answer.due) == ("none", None)


def test_the_code_of_criminal_procedure_is_read_again_from_2029() -> None:
    assert compute(RULES["crime.delit"], day("Sun 2028-12-31")).due == day("Sun 2034-12-31")
    assert compute(RULES["crime.delit"], day("Mon 2029-01-01")).kind == "none"
    assert compute(RULES["pac.wait"], day("Mon 2029-01-01")).kind == "none"


def test_the_us_act_says_nothing_of_requests_before_may_2026() -> None:
    assert compute(RULES["tida.48h"], datetime(2026, 5, 18, 9, tzinfo=UTC)).kind == "none"
    assert compute(RULES["tida.48h"], datetime(2026, 5, 19, 9, tzinfo=UTC)).kind == "legal"


def test_an_instant_given_to_a_date_rule_counts_as_its_date_in_the_zone() -> None:
    late = datetime(2026, 8, 30, 22, 30, tzinfo=UTC)  # already Monday 31 August in Paris
    assert compute(RULES["press.limit"], late).due == day("Sun 2026-11-29")
    assert compute(RULES["press.limit"], late, zone="UTC").start == day("Sun 2026-08-30")


@pytest.mark.parametrize(
    ("rule", "start", "options", "words"),
    [
        ("tida.48h", date(2026, 11, 24), {}, "counts hours"),
        ("press.limit", datetime(2026, 11, 24, 9), {}, "no time zone"),  # noqa: DTZ001 - that is the mistake
        ("press.limit", date(2026, 11, 24), {"extended": True}, "no extension"),
        ("press.limit", date(2026, 11, 24), {"zone": "Mars/Olympus"}, "no time zone"),
        ("cnil.info", date(2026, 11, 24), {"jurisdiction": "FR-GES"}, "with a department"),
        ("cnil.info", date(2026, 11, 24), {"jurisdiction": "Atlantis"}, "No calendar"),
        ("cnil.info", date(26, 11, 24), {}, "cannot be right"),
        ("cnil.info", date(2101, 11, 24), {}, "cannot be right"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    rule: str, start: date, options: dict[str, object], words: str
) -> None:
    with pytest.raises(DeadlineError, match=words):
        compute(RULES[rule], start, **options)  # type: ignore[arg-type]


def test_the_midnight_that_ends_the_day_is_the_instant_of_a_date() -> None:
    answer = compute(RULES["press.limit"], day("Mon 2026-08-31"))
    assert answer.due_at() == datetime(2026, 11, 29, 23, tzinfo=UTC)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_explains_itself_in_french_and_english(rule: str) -> None:
    start: date = datetime(2026, 6, 1, 9, tzinfo=UTC) if RULES[rule].unit in ("hour", "none") else date(2026, 6, 1)
    for step in compute(RULES[rule], start).to_json()["working"]:
        assert set(step["text"]) == {"fr", "en"}


def test_the_working_writes_dates_with_their_weekday() -> None:
    texts = [step.text("fr") for step in compute(RULES["press.limit"], day("Mon 2026-08-31")).working]
    assert any("dimanche 29 novembre 2026" in text for text in texts)
    first = compute(RULES["cnil.info"], day("Fri 2026-05-01")).working[0]
    assert "vendredi 1er mai 2026" in first.text("fr")
    assert "Friday 1 May 2026" in first.text("en")


@pytest.mark.parametrize("text", ["unknown", " Unknown "])
def test_an_unknown_start_is_written_unknown(text: str) -> None:
    assert read_start(text, "Europe/Paris") is None


def test_a_local_time_is_read_in_the_zone_and_an_offset_wins() -> None:
    assert read_start("2026-11-24T09:00", "Europe/Paris") == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert read_start("2026-11-24T09:00Z", "Europe/Paris") == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert read_start("2026-11-24", "Europe/Paris") == date(2026, 11, 24)


@pytest.mark.parametrize("text", ["2026-10-25T02:30", "2027-03-28T02:30", "31/08/2026", "yesterday", ""])
def test_a_double_an_impossible_or_an_unreadable_time_is_refused(text: str) -> None:
    with pytest.raises(DeadlineError):
        read_start(text, "Europe/Paris")


LENGTHS = [("year", 100), ("month", 1200), ("week", 5300), ("day", 36600), ("hour", 876600)]


@pytest.mark.parametrize(("unit", "value"), LENGTHS)
def test_a_rule_of_more_than_a_hundred_years_is_refused(unit: str, value: int) -> None:
    plain = RULES["civil.5y"].model_dump(by_alias=True) | {"unit": unit}
    assert DeadlineRule.model_validate(plain | {"value": value}).value == value
    with pytest.raises(ValueError, match="more than 100 years"):
        DeadlineRule.model_validate(plain | {"value": value + 1})
    with pytest.raises(ValueError, match="more than 100 years"):
        DeadlineRule.model_validate(plain | {"value": 1, "latest": {"value": value + 1, "unit": unit}})


def test_an_end_for_which_no_holiday_is_known_is_refused_with_a_sentence() -> None:
    plain = RULES["gdpr12.answer"].model_dump(by_alias=True) | {"unit": "year", "value": 100}
    with pytest.raises(DeadlineError, match="after 2100"):
        compute(DeadlineRule.model_validate(plain), day("Tue 2026-11-24"))
