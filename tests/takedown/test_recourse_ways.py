"""Ways on: after a refusal that no internal complaint answers, at a search engine, and against a former partner."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from config import catalogue
from config.records import HARMS, Harm
from takedown.protection import PRESS
from takedown.recourse import explain
from tests.takedown.letter_people import book

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
OWN_NAME = book().own_name
KNOWN = catalogue.load()


def plan(harm: str, *, refused: str | None = None, **other: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"harm": harm, "age_on_image": "adult", "author_controls_addressee": "no"}
    if refused:
        said["earlier"] = [{"step": refused, "date": "2026-11-20", "outcome": "refusal", "reference": "D-17"}]  # Friday
    return explain(said | other, KNOWN, NOW, OWN_NAME)


def acts(plan: dict[str, Any], *parts: str) -> list[str]:
    return [step["do"] for part in parts or ("first", "parallel", "next") for step in plan[part]]


def goes_to(plan: dict[str, Any], do: str) -> list[str]:
    return [step["to"] for part in ("first", "parallel", "next") for step in plan[part] if step["do"] == do]


def left_out(plan: dict[str, Any]) -> dict[str, str]:
    return {entry["what"]: entry["code"] for entry in plan["excluded"]}


def clocks(plan: dict[str, Any]) -> set[str]:
    return {entry["rule"] for entry in plan["deadlines"]}


# --- a refusal


def test_a_micro_hosts_refusal_leads_to_the_formal_notice_then_arcom_then_counsel() -> None:
    found = plan("intimate_image", platform_kind="host", micro_or_small="yes", refused="L02")
    assert acts(found, "first")[:3] == ["L10", "L06", "L15"]
    assert goes_to(found, "L10") == ["host"]
    assert {"L04", "L05"} <= set(left_out(found))


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("kind", ["host", "platform"])
def test_no_refusal_of_a_micro_provider_is_the_end_of_the_way(harm: str, kind: str) -> None:
    found = plan(harm, platform_kind=kind, micro_or_small="yes", refused="L02" if kind == "host" else "L01")
    now = acts(found, "first", "parallel")
    assert {"L06", "L15"} <= set(now)
    assert ("L10" in now) == (harm not in PRESS)
    assert not {"L04", "L05"} & set(acts(found))
    assert not [name for name in clocks(found) if name.startswith(("dsa20.", "dsa21."))]


@pytest.mark.parametrize(
    "who", [{"micro_or_small": "yes"}, {"platform_kind": "host"}, {"platform": "gofile"}, {"platform_kind": "search"}]
)
def test_the_six_months_of_the_internal_complaint_run_only_where_there_is_one(who: dict[str, str]) -> None:
    assert "dsa20.complaint" in clocks(plan("intimate_image", platform="x", refused="L01"))
    assert "dsa20.complaint" not in clocks(plan("intimate_image", **who, refused="L01"))


def test_where_an_internal_complaint_exists_a_first_refusal_opens_that_and_not_the_formal_notice() -> None:
    found = plan("intimate_image", platform="x", refused="L01")
    assert "L04" in acts(found, "first")
    assert "L10" in acts(found, "next")
    assert "L10" in acts(plan("intimate_image", platform="x", refused="L04"), "first")


def test_silence_of_a_micro_host_still_waits() -> None:
    earlier = [{"step": "L02", "date": "2026-11-23", "outcome": "silence"}]  # a Monday
    found = plan("intimate_image", platform_kind="host", micro_or_small="yes", earlier=earlier)
    assert "L10" in acts(found, "next")


def test_guarded_ways_on_never_reach_a_person() -> None:
    found = plan("intimate_image", platform_kind="host", micro_or_small="yes", refused="L02", ex_partner=True)
    assert "L10" in acts(found, "first")
    assert not {"author", "publisher"} & {step["to"] for part in ("first", "next") for step in found[part]}


@pytest.mark.parametrize(("residence", "open_"), [("FR", True), ("FR-971", True), ("BE", False)])
def test_arcom_is_for_people_in_france(residence: str, open_: bool) -> None:
    found = plan("intimate_image", residence=residence)
    assert ("L06" in acts(found)) is open_
    assert (left_out(found).get("L06") == "other_regulator") is not open_


# --- a search engine


@pytest.mark.parametrize(
    ("harm", "form"),
    [
        ("intimate_image", "ncii_search_form"),
        ("own_selfie", "ncii_search_form"),
        ("sexual_deepfake", "fake_search_form"),
        ("doxxing", "personal_info_search_form"),
    ],
)
@pytest.mark.parametrize("who", [{"platform_kind": "search"}, {"platform": "google_search"}])
def test_at_a_search_engine_its_own_form_comes_first_then_the_delisting(
    harm: str, form: str, who: dict[str, str]
) -> None:
    found = plan(harm, **who)
    assert acts(found, "first")[:2] == [form, "L09"]
    assert acts(found).count(form) == 1
    assert left_out(found)["L01"] == "search_engine"


@pytest.mark.parametrize("harm", get_args(Harm))
def test_a_search_engine_is_never_sent_a_dsa_notice(harm: str) -> None:
    found = plan(harm, platform_kind="search", first_published={"date": "2026-11-16"})  # a Monday
    assert not {"L01", "L01D", "L01M", "L03", "L21", "platform_form"} & set(acts(found))
    assert "platform" not in {step["to"] for part in ("first", "parallel", "next") for step in found[part]}
    assert "L09" in acts(found, "first")
    assert "L12" in acts(found)


def test_a_minors_image_at_an_engine_still_goes_to_the_police_first() -> None:
    assert acts(plan("minor_image", platform_kind="search"), "first") == ["pharos", "3018", "ncii_search_form", "L09"]


def test_a_refused_delisting_opens_the_cnil_at_once() -> None:
    found = plan("intimate_image", platform_kind="search", refused="L09")
    assert "L12" in acts(found, "first")
    assert "L10" not in acts(found, "first")
    assert "L12" in acts(plan("doxxing", refused="L07"), "first")


def test_a_result_that_is_back_is_delisted_again() -> None:
    earlier = [{"step": "L09", "date": "2026-11-01", "outcome": "back"}]  # a Sunday
    assert "L09" in acts(plan("intimate_image", platform_kind="search", earlier=earlier), "first")


# --- a former partner, a threat


def articles(plan: dict[str, Any], do: str) -> str:
    return " ; ".join(step["article"] for part in ("first", "parallel") for step in plan[part] if step["do"] == do)


@pytest.mark.parametrize("do", ["L14", "L01"])
def test_harassment_by_a_former_partner_has_its_own_article(do: str) -> None:
    assert "222-33-2-1" in articles(plan("harassment", ex_partner=True), do)
    for said in ("no", "unknown"):
        assert "222-33-2-2" in articles(plan("harassment", ex_partner=said), do)


def test_a_threat_by_a_former_partner_is_aggravated() -> None:
    assert "222-18-3" in articles(plan("threats", ex_partner=True), "L14")
    assert "222-18-3" not in articles(plan("threats"), "L14")


def test_a_simple_threat_does_not_promise_that_the_author_will_be_identified() -> None:
    warnings = {warning["code"]: warning["text"] for warning in plan("threats")["warnings"]}
    assert "60-1-2" in warnings["identification_needs_a_year"]
    assert "222-17" in warnings["identification_needs_a_year"]
    assert "identification_needs_a_year" not in {one["code"] for one in plan("harassment")["warnings"]}
