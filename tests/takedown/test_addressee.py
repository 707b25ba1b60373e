"""Whom a notice goes to, and by which way: the form first, another way when a person chooses it."""

from __future__ import annotations

import pytest

from config.records import Channel
from storage.database import transaction
from takedown import addressee, store
from takedown.addressee import Addressee
from takedown.errors import AddresseeError
from takedown.render import pdf
from tests.takedown.desk import Desk, catalogue, notice, platform, shipped, track_of


def way(kind: str, value: str, *harms: str) -> Channel:
    return Channel.model_validate(
        {"kind": kind, "value": value, "harms": list(harms or ("*",)), "account": "no", "discloses_to": "none"}
    )


BOTH = platform(
    "both",
    channels=[
        way("email", "notice@images.example"),
        way("form", "https://images.example/report"),
        way("form", "https://images.example/intimate", "intimate_image"),
    ],
)


def found(harm: str = "intimate_image", prefer: tuple[str, ...] = addressee.PREFERRED) -> Addressee:
    return addressee.find(catalogue(BOTH), "both", harm, prefer)


def test_the_electronic_form_comes_first_and_the_one_for_the_harm_before_the_one_for_all() -> None:
    assert (found().channel, found().value) == ("form", "https://images.example/intimate")
    assert found("doxxing").value == "https://images.example/report"


def test_a_person_may_choose_mail_where_the_record_has_one() -> None:
    assert (found(prefer=("email",)).channel, found(prefer=("email",)).value) == ("email", "notice@images.example")


def test_a_way_that_the_record_does_not_know_is_refused_and_never_replaced_in_silence() -> None:
    only = catalogue(platform("formed", kind="form"))
    with pytest.raises(AddresseeError):
        addressee.find(only, "formed", "intimate_image", ("email",))


def test_without_any_channel_the_postal_address_is_what_is_left() -> None:
    bare = addressee.find(catalogue(platform("bare", channels=[])), "bare", "doxxing")
    assert (bare.channel, bare.lines) == ("post", ("12 Harbour Street", "Dublin 4"))


@pytest.mark.parametrize("record", [None, "unlisted:ailleurs.example"])
def test_a_site_without_a_record_has_no_addressee(record: str | None) -> None:
    with pytest.raises(AddresseeError):
        addressee.find(catalogue(), record, "intimate_image")


@pytest.mark.parametrize("name", sorted(set(shipped().platforms) - {"archive_today"}))
def test_every_shipped_platform_has_an_addressee_with_a_source_and_a_date(name: str) -> None:
    goes_to = addressee.find(shipped(), name, "intimate_image")
    assert goes_to.source
    assert goes_to.channel in ("form", "email", "post")
    assert Addressee.from_json(goes_to.to_json()) == goes_to


def test_an_archive_whose_operator_nobody_knows_has_no_addressee() -> None:
    with pytest.raises(AddresseeError):
        addressee.find(shipped(), "archive_today", "archive_copy", do="L30")


def test_an_authority_is_reached_through_its_form_and_a_prosecutor_must_be_looked_up_first() -> None:
    assert addressee.find(shipped(), "pharos", "minor_image").channel == "form"
    with pytest.raises(AddresseeError):  # which one depends on where the person lives
        addressee.find(shipped(), "procureur", "intimate_image")


@pytest.mark.parametrize("name", sorted(set(shipped().platforms) - {"archive_today"}))
def test_a_letter_to_any_shipped_platform_prints(desk: Desk, name: str) -> None:
    """A record may hold postal lines that no window takes: then a letter that goes by form leaves them out."""
    desk.catalogue = shipped()
    with transaction(desk.factory) as session:
        content_id = desk.content(session, f"https://{shipped().platforms[name].domains[0]}/p/1")
        notice_id = desk.draft(session, [track_of(session, content_id).id], letter="L01.intimate_image")
        letter = store.open_letter(session, notice(session, notice_id))
    assert pdf.render(letter, pdf.Layout.load()).startswith(b"%PDF-")
