"""Twenty whole stories, from what happened to the last rung; each line says where law.md says so.

Every plan is the one that `vigie recourse explain` prints. NOW is Tuesday 24 November 2026, 10:00 in Paris.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config import catalogue
from takedown.recourse import explain
from tests.takedown.letter_people import book

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
OWN_NAME = book().own_name
KNOWN = catalogue.load()


class Story:
    """One person's plan, asked about in the words of the stories."""

    def __init__(self, harm: str, now: datetime = NOW, **said: Any) -> None:
        document = {"harm": harm, "age_on_image": "adult", "author_controls_addressee": "no", **said}
        self.plan = explain(document, KNOWN, now, OWN_NAME)

    @property
    def first(self) -> list[str]:
        return [step["do"] for step in self.plan["first"]]

    @property
    def parallel(self) -> list[str]:
        return [step["do"] for step in self.plan["parallel"]]

    @property
    def later(self) -> list[str]:
        return [step["do"] for step in self.plan["next"]]

    @property
    def everything(self) -> set[str]:
        return {*self.first, *self.parallel, *self.later}

    @property
    def left_out(self) -> dict[str, str]:
        return {entry["what"]: entry["code"] for entry in self.plan["excluded"]}

    @property
    def warned(self) -> set[str]:
        return {warning["code"] for warning in self.plan["warnings"]}

    @property
    def due(self) -> dict[str, str | None]:
        return {clock["rule"]: clock["due"] for clock in self.plan["deadlines"]}

    def to(self, do: str) -> set[str]:
        return {step["to"] for part in ("first", "parallel", "next") for step in self.plan[part] if step["do"] == do}

    def article(self, do: str) -> str:
        steps = [step for part in ("first", "parallel", "next") for step in self.plan[part]]
        return next(step["article"] for step in steps if step["do"] == do)

    def wait(self, do: str) -> tuple[str, int | None]:
        return next((step["kind"], step["after_hours"]) for step in self.plan["next"] if step["do"] == do)

    def who(self, do: str) -> list[str]:
        return next(entry["who"] for entry in self.plan["signers"] if entry["do"] == do)


def took(step: str, date: str, outcome: str = "none", reference: str | None = None) -> dict[str, Any]:
    return {"step": step, "date": date, "outcome": outcome, "reference": reference}


def test_1_revenge_images_on_a_small_host() -> None:
    fresh = Story("intimate_image", platform_kind="host", micro_or_small="yes", ex_partner="yes")
    assert fresh.first == ["L02"]  # 7.2: host = L02
    assert {"ncii_search_form", "stopncii", "point_de_contact", "L14"} <= set(fresh.parallel)  # 7.1, in parallel
    assert {"L25", "3919"} <= set(fresh.parallel)  # 2.5: protection order, 3919
    assert fresh.left_out["L04"] == fresh.left_out["L05"] == "small_provider"  # 10.2: DSA 19
    assert {fresh.left_out[do] for do in ("L16", "L17", "L18", "L20", "L28")} == {"ex_partner"}  # 2.5, 22.2
    assert {"ex_partner", "uploader_learns", "complaint_needed", "forwarded_whole"} <= fresh.warned  # 1.4, 22.2
    assert fresh.wait("L10") == ("indicative", 192)  # 7.3: T + 8 d, OP
    refused = Story(
        "intimate_image", platform_kind="host", micro_or_small="yes", ex_partner="yes",
        earlier=[took("L02", "2026-11-20", "refusal", "H-1")],  # a Friday
    )  # fmt: skip
    assert refused.first[:3] == ["L10", "L06", "L15"]  # 24.9, arts 11-18 still bind a one-person host (10.2)
    assert "dsa20.complaint" not in refused.due  # 10.2
    assert refused.who("L15") == ["lawyer"]  # 22.1


