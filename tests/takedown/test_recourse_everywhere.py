"""The ladder in every situation that a person can describe: it has a first step, and never a step that harms."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, get_args

from config import catalogue
from config.records.record import Harm
from takedown import recourse
from tests.size import chosen
from tests.takedown.test_recourse import NOW

KNOWN = catalogue.load()
SEXUAL = {"intimate_image", "sexual_deepfake", "own_selfie", "leak_forum", "sextortion", "minor_image"}
TO_PERSONS = {"L16", "L17", "L18"}
INTERNAL = {"L04", "L05"}
FOR_ADULTS = {"L01", "L20", "stopncii"}
COMMON_LAW = {"L07", "L10"}


def situations() -> Iterator[dict[str, Any]]:
    """Every harm and audience, every age, protected or not, whoever runs the site, at four kinds of service."""
    every = itertools.product(
        get_args(Harm), ("public", "closed", "private"), ("adult", "minor", "unknown"), ("no", "yes"), ("no", "yes"),
        ("no", "yes"), ("no", "unknown"), ("no", "yes"), (None, "x", "gofile", "internet_archive"),
    )  # fmt: skip
    for harm, audience, age, young, ex, danger, controls, small, platform in itertools.islice(
        every, 0, None, chosen(sampled=37, deep=1)
    ):
        if young == "yes" and age == "adult":
            continue
        yield {
            "harm": harm, "audience": audience, "age_on_image": age, "under_18_today": young, "ex_partner": ex,
            "danger": danger, "author": "known", "author_controls_addressee": controls, "micro_or_small": small,
            "platform": platform, "residence": "FR", "mandate": "none", "complaint_filed": False,
            "first_published": {"date": "2026-10-01", "source": "page"}, "earlier": [], "lang": "fr",
        }  # fmt: skip


def test_every_situation_has_a_first_step_and_no_step_that_harms() -> None:
    seen = 0
    for said in situations():
        found = recourse.explain(said, KNOWN, NOW)
        first, beside, later = ([step["do"] for step in found[part]] for part in ("first", "parallel", "next"))
        steps = {*first, *beside, *later}
        assert first, said
        assert not {*first, *beside} & INTERNAL, said  # an internal complaint waits for a decision
        assert not (said["micro_or_small"] == "yes" and steps & INTERNAL), said
        assert not ("yes" in (said["ex_partner"], said["danger"]) and steps & TO_PERSONS), said
        assert not (said["age_on_image"] != "adult" and said["harm"] in SEXUAL and steps & FOR_ADULTS), said
        assert not (said["audience"] == "public" and said["harm"] in ("defamation", "insult") and steps & COMMON_LAW), (
            said
        )
        seen += 1
    assert seen >= chosen(sampled=500, deep=21_120)  # 25,344, less the adults under 18


def test_a_file_lent_by_a_host_through_a_private_link_is_notified_to_that_host() -> None:
    for harm in ("plain_image", "doxxing"):
        said = {"harm": harm, "age_on_image": "adult", "author_controls_addressee": "no", "audience": "private"}
        at_a_locker = recourse.explain(said | {"platform": "gofile"}, KNOWN, NOW)
        in_a_messenger = recourse.explain(said | {"platform": "whatsapp"}, KNOWN, NOW)
        assert "L02" in [step["do"] for step in at_a_locker["first"]]
        assert "L02" not in [step["do"] for step in in_a_messenger["first"]]
