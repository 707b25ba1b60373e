"""What can be done, for whom, in which order; and what is kept away from a person it could harm."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from config import messages
from config.catalogue import SHIPPED
from config.reading import read_record
from config.records import Channel, DeadlineRule, Ground, Harm, Offence, Platform, Requalification, Route
from takedown.protection import RULES
from takedown.recourse import TOO_LATE_TO_WAIT, RecourseError, explain
from takedown.warnings import WARNINGS
from tests.takedown.letter_people import book

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
OWN_NAME = book().own_name
ROUTES = {path.stem: read_record(path, Route) for path in sorted((SHIPPED / "routes").glob("*.toml"))}
DEADLINES = {path.stem: read_record(path, DeadlineRule) for path in sorted((SHIPPED / "deadlines").glob("*.toml"))}
OFFENCES = {path.stem: read_record(path, Offence) for path in sorted((SHIPPED / "offences").glob("*.toml"))}
PROVENANCE: dict[str, Any] = {"source": "invented for this test", "checked_on": "2026-11-22", "confidence": "V"}


def platform(name: str, **other: Any) -> Platform:
    plain = {
        "id": name,
        "name": name,
        "entity": "Exemple SAS",
        "country": "FR",
        "kind": "platform",
        "domains": [f"{name}.example"],
        "small_provider": "no",
        "covered_tida": "no",
        "art20": True,
        "machine_may_look": True,
        "forwards_to_customer": "no",
    }
    return Platform.model_validate(PROVENANCE | plain | other)


SHOUTS = Channel(kind="form", value="https://agora.example/r", harms=["*"], account="no", discloses_to="uploader")


@dataclass(frozen=True)
class Parts:
    """A catalogue with the shipped ladders and rules, and invented platforms."""

    routes: Mapping[str, Route] = field(default_factory=lambda: ROUTES)
    platforms: Mapping[str, Platform] = field(
        default_factory=lambda: {
            "agora": platform("agora", channels=[SHOUTS]),
            "bazar": platform("bazar", small_provider="yes", covered_tida="yes"),
            "cave": platform("cave", kind="host", art20=False, forwards_to_customer="yes"),
        }
    )
    grounds: Mapping[str, Ground] = field(default_factory=dict)
    deadlines: Mapping[str, DeadlineRule] = field(default_factory=lambda: DEADLINES)
    offences: Mapping[str, Offence] = field(default_factory=lambda: OFFENCES)
    requalifications: Mapping[str, Requalification] = field(default_factory=dict)


def plan(harm: str, **other: Any) -> dict[str, Any]:
    adult = {"age_on_image": "adult", "author_controls_addressee": "no"}
    return explain({"harm": harm} | adult | other, Parts(), NOW, OWN_NAME)


def acts(plan: dict[str, Any], *parts: str) -> list[str]:
    return [step["do"] for part in parts or ("first", "parallel", "next") for step in plan[part]]


def left_out(plan: dict[str, Any]) -> dict[str, str]:
    return {entry["what"]: entry["code"] for entry in plan["excluded"]}


def warned(plan: dict[str, Any]) -> set[str]:
    return {warning["code"] for warning in plan["warnings"]}


# --- the shape, the data


def test_a_plan_has_the_parts_of_the_contract() -> None:
    found = plan("intimate_image")
    assert list(found) == ["first", "parallel", "next", "excluded", "deadlines", "warnings", "signers"]
    assert {"do", "to", "ground", "channel", "article"} <= set(found["first"][0])
    assert {"when", "do", "kind"} <= set(found["next"][0])
    assert all(set(warning) == {"code", "text"} for warning in found["warnings"])


@pytest.mark.parametrize("harm", get_args(Harm))
@pytest.mark.parametrize("audience", ["public", "closed", "private"])
def test_every_harm_has_a_first_step(harm: str, audience: str) -> None:
    assert plan(harm, audience=audience)["first"]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("do", sorted({step.do for route in ROUTES.values() for step in route.steps}))
def test_every_step_has_words(do: str, lang: str) -> None:
    assert messages.render(f"recourse.do.{do}", {}, lang)


def test_every_reason_and_warning_has_words_and_no_text_is_left_unused() -> None:
    texts = tomllib.loads((SHIPPED / "texts" / "recourse.toml").read_text(encoding="utf-8"))["recourse"]
    assert set(texts["excluded"]) == {code for code, _ in RULES} | {TOO_LATE_TO_WAIT}
    assert set(texts["warning"]) == {code for code, _ in WARNINGS}


def test_only_a_lawyer_signs_letters_of_press_law_and_to_the_author() -> None:
    for route in ROUTES.values():
        for step in route.steps:
            if step.do in ("L15", "L16", "L18"):
                assert step.signers == ["lawyer"]


def test_no_internal_complaint_opens_on_silence() -> None:
    steps = [step for route in ROUTES.values() for step in route.steps if step.do in ("L04", "L05")]
    assert steps
    assert all(step.when in ("decision", "refusal") or step.after == ["L04"] for step in steps)


# --- the ladders


def test_an_adults_intimate_image_begins_with_the_notice_and_many_ways_beside_it() -> None:
    found = plan("intimate_image")
    assert acts(found, "first") == ["L01", "platform_form"]
    assert {"L21", "ncii_search_form", "stopncii", "point_de_contact", "L14"} <= set(acts(found, "parallel"))
    waits = {step["do"]: step["after_hours"] for step in found["next"]}
    assert (waits["L03"], waits["L02"], waits["L06"], waits["L10"], waits["L15"]) == (48, 72, 168, 192, 240)
    assert "complaint_needed" in warned(found)


def test_a_sexual_deepfake_needs_no_complaint_of_the_victim() -> None:
    assert "complaint_needed" not in warned(plan("sexual_deepfake"))


def test_the_waits_of_a_ladder_are_never_called_legal_except_those_of_data_protection_law() -> None:
    kinds = {step["do"]: step["kind"] for step in plan("doxxing")["next"]}
    assert kinds["L03"] == "indicative"
    assert kinds["L12"] == "legal"


def test_after_two_days_of_silence_the_reminder_comes_first() -> None:
    found = plan("intimate_image", earlier=[{"step": "L01", "date": "2026-11-22", "outcome": "pending"}])
    assert acts(found, "first") == ["L03"]


def test_a_step_already_taken_is_not_proposed_again() -> None:
    found = plan("intimate_image", earlier=[{"step": "L01", "date": "2026-11-24T08:00+01:00", "outcome": None}])
    assert "L01" not in acts(found, "first", "parallel")
    assert "L03" in acts(found, "next")


def test_the_internal_complaint_waits_for_a_decision() -> None:
    silent = plan("intimate_image", earlier=[{"step": "L01", "date": "2026-10-01", "outcome": "silence"}])
    decision = {"step": "L01", "date": "2026-11-20", "outcome": "refused"}
    nameless = plan("intimate_image", earlier=[decision])
    refused = plan("intimate_image", earlier=[decision | {"reference": "D-17"}])
    assert "L04" not in acts(silent, "first")
    assert "L04" not in acts(nameless, "first")
    assert "reference_needed" in warned(nameless)
    assert "L04" in acts(refused, "first")


def test_content_that_is_back_starts_the_ladder_again() -> None:
    found = plan("intimate_image", earlier=[{"step": "L01", "date": "2026-11-01", "outcome": "reappeared"}])
    assert "L01" in acts(found, "first")


def test_a_refusal_starts_the_six_months_of_the_internal_complaint() -> None:
    found = plan("intimate_image", earlier=[{"step": "L01", "date": "2026-08-31", "outcome": "refusal"}])
    due = {entry["rule"]: entry["due"] for entry in found["deadlines"]}
    assert due["dsa20.complaint"] == "2027-03-01"  # Sunday 28 February 2027, then Monday


def test_a_notice_starts_our_own_clock_and_a_request_the_legal_month() -> None:
    earlier = [{"step": "L01", "date": "2026-11-23"}, {"step": "L07", "date": "2026-11-23", "outcome": "none"}]
    clocks = {entry["rule"]: entry for entry in plan("doxxing", earlier=earlier)["deadlines"]}
    assert clocks["dsa16.decision"]["kind"] == "indicative"
    assert clocks["gdpr12.answer"]["due"] == "2026-12-23"


def test_hours_counted_from_a_bare_day_start_when_the_day_is_over() -> None:
    earlier = [{"step": "L21", "date": "2026-11-23"}]
    clocks = {entry["rule"]: entry for entry in plan("intimate_image", earlier=earlier)["deadlines"]}
    assert clocks["tida.48h"]["due"] == "2026-11-26T00:00:00+01:00"


# --- safety


@pytest.mark.parametrize("why", [{"ex_partner": True}, {"danger": True}, {"danger": "unknown"}])
@pytest.mark.parametrize("harm", get_args(Harm))
def test_nothing_reaches_the_author_or_publisher_when_the_person_must_be_protected(
    harm: str, why: dict[str, Any]
) -> None:
    found = plan(harm, author="known", **why)
    everything = [step for part in ("first", "parallel", "next") for step in found[part]]
    assert not [step for step in everything if step["to"] in ("author", "publisher")]
    assert not {"L16", "L17", "L18", "L20", "L28"} & set(acts(found))
    assert {"L16", "L17", "L18", "L20", "L28", "registrant_contact"} <= set(left_out(found))


def test_an_ex_partner_will_learn_of_the_notice_and_she_is_told_before() -> None:
    found = plan("intimate_image", ex_partner=True)
    assert {"uploader_learns", "ex_partner"} <= warned(found)
    assert "L25" in acts(found, "parallel")


def test_in_danger_the_emergency_number_comes_first() -> None:
    assert acts(plan("doxxing", danger=True), "first")[0] == "emergency"


def test_a_protection_order_is_for_couples() -> None:
    assert left_out(plan("threats"))["L25"] == "couples_only"
    assert "L25" in acts(plan("threats", ex_partner=True))


@pytest.mark.parametrize("age", ["minor", "unknown", None])
@pytest.mark.parametrize("harm", ["intimate_image", "sexual_deepfake", "own_selfie", "leak_forum", "closed_group"])
def test_an_image_not_known_to_be_an_adults_takes_the_minor_path(harm: str, age: str | None) -> None:
    found = plan(harm, age_on_image=age)
    assert acts(found, "first")[:2] == ["pharos", "3018"]
    assert "L01M" in acts(found, "first")
    assert not {"L01", "L20", "L21", "stopncii"} & set(acts(found))
    assert {"minor_address_only", "parents_conflict"} <= warned(found)


def test_a_minor_today_cannot_be_an_adult_on_the_image() -> None:
    found = plan("intimate_image", under_18_today=True)
    assert "pharos" in acts(found, "first")
    assert "guardian" in warned(found)


def test_a_blackmailed_minor_keeps_the_police_first_and_never_pays() -> None:
    found = plan("sextortion", age_on_image="minor")
    assert acts(found, "first")[:2] == ["emergency", "L14"]
    assert "pharos" in acts(found, "first")
    assert "do_not_pay" in warned(found)


def test_the_author_of_a_minors_image_gets_no_letter() -> None:
    assert "L18" not in acts(plan("minor_image", author="known"))


def test_a_known_author_is_reached_by_a_lawyer_only() -> None:
    found = plan("doxxing", author="known")
    assert "L18" in acts(found, "next")
    assert {"do": "L18", "who": ["lawyer"]} in found["signers"]


@pytest.mark.parametrize("controls", ["yes", "unknown"])
def test_a_site_that_the_author_may_run_is_not_written_to(controls: str) -> None:
    found = plan("defamation", author_controls_addressee=controls, platform_kind="site")
    assert left_out(found)["L16"] == "author_may_control"
    assert "author_may_control" in warned(found)


# --- press law


def press(first: str | None, **other: Any) -> dict[str, Any]:
    published = {"first_published": {"date": first, "source": "page"}} if first else {}
    return plan("defamation", platform_kind="site", **published, **other)


def test_with_time_left_the_press_clock_is_shown_and_waiting_is_allowed() -> None:
    found = press("2026-11-16")  # a Monday; legal day Tuesday 16 February 2027
    assert "press_days_left" in warned(found)
    assert "L09" in acts(found, "next")
    assert acts(found, "first") == ["L16", "L17", "L02"]
    assert "counsel" in acts(found, "parallel")


def test_under_thirty_days_counsel_comes_first_and_no_wait_is_proposed() -> None:
    found = press("2026-09-20")  # a Sunday; day to hold Saturday 19 December 2026, 25 days away
    assert {"counsel", "L15"} <= set(acts(found, "first"))
    assert left_out(found)["L09"] == "press_waiting"
    text = next(warning["text"] for warning in found["warnings"] if warning["code"] == "press_near")
    assert "25" in text
    assert "19 décembre 2026" in text


@pytest.mark.parametrize(("first", "near"), [("2026-09-24", True), ("2026-09-25", False)])
def test_the_thirty_days_are_counted_to_the_day_to_hold(first: str, near: bool) -> None:
    # Wednesday 23 December 2026 is 29 days away, Thursday 24 December 30 days
    assert ("press_near" in warned(press(first))) is near


def test_an_unknown_first_day_is_treated_as_pressing_without_inventing_a_date() -> None:
    found = press(None)
    assert "press_start_unknown" in warned(found)
    assert "counsel" in acts(found, "first")
    assert found["deadlines"][0]["due"] is None


def test_once_the_day_has_passed_only_a_lawyer_can_tell() -> None:
    found = press("2026-05-01")
    assert "press_passed" in warned(found)
    assert "press_near" not in warned(found)


def test_plain_defamation_promises_no_connection_data() -> None:
    found = press("2026-11-16")
    assert "no_identification" in warned(found)
    assert "data.ip" not in {entry["rule"] for entry in found["deadlines"]}
    assert "data.ip" in {entry["rule"] for entry in plan("intimate_image")["deadlines"]}


def test_hateful_words_have_two_clocks_and_the_shorter_one_is_heeded() -> None:
    found = plan("hate_speech", first_published={"date": "2026-09-20", "source": "page"})
    assert [entry["rule"] for entry in found["deadlines"]][:2] == ["press.nonpublic", "press.limit.bias"]
    assert "press_near" in warned(found)
    later = plan("hate_speech", first_published={"date": "2026-06-01", "source": "page"})
    assert "press_days_left" in warned(later)


def test_a_right_of_reply_is_for_sites_not_for_platforms_with_comments() -> None:
    assert "L17" in acts(press("2026-11-16"))
    assert left_out(plan("defamation", platform_kind="platform"))["L17"] == "direct_comments"


def test_a_pending_complaint_freezes_letters_to_persons_but_not_the_notice_to_a_host() -> None:
    found = press("2026-11-16", complaint_filed=True)
    assert left_out(found)["L16"] == "frozen"
    assert "L10" in acts(plan("intimate_image", complaint_filed=True))
    assert left_out(plan("intimate_image", complaint_filed=True))["L14"] == "already_filed"


# --- the addressee


def test_a_small_provider_owes_no_internal_complaint() -> None:
    assert left_out(plan("intimate_image", platform="bazar"))["L04"] == "small_provider"
    assert left_out(plan("intimate_image", micro_or_small=True))["L05"] == "small_provider"
    assert "small_unknown" in warned(plan("intimate_image"))


def test_a_host_gets_the_hosts_notice_at_once() -> None:
    found = plan("intimate_image", platform="cave")
    assert acts(found, "first") == ["L02"]
    assert left_out(found)["L04"] == "no_internal_complaint"
    assert "forwarded_whole" in warned(found)


def test_the_us_act_is_proposed_unless_the_platform_is_known_to_be_outside() -> None:
    assert left_out(plan("intimate_image", platform="agora"))["L21"] == "not_covered"
    assert "tida_not_guaranteed" in warned(plan("intimate_image", platform="bazar"))


def test_a_channel_that_tells_the_uploader_who_wrote_is_announced() -> None:
    assert "name_disclosed" in warned(plan("doxxing", platform="agora"))
    assert "name_disclosed" not in warned(plan("doxxing", platform="bazar"))


def test_private_messages_are_outside_the_dsa_notice() -> None:
    found = plan("doxxing", audience="private")
    assert left_out(found)["L01"] == "private_messaging"
    assert acts(plan("intimate_image", audience="private"), "first") == ["platform_form", "L14"]


def test_an_association_signs_for_the_person_only_under_mandate() -> None:
    def who(do: str, mandate: str | bool | None) -> list[str]:
        return next(e["who"] for e in plan("doxxing", mandate=mandate)["signers"] if e["do"] == do)

    assert "association" in who("L01", None)
    assert "association" not in who("L07", None)
    assert "association" in who("L07", "association")
    assert "association" in who("L07", True)


def test_grounds_come_from_the_records_that_serve_this_harm_and_letter() -> None:
    text = {"fr": "texte", "en": "text"}
    ground = Ground.model_validate(
        PROVENANCE
        | {
            "id": "doxxing",
            "harms": ["doxxing"],
            "letters": ["L01.doxxing"],
            "articles": [{"code": "Code pénal", "article": "223-1-1", "confidence": "V"}],
            "title": text,
            "reasons": text,
            "complaint_needed": False,
        }
    )
    parts = Parts(grounds={"doxxing": ground})
    situation = {"harm": "doxxing", "age_on_image": "none"}
    assert explain(situation, parts, NOW, OWN_NAME)["first"][0]["ground"] == ["doxxing"]


# --- the document


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, '"harm" is missing'),
        ({"harm": "gossip"}, "not allowed"),
        ({"harm": "insult", "colour": "red"}, "not known"),
        ({"harm": "insult", "now": "2026-11-24T09:00"}, "no time zone"),
        ({"harm": "insult", "platform": "agorra"}, "Nearest: agora"),
        ({"harm": "insult", "first_published": {"date": "yesterday"}}, "cannot be read"),
        ({"harm": "insult", "first_published": {"date": "1026-11-24"}}, "cannot be right"),
        ({"harm": "insult", "earlier": [{"step": "L01"}]}, "earlier.0.date"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_with_a_sentence(document: dict[str, Any], words: str) -> None:
    with pytest.raises(RecourseError, match=words):
        explain(document, Parts(), NOW, OWN_NAME)


def test_the_refusal_never_repeats_what_was_written() -> None:
    with pytest.raises(RecourseError) as caught:
        explain({"harm": "Camille Exemple", "residence": 3}, Parts(), NOW, OWN_NAME)
    assert "Camille" not in str(caught.value)


def test_a_harm_without_a_ladder_is_an_error_not_an_empty_plan() -> None:
    with pytest.raises(RecourseError, match="No ladder"):
        explain({"harm": "doxxing"}, Parts(routes={}), NOW, OWN_NAME)


def test_the_texts_are_in_the_language_asked_for() -> None:
    text = plan("doxxing", lang="en")["first"][0]["text"]
    assert text == messages.render("recourse.do.L01", {}, "en")