def test_2_a_sexual_deepfake_on_a_covered_platform() -> None:
    story = Story("sexual_deepfake", platform="x", residence="FR")
    assert story.first == ["L01", "platform_form", "L21"]  # 7.1: L01, form, TIDA if covered (digital forgeries, 14.1)
    assert "226-8-1" in story.article("L01")  # 4
    assert "fake_search_form" in story.parallel  # 7.1
    assert "complaint_needed" not in story.warned  # 1.4: 226-8-1 is outside 226-6
    assert "tida_not_guaranteed" in story.warned  # 14.1
    assert story.left_out["L10"] == "not_yet"  # 10.5: the tool's provider, from 2 December 2026 (a Wednesday)
    later = Story("sexual_deepfake", platform="x", now=datetime(2026, 12, 2, 9, tzinfo=UTC))
    assert later.to("L10") == {"platform", "tool_provider"}
    sent = Story("sexual_deepfake", platform="x", earlier=[took("L21", "2026-11-23T10:00:00+01:00")])  # a Monday
    assert sent.due["tida.48h"] == "2026-11-25T10:00:00+01:00"  # 3.2: 48 elapsed hours, a Wednesday
    assert "ftc" in sent.later  # 3.2, tida.48h: next


def test_3_a_minors_picture() -> None:
    story = Story("minor_image", age_on_image="minor", under_18_today="yes", mandate="association")
    assert story.first == ["pharos", "3018", "L01M"]  # 7.1: police now, 3018, L01M
    assert {"take_it_down", "point_de_contact", "platform_form"} <= set(story.parallel)  # 7.1
    assert not {"stopncii", "L01", "L21", "L20", "L18"} & story.everything  # 8: adults only; 2.2
    assert story.left_out["119"] == "danger_only"  # 7.1: 119 if in danger
    assert story.wait("point_de_contact") == story.wait("L03") == ("indicative", 24)  # 7.1: + 24 h; 3.2: minors 24 h
    assert {"minor_address_only", "guardian", "parents_conflict", "duty_to_report"} <= story.warned  # 2.2, 2.10, 19.3
    assert story.who("L01M") == ["guardian", "subject", "lawyer", "association"]  # 22.1
    assert story.who("L14") == ["guardian", "lawyer"]  # 22.1: the legal representative; an association cannot
    unclear = Story("intimate_image", age_on_image="unknown")
    assert unclear.first[:2] == ["pharos", "3018"]  # 2.14: age unclear, the minor path


def test_4_doxxing_by_an_ex_who_is_dangerous() -> None:
    story = Story("doxxing", age_on_image="none", ex_partner="yes", danger="yes", author="known")
    assert story.first == ["emergency", "L01", "platform_form"]  # 7.1: 17 if danger; L01 (223-1-1) + privacy form
    assert "personal_info_search_form" in story.parallel  # 7.1
    assert story.left_out["L18"] == story.left_out["L07"] == "ex_partner"  # 2.5, 22.2: nothing to him or a publisher
    assert story.wait("L03") == ("indicative", 48)  # 7.1
    assert "press_question" in story.warned  # a text opens the press-law question (issue 6; 1.3)
    silent = Story("doxxing", age_on_image="none", earlier=[took("L01", "2026-11-21", "silence")])  # a Saturday
    assert silent.first[:2] == ["L03", "L07"]  # 7.1: + 48 h L03; GDPR L07 to the publisher
    month = Story("doxxing", age_on_image="none", earlier=[took("L07", "2026-10-23", "silence")])  # a Friday
    assert {"L11", "L12"} <= set(month.first)  # 3.2: one month, until Monday 23 November 2026
    early = Story("doxxing", age_on_image="none", earlier=[took("L07", "2026-10-26", "silence")])  # a Monday
    assert "L12" in early.later  # 12.2: not before the month is over, Thursday 26 November 2026
    assert early.wait("L12") == ("legal", None)


