"""What the shipped records must hold, and what a record may not claim."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config import catalogue, consistency, messages
from config.catalogue import Catalogue
from config.records import RANK, Confidence, Helpline, Platform, Record, lowest
from takedown import addressee
from takedown.errors import AddresseeError

TAGS = get_args(Confidence)
TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return catalogue.load()


@pytest.mark.parametrize(
    ("day", "obstacle"),
    [
        (date(2026, 11, 24), None),  # a Tuesday
        (date(2027, 11, 22), None),  # a Monday, a year after it was read
        (date(2027, 11, 23), "stale"),  # a Tuesday
    ],
)
def test_what_was_read_more_than_a_year_ago_is_stale(known: Catalogue, day: date, obstacle: str | None) -> None:
    assert known.grounds["doxxing"].obstacle(day) == obstacle


def test_a_record_outside_its_time_is_not_in_force_before_it_is_stale(known: Catalogue) -> None:
    ended = known.grounds["doxxing"].model_copy(update={"in_force_until": date(2026, 11, 23)})  # a Monday
    assert ended.obstacle(TODAY) == "not_in_force"


def test_only_what_was_checked_in_a_source_needs_no_verification(known: Catalogue) -> None:
    assert not known.grounds["doxxing"].to_verify
    assert known.platforms["x"].to_verify


def every(known: Catalogue) -> list[Record]:
    return [record for kind in catalogue.KINDS for record in getattr(known, kind).values()]


def test_every_shipped_record_loads_and_agrees_with_the_others(known: Catalogue) -> None:
    assert consistency.problems(known, TODAY) == []
    assert len(known.platforms) >= 10
    assert len(known.helplines) >= 20


def test_no_record_is_surer_than_its_least_sure_field(known: Catalogue) -> None:
    for record in every(known):
        ranks = [RANK[tag] for tag in record.confidence_of.values() if tag != "OP"]
        if record.confidence != "OP" and ranks:
            assert RANK[record.confidence] <= min(ranks), record.id


def test_every_record_says_where_and_when_it_was_read(known: Catalogue) -> None:
    for record in every(known):
        assert record.source, record.id
        assert record.checked_on <= TODAY, record.id


@pytest.mark.parametrize(
    ("name", "number", "sms", "hours", "on_bill", "confidence"),
    [
        ("fr_3018", "3018", None, "7/7, 9 h-23 h", "unknown", "V"),
        ("fr_3919", "3919", None, "24/7", "no", "V2"),
        ("fr_119", "119", None, "24/7", "no", "V"),
        ("fr_116006", "116 006", None, "7/7, 9 h-20 h", "unknown", "V2"),
        ("fr_114", None, "114", "24/7", "unknown", "V2"),
        ("fr_3114", "3114", None, "24/7", "unknown", "V"),
    ],
)
def test_the_french_helplines_are_those_of_the_law_sheet(
    known: Catalogue, name: str, number: str | None, sms: str | None, hours: str, on_bill: str, confidence: str
) -> None:
    line: Helpline = known.helplines[name]
    found = (line.country, line.number, line.sms, line.hours, line.on_bill, line.confidence)
    assert found == ("FR", number, sms, hours, on_bill, confidence)


def test_the_closed_line_of_net_ecoute_is_not_listed(known: Catalogue) -> None:
    numbers = {"".join((line.number or "").split()) for line in known.helplines.values()}
    assert "0800200000" not in numbers


def test_every_country_with_a_helpline_has_an_emergency_number(known: Catalogue) -> None:
    emergency = {
        line.country for line in known.helplines.values() if line.for_whom.en.lower().startswith("immediate danger")
    }
    assert emergency == {line.country for line in known.helplines.values()}


def test_the_entity_of_x_is_x_internet_unlimited_company(known: Catalogue) -> None:
    assert known.platforms["x"].entity == "X Internet Unlimited Company"


def test_the_controller_of_google_delisting_is_google_llc(known: Catalogue) -> None:
    google = known.platforms["google_search"]
    assert (google.entity, google.country, google.kind) == ("Google LLC", "US", "search")


def test_no_machine_looks_at_big_platforms_or_search_results(known: Catalogue) -> None:
    looked_at = {platform.id for platform in known.platforms.values() if platform.machine_may_look}
    assert looked_at == {"gofile", "internet_archive"}


def test_search_engines_hosts_and_delivery_networks_are_not_offered_the_internal_complaint(known: Catalogue) -> None:
    offered = {platform.kind for platform in known.platforms.values() if platform.art20}
    assert offered == {"platform"}


def test_channels_that_show_the_name_to_the_uploader_say_so(known: Catalogue) -> None:
    copyright_forms = [
        channel
        for platform in known.platforms.values()
        for channel in platform.channels
        if channel.harms == ["own_selfie"]
    ]
    assert copyright_forms
    assert {channel.discloses_to for channel in copyright_forms} == {"uploader"}
    assert known.platforms["cloudflare"].channels[0].discloses_to == "uploader"


def test_addresses_reserved_for_authorities_or_complaints_are_no_channels(known: Catalogue) -> None:
    mails = [c for p in known.platforms.values() for c in p.channels if c.kind == "email"]
    for_notices = {c.value for c in mails if not c.serves or {"L01", "L02"} & set(c.serves)}
    assert for_notices == {
        "abuse@telegram.org", "abuse@imgur.com", "legal@qwant.net", "info@archive.org", "support@onlyfans.com"
    }  # fmt: skip
    complaints = {c.value for c in mails if c.serves == ["L04"]}
    assert complaints == {"dsa@pornhub.com", "dsa@youporn.com", "moderation@blueskyweb.xyz"}


# law.md 9 and 21, one by one
SERVICES = {
    "google_search",
    "youtube",
    "bing",
    "facebook_instagram",
    "tiktok",
    "x",
    "snapchat",
    "reddit",
    "discord",
    "telegram",
    "pornhub",
    "xvideos",
    "xnxx",
    "onlyfans",
    "twitch",
    "linkedin",
    "pinterest",
    "cloudflare",
    "xhamster",
    "youporn_redtube",
    "stripchat",
    "erome",
    "mym",
    "gofile",
    "mega",
    "mediafire",
    "imgur",
    "whatsapp",
    "threads",
    "bluesky",
    "steam",
    "roblox",
    "google_reviews",
    "trustpilot",
    "qwant",
    "duckduckgo",
    "yandex",
    "internet_archive",
    "archive_today",
}


def test_every_service_of_the_fact_sheet_has_its_record_and_no_other_is_invented(known: Catalogue) -> None:
    assert set(known.platforms) == SERVICES


def test_the_us_form_of_x_takes_the_us_request_and_the_european_notice_goes_to_its_own_report(known: Catalogue) -> None:
    notice = addressee.find(known, "x", "intimate_image", do="L01")
    request = addressee.find(known, "x", "intimate_image", do="L21")
    assert notice.value.startswith("in-app: menu of the post")
    assert request.value.endswith("/take-it-down")


def test_a_complaint_mailbox_never_takes_a_first_notice(known: Catalogue) -> None:
    assert addressee.find(known, "pornhub", "intimate_image", do="L01").value.endswith("/content-removal")
    assert addressee.find(known, "pornhub", "intimate_image", ("email",), do="L04").value == "dsa@pornhub.com"
    with pytest.raises(AddresseeError):
        addressee.find(known, "pornhub", "intimate_image", ("email",), do="L01")


def test_every_form_asks_for_things_that_have_words(known: Catalogue) -> None:
    asked = {code for p in known.platforms.values() for channel in p.channels for code in channel.asks}
    assert asked
    for code in asked:
        assert messages.both(f"ask.{code}", {})


def test_a_line_whose_source_nobody_checked_is_not_shown_unless_it_is_an_emergency_number(known: Catalogue) -> None:
    shown = {line.id for line in known.helplines.values() if line.may_be_shown}
    assert {"fr_17", "fr_114", "gb_999", "us_911", "fr_3919", "fr_3018"} <= shown
    assert not {"fr_sos_homophobie", "ch_142", "ch_143", "gb_samaritans", "us_ccri"} & shown


def test_shipped_sources_are_examples_that_are_switched_off(known: Catalogue) -> None:
    assert {"searxng", "site", "feed"} <= set(known.sources)
    assert not any(source.enabled for source in known.sources.values())


def test_authorities_a_french_victim_needs_are_there(known: Catalogue) -> None:
    needed = {"arcom", "cnil", "pharos", "procureur", "point_de_contact", "e_enfance_3018", "thesee"}
    assert needed <= set(known.authorities)


def make_platform(**changes: object) -> dict[str, object]:
    return {
        "id": "forum",
        "name": "Forum",
        "entity": "Forum SAS",
        "country": "FR",
        "kind": "platform",
        "domains": ["forum.example"],
        "small_provider": "yes",
        "covered_tida": "no",
        "art20": False,
        "machine_may_look": True,
        "forwards_to_customer": "unknown",
        "source": "invented",
        "checked_on": TODAY,
        "confidence": "V",
        **changes,
    }


def test_a_record_surer_than_one_of_its_fields_is_refused() -> None:
    with pytest.raises(ValidationError, match='set confidence = "U"'):
        Platform.model_validate(make_platform(confidence="V", confidence_of={"entity": "U"}))


def test_an_operational_field_does_not_lower_the_record() -> None:
    assert Platform.model_validate(make_platform(confidence_of={"machine_may_look": "OP"})).confidence == "V"


def test_confidence_of_cannot_name_a_field_that_does_not_exist() -> None:
    with pytest.raises(ValidationError, match="no field of this record"):
        Platform.model_validate(make_platform(confidence_of={"entitty": "V"}))


def test_an_email_channel_that_is_no_address_is_refused() -> None:
    channel = {
        "kind": "email",
        "value": "https://forum.example",
        "harms": ["*"],
        "account": "no",
        "discloses_to": "none",
    }
    with pytest.raises(ValidationError, match="needs an address"):
        Platform.model_validate(make_platform(channels=[channel]))


@given(st.sampled_from(TAGS), st.lists(st.sampled_from(TAGS)))
def test_the_lowest_confidence_is_never_above_any_ranked_one(own: Confidence, tags: list[Confidence]) -> None:
    least = lowest(own, {str(number): tag for number, tag in enumerate(tags)})
    ranked = [RANK[tag] for tag in [own, *tags] if tag != "OP"]
    assert least == "OP" if own == "OP" else RANK[least] == min(ranked)


def test_a_record_applies_from_its_first_to_its_last_day() -> None:
    platform = Platform.model_validate(
        make_platform(in_force_from=date(2026, 2, 20), in_force_until=date(2028, 12, 31))
    )  # a Friday, a Sunday
    assert [platform.in_force(day) for day in (date(2026, 2, 19), date(2026, 2, 20), date(2028, 12, 31))] == [
        False,
        True,
        True,
    ]
    assert not platform.in_force(date(2029, 1, 1))
