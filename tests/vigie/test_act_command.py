"""Guided acts at the command line: what is known, what to copy into a form, and what was done."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cases.case import by_number
from storage.database import transaction
from takedown import intake
from takedown.tables import TrackRow
from vigie import wiring
from vigie.__main__ import main

Type = Callable[..., tuple[int, str]]
ADDRESS = "https://forum.example/t/42"


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """Types one command in a prepared personal instance; gives exit code and both outputs together."""
    for name in ("VIGIE_KEY", "VIGIE_KEY_FILE", "VIGIE_MODE", "VIGIE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_STATE_DIR", str(tmp_path / "state"))

    def run(*words: str, given: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        try:
            code = main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
        out = capsys.readouterr()
        return code, out.out + out.err

    assert run("init")[0] == 0
    return run


@pytest.fixture
def track(typed: Type) -> str:
    """One track of Camille's case."""
    number = json.loads(typed("case", "open", "--json", given=json.dumps({"name": "Camille Exemple"}))[1])["number"]
    loaded = wiring.load()
    with transaction(loaded.factory) as session:
        case_id = by_number(session, number).id
        intake.by_address(
            session, loaded.clock(), case_id=case_id, url=ADDRESS, harm="threats", actor="owner",
            catalogue=loaded.catalogue, age_on_image="none",
        )  # fmt: skip
        return str(session.query(TrackRow).one().id)


def test_every_guided_act_is_listed(typed: Type) -> None:
    code, out = typed("act", "list", "--json")
    assert code == 0
    known = {record["id"] for record in json.loads(out)}
    assert {"pharos", "3018", "point_de_contact", "thesee", "17cyber", "stopncii", "take_it_down", "cnil"} <= known
    assert {"platform_form", "arcom", "police_complaint"} <= known


def test_a_sheet_holds_the_forms_fields_in_order_with_the_address_to_copy(typed: Type, track: str) -> None:
    code, out = typed("act", "show", "pharos", "--track", track, "--json")
    assert code == 0
    fields = json.loads(out)["fields"]
    assert ADDRESS in [field["value"] for field in fields]


def test_what_was_done_is_recorded_from_standard_input_and_never_from_arguments(typed: Type, track: str) -> None:
    said = "2026/1234\nCommissariat de Lille"
    assert typed("act", "record", "police_complaint", "--track", track, "--copy", "--refused", given=said)[0] == 0
    (done,) = json.loads(typed("act", "list", "--track", track, "--json")[1])
    assert (done["number"], done["service"], done["copy"]) == ("2026/1234", "Commissariat de Lille", True)
    assert done["outcome"] == "refusal"


def test_a_pin_is_refused_with_the_reason(typed: Type, track: str) -> None:
    code, out = typed("act", "record", "stopncii", "--track", track, given="case 12, PIN 4321")
    assert code != 0
    assert "Write no PIN" in out
    assert json.loads(typed("act", "list", "--track", track, "--json")[1]) == []