def test_5_defamation_found_on_day_80() -> None:
    # first published Saturday 5 September 2026; last safe day Friday 4 December, legal day Saturday 5 December 2026
    story = Story("defamation", age_on_image="none", platform_kind="site", first_published={"date": "2026-09-05"})
    assert story.due["press.limit"] == "2026-12-04"  # 3.1, 19.5: the eve is shown
    assert {"L16", "L17", "counsel", "L15"} <= set(story.first)  # 7.1: L16 + L17 if site; 2.8: counsel at once
    assert "L26" in story.parallel  # 23.1
    assert story.left_out["L09"] == story.left_out["L03"] == "press_waiting"  # 2.8: no wait under 30 days
    assert "L10" not in story.everything  # 1.3: no letter on common law
    assert {"press_near", "press_not_stopped", "no_identification"} <= story.warned  # 2.8, 24.2
    assert "data.ip" not in story.due  # 24.2
    assert story.who("L16") == ["lawyer"]  # 22.1
    late = Story("defamation", age_on_image="none", platform_kind="site", first_published={"date": "2026-08-23"})
    assert {late.left_out[do] for do in ("L15", "L16", "L26")} == {"press_over"}  # 3.2: 23 August to 23 November
    assert late.left_out["L17"] == "reply_late"  # 3.2, ldr.request
    assert "counsel" in late.first
    unknown = Story("defamation", age_on_image="none", first_published={"date": None, "source": "unknown"})
    assert unknown.due["press.limit"] is None  # never a green date
    assert {"counsel", "L15"} <= set(unknown.first)


def test_6_an_insult_in_a_closed_group() -> None:
    story = Story("insult", age_on_image="none", audience="closed", first_published={"date": "2026-11-16"})  # a Monday
    assert story.first == ["L01D"]  # 20: platform, group link
    assert "R621-2" in story.article("L14")  # 11.4, 19.5: non-public insult
    assert {"counsel", "L27", "L14"} <= set(story.parallel)  # 7.1; 20: a lawful member attests
    assert not {"L16", "L17"} & story.everything  # no publisher
    assert story.due["press.nonpublic"] == story.due["press.limit"] == "2027-02-15"  # 19.5, 24.8: eve, a Monday
    assert {"no_infiltration", "no_identification"} <= story.warned  # 20; 24.2: 38 EUR, no prison
    assert "data.ip" not in story.due


def test_7_an_impersonation() -> None:
    story = Story("impersonation", age_on_image="none", platform="facebook_instagram")
    assert story.first == ["L01", "platform_form"]  # 7.1
    assert {"L07", "L14"} <= set(story.parallel)  # 7.1: GDPR 17
    assert "warn_contacts" in story.warned  # 7.1
    assert story.wait("L03") == ("indicative", 168)  # 7.1: + 7 d
    decided = Story("impersonation", age_on_image="none", platform="facebook_instagram",
                    earlier=[took("L01", "2026-11-20", "refusal", "FB-9")])  # fmt: skip # a Friday
    assert decided.first == ["L04"]  # 24.9: a decision was received
    assert decided.due["dsa20.complaint"] == "2027-05-20"  # 3.2: at least six months, a Thursday
    silent = Story("impersonation", age_on_image="none", platform="facebook_instagram",
                   earlier=[took("L01", "2026-11-16", "silence")])  # fmt: skip # a Monday
    assert silent.first == ["L03"]  # 24.9: silence goes to the reminder
    assert "L04" in silent.later


def test_8_sextortion() -> None:
    story = Story("sextortion", age_on_image="none", platform="snapchat")
    assert story.first == ["emergency", "L14", "thesee", "L01"]  # 7.1: police, THESEE, 17; L01
    assert "stopncii" in story.parallel  # 7.1: before publication
    assert story.wait("point_de_contact") == ("indicative", 24)  # 7.1: + 24 h F
    assert "do_not_pay" in story.warned  # 7.1
    assert "312-10" in story.article("L14")  # 4
    known = Story("sextortion", age_on_image="none", author="known")
    assert known.left_out["thesee"] == "author_known"  # 8
    assert known.left_out["L18"] == "blackmailer"  # 7.1: no contact
    child = Story("sextortion", age_on_image="minor")
    assert child.first[:2] == ["emergency", "L14"]
    assert "take_it_down" in child.parallel  # 8


