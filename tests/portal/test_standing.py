"""What goes wrong with the machine is said in the portal in a sentence that says what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from storage import standing
from storage.database import transaction
from takedown import listing
from takedown.delivery.message import Doubtful, Rejected, TryLater
from tests.portal.conftest import Browser, plain
from tests.takedown import desk as stage

ADDRESS = "https://forum.example/nouvelle"


@pytest.fixture
def broken(desk: stage.Desk) -> Iterator[None]:
    """Every commit fails, as on a full disk or while the database restarts."""

    def fail(_session: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(desk.factory, "before_commit", fail)
    yield
    event.remove(desk.factory, "before_commit", fail)


@pytest.fixture
def queued(desk: stage.Desk) -> str:
    with transaction(desk.factory) as session:
        _, dispatch = desk.approved(session)
    desk.clock.forward(minutes=11)
    return dispatch


def test_a_database_that_cannot_write_says_that_nothing_was_kept_and_keeps_nothing(
    desk: stage.Desk, lead: Browser, request: pytest.FixtureRequest
) -> None:
    lead.see(f"/notes/{desk.case_id}")
    request.getfixturevalue("broken")
    said = {"addresses": ADDRESS, "harm": "defamation", "age": "none"}
    answer = lead.fill(f"/notes/{desk.case_id}/adresses", **said)
    assert answer.status_code == 503
    assert "n'a pas été gardé" in plain(answer)
    assert "vigie doctor" in plain(answer)
    assert "COMMIT" not in answer.text
    with desk.factory() as session:
        assert ADDRESS not in {one.address for one in listing.tracks(session, desk.case_id)}


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (TryLater("later", "smtp_451"), "Reportés par le serveur de messagerie : 1. Ils repartent d'eux-mêmes"),
        (Rejected("never", "smtp_550"), "Envois incertains ou échoués : 1. Ouvrez-les depuis"),
        (Doubtful("cut", "timeout"), "regardez dans les messages envoyés, puis dites si la lettre est partie"),
    ],
    ids=["4xx", "5xx", "cut"],
)
def test_what_a_mail_server_did_is_said_with_what_to_do(
    desk: stage.Desk, lead: Browser, queued: str, trouble: Exception, said: str
) -> None:
    desk.send(queued, stage.Postman(trouble=[trouble]))
    lead.come_in(desk.clock(), account_id=desk.lead)
    assert said in plain(lead.see("/sante"))


def test_a_disk_without_room_and_a_clock_set_back_are_said(
    desk: stage.Desk, lead: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = plain(lead.see("/sante"))
    assert "plus de place sur le disque" not in page
    assert "horloge de la machine est en retard" not in page
    monkeypatch.setattr(standing, "room", lambda _folder: standing.LEAST_ROOM - 1)
    desk.clock.now -= dt.timedelta(hours=1)
    page = plain(lead.see("/sante"))
    assert "presque plus de place sur le disque : libérez-en" in page
    assert "horloge de la machine est en retard" in page
