"""A watch is useless to find somebody out: it looks only after two people stood for it, and says no in sentences."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from cases.tables import CaseFile
from crawler.sighting import Sighting
from monitor import document, judgement, planner, scan, watch
from monitor.errors import MonitorError, WatchRefused
from monitor.store import store_sighting
from monitor.tables import Watch, WatchedFingerprint
from storage import ledger, vault
from storage.database import transaction
from tests.monitor import stage


def add(world: Any, **changed: Any) -> watch.Added:
    parsed = document.parse(json.dumps(stage.document(world.case.id, **changed)))
    with transaction(world.factory) as session:
        return watch.add(session, world.now, case_id=world.case.id, document=parsed, actor=world.agent)


def test_a_watch_looks_for_nobody_before_it_was_attested_reviewed_and_activated(world: Any) -> None:
    added = add(world)
    for act, actor in (("attest", world.agent), ("review", world.lead)):
        with transaction(world.factory) as session:
            assert scan.due(session, world.now) == []
            watch.move(session, world.now, added.watch_id, act, actor=actor)
    with transaction(world.factory) as session:
        watch.move(session, world.now, added.watch_id, "activate", actor=world.lead)
    with transaction(world.factory) as session:
        assert len(scan.due(session, world.now)) == 2


def test_nobody_reviews_what_she_attested(world: Any) -> None:
    added = add(world)
    with transaction(world.factory) as session:
        watch.move(session, world.now, added.watch_id, "attest", actor=world.agent)
    with transaction(world.factory) as session, pytest.raises(WatchRefused, match="somebody else"):
        watch.move(session, world.now, added.watch_id, "review", actor=world.agent)


def test_in_personal_mode_the_missing_second_person_is_written_down(world: Any) -> None:
    added = add(world)
    with transaction(world.factory) as session:
        watch.move(session, world.now, added.watch_id, "attest", actor="owner")
        watch.move(session, world.now, added.watch_id, "review", actor="owner", waived=True)
        entries = ledger.read(session, world.case.id)
        assert ledger.detail(session, entries[-1]) == {"waived": True}


@given(st.lists(st.sampled_from(["attest", "review", "activate", "pause"]), max_size=8))
def test_no_order_of_acts_makes_a_watch_active_without_attestation_and_review(acts: list[str]) -> None:
    state, seen = "draft", []
    for act in acts:
        if act in watch.TRANSITIONS[state]:
            state = watch.TRANSITIONS[state][act]
            seen.append(act)
    assert state != "active" or seen[:3] == ["attest", "review", "activate"]


@pytest.mark.parametrize(
    ("fingerprint", "code"),
    [
        ({"age_on_image": "unknown"}, "fingerprint.age_unknown"),
        ({"age_on_image": "minor"}, "fingerprint.minor"),
        ({"quality": 20}, "fingerprint.low_quality"),
        ({"type": "local-1", "image_is": "intimate"}, "fingerprint.points_not_chosen"),
        ({"type": "local-1"}, "fingerprint.points_not_chosen"),
    ],
)
def test_a_fingerprint_of_a_minor_of_unknown_age_or_of_a_plain_image_is_not_taken_and_the_names_are(
    world: Any, fingerprint: dict[str, Any], code: str
) -> None:
    line = {"type": "pdq", "value": stage.PRINT, "quality": 100, "age_on_image": "adult", **fingerprint}
    added = add(world, fingerprints=[line])
    assert (added.terms, added.fingerprints, [refusal["code"] for refusal in added.refused]) == (1, 0, [code])


@pytest.mark.parametrize("choice", [{"image_is": "ordinary"}, {"image_is": "intimate", "points_chosen": True}])
def test_points_of_an_ordinary_photograph_are_taken_and_of_an_intimate_one_by_explicit_choice(
    world: Any, choice: dict[str, Any]
) -> None:
    line = {"type": "local-1", "value": "1.AbCd", "age_on_image": "adult", **choice}
    assert add(world, fingerprints=[line]).fingerprints == 1
    with transaction(world.factory) as session:
        row = session.scalars(select(WatchedFingerprint)).one()
        assert vault.open_text(session, row.case_id, "fingerprint", "value", row.id, row.value_sealed) == "1.AbCd"


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"terms": [{"kind": "nom", "value": "Camille Exemple"}]}, "terms.0.kind"),
        ({"terms": [{"kind": "name", "value": ""}]}, "terms.0.value"),
        ({"terms": [{"kind": "name", "value": "de la"}]}, "terms.0"),
        ({"terms": [{"kind": "phone", "value": "12 34"}]}, "terms.0"),
        ({"fingerprints": [{"type": "pqd", "value": "00"}]}, "fingerprints.0.type"),
        ({"sources": []}, "sources"),
        ({"couleur": "bleu"}, "couleur"),
    ],
)
def test_a_wrong_document_is_refused_with_the_place_and_without_her_name(broken: dict[str, Any], place: str) -> None:
    with pytest.raises(MonitorError) as refusal:
        document.parse(json.dumps(stage.document("c", **broken)))
    assert place in str(refusal.value)
    assert "nothing was changed" in str(refusal.value)
    assert "Camille" not in str(refusal.value)


def test_her_own_account_never_alerts(world: Any) -> None:
    added = add(world, own_accounts=["https://social.example/@camille"])
    with transaction(world.factory) as session:
        kept = session.get_one(Watch, added.watch_id)
        assert kept.status == "draft"
        page = Sighting.from_json(stage.sighting("https://SOCIAL.example/@camille#x", "Camille Exemple"))
        assert store_sighting(session, world.now, case_id=world.case.id, run_id="none", sighting=page) is None


def test_a_judgement_on_an_image_asks_for_the_age(world: Any) -> None:
    with transaction(world.factory) as session, pytest.raises(MonitorError, match="no such hit"):
        judgement.judge(session, world.now, "nothing", verdict="me", actor=world.agent)


@given(failures=st.integers(0, 50), errors=st.lists(st.sampled_from(["transient", "robots", "quota", "auth"])))
def test_the_next_visit_is_never_in_the_past_and_never_later_than_the_interval(
    failures: int, errors: list[str]
) -> None:
    now = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)  # a Tuesday
    due = planner.next_due(now, 12, failures=failures, errors=errors)
    assert now < due <= now + dt.timedelta(hours=12)


def test_a_fifth_of_an_allowance_is_kept_for_a_case_somebody_is_working_on() -> None:
    assert planner.allowance(100, 70) == 10
    assert planner.allowance(100, 90) == 0
    assert planner.allowance(100, 90, background=False) == 10


@pytest.mark.parametrize("changed", [{"status": "paused"}, {"frozen": True}])
def test_nobody_is_looked_for_in_a_case_that_is_paused_or_under_a_conflicting_claim(
    world: Any, watched: str, changed: dict[str, Any]
) -> None:
    with transaction(world.factory) as session:
        session.execute(update(CaseFile).where(CaseFile.id == world.case.id).values(**changed))
        assert scan.due(session, world.now) == []
