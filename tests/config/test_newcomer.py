"""A newcomer adds a platform and a ladder's step by adding files only; the how-to is followed literally."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config import catalogue, consistency
from takedown import act_sheet, addressee
from takedown.recourse import explain
from vigie.cli import platform as platform_command

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to-platform.md"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """A folder of her own with the record that the how-to prints."""
    block = re.search(r"```toml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "forum_exemple.toml").write_text(block.group(1), encoding="utf-8")
    return tmp_path


def test_the_record_of_the_how_to_is_usable_as_it_stands(overlay: Path) -> None:
    file = overlay / "platforms" / "forum_exemple.toml"
    result = CliRunner().invoke(platform_command.app, ["lint", str(file)])
    assert (result.exit_code, result.stdout) == (0, "Every platform record is usable.\n")
    assert consistency.problems(catalogue.load(overlay), date(2026, 11, 24)) == []


def test_its_notice_goes_to_its_form_and_its_complaint_to_its_mailbox(overlay: Path) -> None:
    known = catalogue.load(overlay)
    assert addressee.find(known, "forum_exemple", "doxxing").value == "https://forum.example/report"
    assert addressee.find(known, "forum_exemple", "doxxing", ("email",), do="L04").value == "complaints@forum.example"
    plan = explain({"harm": "doxxing", "age_on_image": "none", "platform": "forum_exemple"}, known, NOW)
    assert plan["first"][0]["do"] == "L01"


def test_its_form_guides_a_person_field_by_field(overlay: Path) -> None:
    known = catalogue.load(overlay)
    facts = act_sheet.Facts(address="https://forum.example/t/1", harm="doxxing", first_seen=NOW)
    sheet = act_sheet.sheet_of(known.guided_acts["platform_form"], facts, "en", known.platforms["forum_exemple"])
    assert sheet.link == "https://forum.example/report"
    assert sheet.lines[0].value == "https://forum.example/t/1"
    assert len(sheet.lines) == 4


def test_a_word_that_no_form_uses_is_refused_with_what_to_write(overlay: Path) -> None:
    file = overlay / "platforms" / "forum_exemple.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"reasons"', '"raisons"'), encoding="utf-8")
    (problem,) = consistency.problems(catalogue.load(overlay), date(2026, 11, 24))
    assert '"raisons" has no words' in problem
    assert "reasons" in problem


def test_a_step_joins_every_ladder_by_one_more_file(overlay: Path) -> None:
    (overlay / "routes").mkdir()
    (overlay / "routes" / "with.our_lawyer.toml").write_text(
        'id = "with.our_lawyer"\nharm = "*"\naudience = "any"\nsource = "our association"\nchecked_on = 2026-11-22\n'
        'confidence = "OP"\n\n[[steps]]\nid = "ours"\ndo = "counsel"\nto = "court"\nwhen = "always"\nparallel = true\n'
        'only = ["ex_partner"]\n',
        encoding="utf-8",
    )
    known = catalogue.load(overlay)
    said = {"harm": "doxxing", "age_on_image": "none"}
    assert "counsel" in {step["do"] for step in explain(said | {"ex_partner": True}, known, NOW)["parallel"]}
    assert "counsel" not in {step["do"] for step in explain(said, known, NOW)["parallel"]}