def test_9_an_outdated_article() -> None:
    story = Story("outdated_result", age_on_image="none", platform="google_search")
    assert story.first == ["L09"]  # 7.1
    assert story.parallel == ["L07"]  # 7.1: the page itself
    assert story.left_out == {}
    asked = Story("outdated_result", age_on_image="none", platform="google_search",
                  earlier=[took("L09", "2026-10-22")])  # fmt: skip # a Thursday
    assert asked.due["gdpr12.answer"] == "2026-11-23"  # 3.1: Sunday 22 November, then Monday
    assert "L12" in asked.first  # 7.1: one month, then the CNIL
    refused = Story("outdated_result", age_on_image="none", platform="google_search",
                    earlier=[took("L09", "2026-11-20", "refusal")])  # fmt: skip # a Friday
    assert "L12" in refused.first  # 12.2: a refusal opens it at once
    silent = Story("outdated_result", age_on_image="none", platform="google_search",
                   earlier=[took("L12", "2026-08-20")])  # fmt: skip # a Thursday
    assert "conseil_d_etat" in silent.first  # 1.8: three months of silence, Friday 20 November 2026


def test_10_her_own_selfie() -> None:
    alone = Story("own_selfie", platform="x")
    assert alone.first == ["L01", "platform_form", "L21"]  # 7.1: prefer the NCII route
    assert "L20" in alone.later  # 14.2: last resort, through an agent
    agent = Story("own_selfie", platform="x", mandate="lawyer")
    assert "L20" in agent.parallel  # 7.1
    assert "copyright_exposes" in agent.warned  # 14.2
    assert agent.who("L20")[0] == "lawyer"  # 22.1: prefer an agent
    afraid = Story("own_selfie", platform="x", mandate="lawyer", ex_partner="yes")
    assert afraid.left_out["L20"] == "ex_partner"  # 14.2


def test_11_an_escort_advertisement_with_her_number() -> None:
    story = Story("escort_ad", age_on_image="none", platform_kind="marketplace")
    assert story.first == ["L01", "L07"]  # 20: L01 + L07 the same day
    assert "C-492/23" in story.article("L07")  # 1.9: only against ad sites
    assert story.wait("L10") == ("indicative", 48)  # 20: L10 + 48 h
    assert {"L14", "carrier_number"} <= set(story.parallel)  # 20: complaint; operator of the number
    assert "tell_the_carrier" in story.warned  # 20
    assert "C-492/23" not in Story("doxxing", age_on_image="none").article("L07")  # 6.3


def test_12_an_archive_copy() -> None:
    story = Story("archive_copy", age_on_image="none", platform="internet_archive")
    assert story.first == ["L01", "L30"]  # 20: the source first, then the archive
    assert story.parallel == ["outdated_content_form"]  # 20
    assert {"L09", "L19"} <= set(story.later)  # 20: L09; registrar and host of the archive
    assert "source_first" in story.warned
    unknown = Story("archive_copy", age_on_image="none", platform="archive_today")
    assert unknown.left_out["L30"] == "archive_unknown"  # 21: operator unknown, host and registrar only


def test_13_files_on_a_locker_and_a_leak_forum() -> None:
    story = Story("leak_forum", platform="gofile")
    assert story.first == ["L02", "ncii_search_form"]  # 20: file first, then the result
    assert story.to("L10") == {"host"}  # 20: L10 to French lockers
    assert {"L19", "L20"} <= set(story.later)  # 20
    assert {"file_first", "no_infiltration"} <= story.warned  # 20
    assert story.left_out.get("L04") is None  # a locker's ladder has no internal complaint at all
    forum = Story("leak_forum", platform_kind="forum")
    assert forum.first == ["L02", "L02", "ncii_search_form"]  # 20: the file, then the post, then the result


