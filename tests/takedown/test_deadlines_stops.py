"""What interrupts or suspends a period, and what is only legal elsewhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.deadlines import DeadlineError, compute
from tests.takedown.test_deadlines import RULES

STARTED = date(2026, 8, 31)  # a Monday
PAUSABLE = RULES["crime.delit"].model_copy(update={"suspend": ["checked_by_counsel"], "in_force_until": None})


def test_an_act_that_interrupts_gives_the_whole_three_months_again() -> None:
    answer = compute(RULES["press.limit"], STARTED, interrupted=date(2026, 11, 24))  # a Tuesday
    assert (answer.due, answer.legal_due) == (date(2027, 2, 23), date(2027, 2, 24))
    assert answer.start == STARTED
    assert "deadline.interrupted" in [step.code for step in answer.working]


def test_an_act_after_the_end_interrupts_nothing() -> None:
    answer = compute(RULES["press.limit"], STARTED, interrupted=date(2026, 12, 1))
    assert answer.legal_due == date(2026, 11, 30)
    assert "deadline.interrupted_late" in [step.code for step in answer.working]


@pytest.mark.parametrize("rule", ["gdpr12.answer", "data.ip", "civil.5y", "dsa20.complaint"])
def test_nothing_interrupts_or_suspends_a_rule_whose_text_does_not_say_so(rule: str) -> None:
    with pytest.raises(DeadlineError, match="ask a lawyer"):
        compute(RULES[rule], STARTED, interrupted=date(2026, 9, 1))
    with pytest.raises(DeadlineError, match="ask a lawyer"):
        compute(RULES[rule], STARTED, suspended=[(date(2026, 9, 1), date(2026, 9, 2))])


def test_an_act_before_the_start_is_refused() -> None:
    with pytest.raises(DeadlineError, match="before the start"):
        compute(RULES["press.limit"], STARTED, interrupted=STARTED)


@given(st.integers(1, 400), st.integers(0, 400))
def test_each_day_of_suspension_within_the_period_pushes_its_end_by_one(first: int, length: int) -> None:
    begins = STARTED + timedelta(days=first)
    plain = compute(PAUSABLE, STARTED).legal_due
    longer = compute(PAUSABLE, STARTED, suspended=[(begins, begins + timedelta(days=length))]).legal_due
    assert isinstance(plain, date)
    assert longer == plain + timedelta(days=length + 1)


def test_days_suspended_twice_count_once_and_those_outside_the_period_do_not_count() -> None:
    spans = [(date(2027, 1, 1), date(2027, 1, 10)), (date(2027, 1, 5), date(2027, 1, 12)), (date(2020, 1, 1), STARTED)]
    plain, longer = compute(PAUSABLE, STARTED).legal_due, compute(PAUSABLE, STARTED, suspended=spans).legal_due
    assert isinstance(plain, date)
    assert longer == plain + timedelta(days=12)


@pytest.mark.parametrize("rule", sorted(name for name, rule in RULES.items() if rule.foreign))
def test_foreign_law_is_never_shown_without_saying_that_it_may_not_bind(rule: str) -> None:
    texts = [step.text("fr") for step in compute(RULES[rule], None).working]
    assert any("applicabilité non garantie" in text for text in texts)


def test_the_records_of_foreign_law_are_exactly_those_of_the_sheet() -> None:
    assert {name for name, rule in RULES.items() if rule.foreign} == {
        "tida.48h", "dmca.counter", "uk.48h", "uk.erasure", "au.removal", "au.bully_first", "in.ncii"
    }  # fmt: skip
