"""A newcomer adds a platform, a ground, a deadline, a letter or a step by adding files only, as the how-tos say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config import catalogue, consistency
from config.errors import ConfigError
from takedown import act_sheet, addressee
from takedown.deadlines import compute
from takedown.letterbook import Letterbook
from takedown.letterlint import faults
from takedown.letters import draft
from takedown.recourse import explain
from takedown.render import text
from takedown.samples import Samples
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


def blocks_of(name: str) -> list[str]:
    """What a how-to prints, to be copied as it stands."""
    text = (HOW_TO.parent / f"{name}.md").read_text(encoding="utf-8")
    return re.findall(r"```(?:toml)?\n(.*?)```", text, re.DOTALL)


def put(folder: Path, where: str, text: str) -> None:
    file = folder / where
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_deadline_is_one_more_file_and_ours_is_never_shown_as_law(tmp_path: Path) -> None:
    (record,) = blocks_of("how-to-deadline")
    put(tmp_path, "deadlines/house.answer.toml", record)
    known = catalogue.load(tmp_path)
    assert consistency.problems(known, date(2026, 11, 24)) == []
    answer = compute(known.deadlines["house.answer"], date(2026, 11, 24), harm="doxxing")  # a Tuesday
    assert answer.kind == "indicative"
    assert answer.due_at() is not None
    put(tmp_path, "deadlines/house.answer.toml", record.replace('unit = "none"', 'value = 8\nunit = "day"'))
    with pytest.raises(ConfigError, match="no law"):
        catalogue.load(tmp_path)


def test_a_ground_a_letter_and_the_deadline_it_starts_are_added_by_files_only(tmp_path: Path) -> None:
    _, ground, letter = blocks_of("how-to-letter")
    put(tmp_path, "deadlines/house.answer.toml", blocks_of("how-to-deadline")[0])
    put(tmp_path, "grounds/lost_dog.toml", ground)
    put(
        tmp_path,
        "templates/letters/fr/L40.j2",
        letter.replace('version = "1"', 'clocks = ["house.answer"]\nversion = "1"'),
    )
    known, book, samples = catalogue.load(tmp_path), Letterbook.load(tmp_path), Samples.load(tmp_path)
    assert consistency.problems(known, date(2026, 11, 24)) == []
    own = replace(book, letters={name: one for name, one in book.letters.items() if name[0] == "L40"})
    assert list(faults(own, [known.grounds["lost_dog"]], samples, known.deadlines)) == []
    context = samples.context(0, own.get("L40", "fr"), known.grounds["lost_dog"], "plain_image", "subject")
    written = draft(own.get("L40", "fr"), known.grounds["lost_dog"], context)
    assert written.missing == ()
    assert written.clocks == ("house.answer",)
    assert "article 9 du code civil" in text.render(written).replace("\u00a0", " ").replace("\n", " ")