def test_14_a_network_stands_before_the_site() -> None:
    story = Story("intimate_image", platform="cloudflare")
    assert story.first == ["L19"]  # 7.2: CDN = L19
    assert story.left_out["L01"] == story.left_out["L03"] == "relay"
    assert story.to("L02") == {"host"}  # 7.2: it is asked who hosts
    assert story.who("L19")[0] == "association"  # 22.1: prefer A or L
    assert {"forwarded_whole", "name_disclosed"} <= story.warned  # 9, 22.2
    assert Story("intimate_image", platform_kind="registrar").first == ["L19"]  # 7.2


def test_15_a_page_that_the_author_may_run() -> None:
    story = Story("plain_image", platform_kind="site", author_controls_addressee="unknown")
    assert story.first == ["L02"]  # 22.2: unknown counts as yes: to the host
    assert {story.left_out[do] for do in ("L07", "L08")} == {"author_may_control"}  # 22.2
    own_host = Story("intimate_image", platform_kind="host", author_controls_addressee="yes")
    assert own_host.left_out["L10"] == "author_may_control"
    assert own_host.to("L02") == {"network"}  # 22.2: the abuse contact of the IP network


def test_16_hateful_words_in_public() -> None:
    story = Story("hate_speech", age_on_image="none", first_published={"date": "2026-06-01"})  # a Monday
    assert story.first == ["L01D", "pharos"]  # 20
    assert {"point_de_contact", "counsel", "L14"} <= set(story.parallel)  # 20
    assert story.due["press.limit.bias"] == "2027-05-31"  # 3.2: one year, its eve, a Monday
    assert story.due["press.nonpublic"] == "2026-08-31"  # 20: both clocks; a Monday, already past
    assert "data.ip" in story.due  # 24.2: one year of prison
    private = Story("hate_speech", age_on_image="none", audience="private")
    assert private.left_out["pharos"] == "not_public"  # 8
    assert private.first[:3] == ["counsel", "platform_form", "L14"]  # 2.8: no first day known; 20


def test_17_a_hacked_account() -> None:
    story = Story("hacked_account", age_on_image="none", platform="facebook_instagram")
    assert story.first == ["platform_form", "17cyber", "L14"]  # 20
    assert {"L23", "stopncii"} <= set(story.parallel)  # 20
    assert "L01" not in story.parallel
    assert "323-3" in story.article("L14")  # 20
    assert "own_devices" in story.warned  # 20: no counter-intrusion
    shown = Story("hacked_account", age_on_image="none", first_published={"date": "2026-11-20"})  # a Friday
    assert "L01" in shown.parallel  # 20: L01 once published


def test_18_private_messages_of_a_former_partner() -> None:
    story = Story("private_messages", audience="private", ex_partner="yes", author="known")
    assert story.first == ["platform_form", "L14"]  # 20: in-app report, complaint
    assert {"33700", "L23", "L25"} <= set(story.parallel)  # 20
    assert story.left_out["L18"] == "ex_partner"  # 2.5
    assert not {"L01", "L03", "L04", "L06"} & story.everything  # 20: DSA mostly out of scope
    assert {"private_messaging", "complaint_needed"} <= story.warned  # 1.4


def test_19_a_childs_ordinary_picture_posted_by_a_school_mate() -> None:
    story = Story("minor_plain_image", age_on_image="minor", under_18_today="yes", author="minor")
    assert story.first == ["platform_form", "L07"]  # 20
    assert {"3018", "L28"} <= set(story.parallel)  # 20: L28 if school
    assert "51 II" in story.article("L07")  # 12.3
    assert "parental_authority" in story.warned  # 20
    asked = Story("minor_plain_image", age_on_image="minor", under_18_today="yes",
                  earlier=[took("L07", "2026-10-23", "silence")])  # fmt: skip # a Friday
    assert "L13" in asked.first  # 3.2: lil51.minor, one month
    assert "L12" not in asked.everything
    frozen = Story("minor_plain_image", age_on_image="minor", complaint_filed="yes")
    assert frozen.left_out["L28"] == "frozen"  # 24.10


