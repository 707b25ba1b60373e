"""A guided act's page: the form's fields in their order, what may be copied, and the secrets that have no place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config import catalogue
from takedown.act_sheet import Facts, sheet_of

KNOWN = catalogue.load()
FACTS = Facts(
    address="https://agora.example/p/1", harm="intimate_image", first_seen=datetime(2026, 11, 24, 9, tzinfo=UTC),
    name="Camille Exemple", email="boite@exemple.example", reference="3", earlier=("L01 V-1, 2026-11-20",),
)  # fmt: skip


def values(act: str, platform: str | None = None, lang: str = "fr", facts: Facts = FACTS) -> dict[str, str]:
    record = KNOWN.platforms[platform] if platform else None
    return {line.label: line.value for line in sheet_of(KNOWN.guided_acts[act], facts, lang, record).lines}


def test_pharos_asks_for_the_category_the_time_the_address_and_a_comment_in_this_order() -> None:
    asked = list(values("pharos").items())
    assert [value != "" for _, value in asked] == [True, True, True, True, False]
    assert asked[1][1] == "24 novembre 2026, 10:00"  # a Tuesday, Paris time
    assert asked[2][1] == FACTS.address


def test_her_name_goes_to_authorities_and_never_into_a_platforms_form() -> None:
    assert "Camille Exemple" in values("cnil").values()
    for platform in KNOWN.platforms:
        assert "Camille Exemple" not in " ".join(values("platform_form", platform).values())


def test_a_secret_of_others_is_never_filled_in() -> None:
    secrets = [line for line in sheet_of(KNOWN.guided_acts["stopncii"], FACTS, "fr").lines if line.secret]
    assert [line.value for line in secrets] == [""]
    assert "PIN" in secrets[0].label


def test_the_form_of_the_us_act_of_x_is_the_platforms_form_for_an_intimate_image() -> None:
    sheet = sheet_of(KNOWN.guided_acts["platform_form"], FACTS, "en", KNOWN.platforms["x"])
    assert sheet.link.endswith("/take-it-down")
    doxxing = sheet_of(
        KNOWN.guided_acts["platform_form"], replace(FACTS, harm="doxxing"), "en", KNOWN.platforms["x"]
    )  # fmt: skip
    assert doxxing.link.startswith("in-app: menu of the post")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("act", sorted(KNOWN.guided_acts))
def test_every_act_can_be_shown_in_both_languages(act: str, lang: str) -> None:
    sheet = sheet_of(KNOWN.guided_acts[act], FACTS, lang)
    assert all(line.label for line in sheet.lines)


def test_a_complaint_at_a_station_keeps_number_service_copy_and_leads_to_the_prosecutor_when_refused() -> None:
    act = KNOWN.guided_acts["police_complaint"]
    assert set(act.keeps) == {"number", "service", "copy", "outcome"}
    assert act.refused == "L29"
