"""What a person is told before a letter leaves: who learns what, who passes it on, what is safer, what a lie costs."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from config import catalogue, messages
from config.records import Channel
from storage.database import transaction
from takedown import exposing
from takedown.exposure import Sending, exposure_of
from tests.takedown.desk import Desk, seal, track_of

KNOWN = catalogue.load()


def codes(letter: str, **other: Any) -> set[str]:
    plain: dict[str, Any] = {"signer": "subject", "named": True, "discloses_to": "none", "forwards": "no"}
    found = exposure_of(Sending(letter, **plain | other), KNOWN.offences)
    return {finding.code.removeprefix("exposure.") for _, finding in found.findings()}


def test_a_notice_in_her_own_name_shows_her_name_and_the_uploader_learns_of_it() -> None:
    assert {"learns.her_name", "passes_on.statement_of_reasons"} <= codes("L01")


def test_a_copyright_notice_gives_everything_to_the_uploader_and_another_sender_is_safer() -> None:
    found = codes("L20", discloses_to="uploader")
    assert {"learns.full_contact", "passes_on.uploader", "safer.other_sender"} <= found


def test_who_does_not_say_whether_it_forwards_counts_as_forwarding() -> None:
    assert "passes_on.customer_unknown" in codes("L02", forwards="unknown")
    assert "passes_on.customer" in codes("L19", forwards="yes")
    assert not {"passes_on.customer", "passes_on.customer_unknown"} & codes("L02", forwards="no")


def test_with_an_ex_partner_the_safer_sender_is_named_even_where_nothing_is_forwarded() -> None:
    assert "safer.other_sender" not in codes("L01")
    assert "safer.other_sender" in codes("L01", guarded=True)
    assert "safer.unnamed" in codes("L01", signer="lawyer", guarded=True)


def test_a_mandate_carries_her_address_and_counsels_statement_stands_in_its_place() -> None:
    found = codes("L01", signer="association", named=False, attached=("mandate",))
    assert {"attached.mandate", "safer.statement_for_mandate", "learns.signer_only"} <= found


def test_a_complaint_is_hers_and_its_address_may_be_counsels() -> None:
    found = codes("L14", guarded=True)
    assert {"learns.identity", "safer.elected_address"} <= found
    assert "safer.other_sender" not in found


def test_what_is_annexed_to_a_protection_order_reaches_the_other_party() -> None:
    assert "passes_on.other_party" in codes("L25")


@pytest.mark.parametrize(
    ("letter", "offences"),
    [
        ("L14", {"cp.226-10", "cp.434-26", "cp.441-1"}),
        ("L27", {"cp.441-7", "cp.441-1"}),
        ("L28", {"cp.226-10"}),
        ("L20", {"us.512f"}),
        ("L01", {"eu.dsa23"}),
    ],
)  # law.md 2.7, 4, 23.1
def test_the_penalties_for_a_false_statement_are_those_of_the_letter(letter: str, offences: set[str]) -> None:
    sending = Sending(letter, signer="subject", named=True, discloses_to="none")
    shown = {str(found.params["article"]) for found in exposure_of(sending, KNOWN.offences).penalties}
    assert shown == {KNOWN.offences[name].article for name in offences}


def test_the_complaint_on_which_prosecution_depends_is_asked_about() -> None:
    assert "complaint.to_file" in codes("L01", complaint_needed=True)
    assert "complaint.filed" in codes("L01", complaint_needed=True, complaint_filed=True)
    assert not {"complaint.to_file", "complaint.filed"} & codes("L01")


@pytest.mark.parametrize("discloses_to", get_args(Channel.model_fields["discloses_to"].annotation))
def test_whoever_a_record_discloses_to_has_words(discloses_to: str) -> None:
    assert messages.both(f"exposure.passes_on.{discloses_to}", {})


def test_a_drafted_notice_is_exposed_from_its_own_rows(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        content = desk.content(session)
        seal(session, content)
        notice = desk.draft(session, [track_of(session, content).id], signer="association")
        found = exposing.of_notice(session, notice, desk.catalogue)
    codes = {finding.code for _, finding in found.findings()}
    assert {"exposure.attached.mandate", "exposure.complaint.to_file"} <= codes
    assert all(set(one["text"]) == {"fr", "en"} for part in found.to_json().values() for one in part)