def test_20_threats_and_a_station_that_refuses_the_complaint() -> None:
    story = Story("threats", age_on_image="none", platform="discord")
    assert story.first == ["emergency", "L14"]  # 7.1: 17, complaint
    assert "L01" in story.parallel  # 7.1: P in parallel, DSA 18 mentioned
    assert "16, 18" in story.article("L01")
    assert story.wait("L03") == ("indicative", 24)  # 7.1: + 24 h
    assert story.left_out["L25"] == "couples_only"  # 19.4
    assert "identification_needs_a_year" in story.warned  # 24.2
    refused = Story(
        "threats", age_on_image="none", earlier=[took("police_complaint", "2026-11-23", "refusal")]
    )  # Monday
    assert refused.first[0] == "L29"  # 23.1: a refusal is written to the prosecutor
    assert "L14" in refused.first
    filed = Story("threats", age_on_image="none", earlier=[took("L14", "2026-08-20")])  # a Thursday
    assert filed.left_out["L14"] == "already_filed"
    assert "partie_civile" in filed.first  # 3.2, pac.wait: three months, over on Friday 20 November 2026


def test_21_somebody_who_lives_in_the_united_kingdom() -> None:
    story = Story("intimate_image", residence="GB", platform="x")
    assert {"L22", "local_hotline"} <= set(story.parallel)  # 6.2, 14.3
    assert story.left_out["L06"] == "other_regulator"  # 10.3
    assert story.left_out["L14"] == "other_country"  # 4: 113-2-1 is for residents of France
    assert "uk_hours" in story.warned  # 14.3: the 48 h duty has no known start


def test_22_content_that_came_down_is_asked_for_no_more_and_begins_again_when_it_is_back() -> None:
    gone = Story("intimate_image", platform="x", earlier=[took("L01", "2026-11-20", "removed")])  # a Friday
    assert gone.first == []  # 7.3: any rung is closed
    assert gone.left_out["L03"] == gone.left_out["L10"] == "removed"
    assert {"stopncii", "L14"} <= set(gone.parallel)
    back = Story("intimate_image", platform="x",
                 earlier=[took("L01", "2026-11-10", "removed"), took("L01", "2026-11-20", "back")])  # fmt: skip
    assert "L01" in back.first


def test_23_a_text_opens_the_press_question_whatever_harm_was_chosen() -> None:
    for harm in ("harassment", "doxxing", "threats", "impersonation", "outdated_result", "escort_ad"):
        story = Story(harm, age_on_image="none", first_published={"date": "2026-11-16"})  # a Monday
        assert "press_question" in story.warned, harm  # 1.3, issue 6
        assert story.due["press.limit"] == "2027-02-15", harm  # the eve of Tuesday 16 February 2027
    assert "press_question" not in Story("intimate_image").warned


def test_24_what_was_chosen_may_be_something_else_and_is_asked_about() -> None:
    asked = Story("intimate_image").warned
    assert {"requalify.not_sexual", "requalify.fake", "requalify.blackmail", "requalify.in_a_group"} <= asked  # 20
    assert "requalify.of_a_minor" in asked  # 2.14
    assert "requalify.hateful" in Story("insult", age_on_image="none").warned  # 20
    assert not [code for code in Story("minor_image", age_on_image="minor").warned if code.startswith("requalify")]


# --- what an outside reader of the law found wrong


def on_day(days: int, harm: str = "defamation", **said: Any) -> Story:
    """A matter whose first posting was so many days before Tuesday 24 November 2026."""
    first = (NOW.date() - timedelta(days=days)).isoformat()
    return Story(harm, age_on_image="none", first_published={"date": first, "source": "page"}, **said)


@pytest.mark.parametrize("days", [70, 80, 88, 91])
@pytest.mark.parametrize("where", [{"platform": "facebook_instagram"}, {"platform": "bing"}, {"platform_kind": "host"}])
@pytest.mark.parametrize("outcome", ["none", "silence"])
def test_near_the_press_limit_counsel_comes_first_and_nothing_is_waited_for(
    days: int, where: dict[str, str], outcome: str
) -> None:
    story = on_day(days, **where, earlier=[took("L01D", "2026-11-21", outcome)])  # a Saturday
    assert story.first[0] == "counsel"  # 2.8, 7.1: lawyer at once
    assert "L15" in story.first  # 7.1: assign before three months
    assert {step["when"] for step in story.plan["next"]} <= {"back"}  # 2.8: the ladder of waits is closed


def test_a_posting_whose_day_nobody_knows_is_treated_as_one_that_is_nearly_too_old() -> None:
    for unknown in (None, {"date": "2026-11-20", "source": "unknown"}):
        story = Story("insult", age_on_image="none", platform="x", first_published=unknown)
        assert story.first[0] == "counsel"  # 2.8
        assert "L15" in story.first
        assert story.due["press.limit"] is None  # never a green date
        assert "press_start_unknown" in story.warned


def test_in_danger_the_emergency_number_stays_before_counsel() -> None:
    assert on_day(80, platform="x", danger=True).first[:2] == ["emergency", "counsel"]  # 2.5, 18.1


def test_near_the_press_limit_a_decision_without_its_reference_still_asks_for_it() -> None:
    story = on_day(80, platform="x", earlier=[took("L01D", "2026-11-21", "refusal")])
    assert "L04" in story.later
    assert "reference_needed" in story.warned  # 5: decision reference and date


def test_a_first_posting_after_today_is_questioned_and_gives_no_comfort() -> None:
    story = on_day(-10, platform="x")
    assert "press_start_later" in story.warned
    assert "press_days_left" not in story.warned


def test_an_archive_that_nobody_can_write_to_is_reached_by_its_host_and_registrar_at_once() -> None:
    for harm in ("archive_copy", "outdated_result"):
        story = Story(harm, age_on_image="none", platform="archive_today")
        assert story.left_out["L30"] == "archive_unknown"  # 21: host and registrar only
        assert {"host", "registrar"} <= story.to("L19")
        assert "L19" in story.first


def test_googles_refusal_of_a_review_starts_the_twelve_months_of_its_dispute_body() -> None:
    refused = [took("L01D", "2026-11-20", "refusal", "G-1")]  # a Friday
    story = on_day(20, platform="google_reviews", earlier=refused)
    assert story.due["google.ods"] == "2027-11-20"  # 21, 23.3
    assert "google.ods" not in on_day(20, platform="x", earlier=refused).due
    waiting = on_day(20, platform="google_reviews", earlier=[took("L01D", "2026-11-20")])
    assert "google.ods" not in waiting.due


def test_a_counter_notice_starts_the_ten_business_days_and_calls_for_counsel() -> None:
    contested = [took("L20", "2026-11-19", "counter_notice"), took("L01", "2026-11-20")]  # Thursday, Friday
    story = Story("own_selfie", age_on_image="adult", under_18_today="no", platform="reddit", earlier=contested)
    assert story.due["dmca.counter"] == "2026-12-04"  # 3.2, 14.2: ten US business days, Thanksgiving not counted
    assert "counter_notice" in story.warned
    assert "L15" in story.first  # 7.1: US or French lawyer
    assert "L04" in story.later  # no decision on the notice was received


def test_a_relative_helps_and_signs_nothing() -> None:
    story = Story("intimate_image", age_on_image="adult", under_18_today="no", platform="x", mandate="relative")
    assert "relative_helps" in story.warned  # 22.1 knows S, L and A
    assert not any("relative" in entry["who"] for entry in story.plan["signers"])
