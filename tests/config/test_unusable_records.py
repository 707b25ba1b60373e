"""`vigie config check` finds every record that loads but could never be used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.catalogue import SHIPPED
from vigie.cli import config as config_command


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_CONFIG_DIR", str(tmp_path))
    return tmp_path


def problems() -> list[str]:
    result = CliRunner().invoke(config_command.app, ["check", "--records-only", "--json"])
    document = json.loads(result.stdout)
    assert document["usable"] is (result.exit_code == 0)
    found: list[str] = document["problems"]
    return found


def changed(overlay: Path, record: str, *changes: tuple[str, str]) -> None:
    """A shipped record, changed and put into the overlay."""
    text = (SHIPPED / record).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    target = overlay / record
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def test_an_overlay_of_good_records_is_usable(overlay: Path) -> None:
    for record in ("sources/site.toml", "routes/threats.toml", "deadlines/press.limit.toml", "grounds/doxxing.toml"):
        changed(overlay, record)
    (overlay / "templates").mkdir()
    (overlay / "sources" / "README.md").write_text("Our sources.", encoding="utf-8")
    assert problems() == []


def test_a_source_of_an_unknown_kind(overlay: Path) -> None:
    changed(overlay, "sources/site.toml", ('kind = "site"', 'kind = "mastodon"'))
    (problem,) = problems()
    assert "sources/site.toml" in problem
    assert '"mastodon" is no kind of source: write one of feed, searxng, site' in problem


def test_a_setting_that_the_kind_does_not_read(overlay: Path) -> None:
    changed(overlay, "sources/site.toml", ("depth = 2", "dept = 2"))
    (problem,) = problems()
    assert 'key "settings.dept": is not known (did you mean "depth"?)' in problem


@pytest.mark.parametrize(("kind", "setting"), [("site", "start_urls"), ("feed", "feeds"), ("searxng", "endpoint")])
def test_a_setting_that_the_kind_cannot_do_without(overlay: Path, kind: str, setting: str) -> None:
    changed(overlay, f"sources/{kind}.toml", (f"\n{setting} =", f"\n# {setting} ="))
    (problem,) = problems()
    assert f"sources/{kind}.toml" in problem
    assert setting in problem


@pytest.mark.parametrize("wrong", ['include = "("', 'depth = "deep"'])
def test_a_setting_whose_value_cannot_be_read(overlay: Path, wrong: str) -> None:
    changed(overlay, "sources/site.toml", ("depth = 2", wrong))
    (problem,) = problems()
    assert "sources/site.toml" in problem


def test_a_folder_that_nothing_reads(overlay: Path) -> None:
    for name in ("source", "whatever", ".git"):
        (overlay / name).mkdir()
    found = problems()
    assert len(found) == 2
    assert any('source: is no folder that is read (did you mean "sources"?)' in problem for problem in found)
    assert any("whatever: is no folder" in problem for problem in found)


def test_a_file_that_nothing_reads(overlay: Path) -> None:
    changed(overlay, "sources/site.toml")
    (overlay / "sources" / "site.toml").rename(overlay / "sources" / "site.tml")
    (overlay / "mine.toml").write_text('id = "mine"\n', encoding="utf-8")
    found = problems()
    assert len(found) == 2
    assert any("mine.toml: is not read here" in problem for problem in found)
    assert any("site.tml: is not read" in problem for problem in found)


@pytest.mark.parametrize("do", ["L99", "L1", "L01.threats", "call_a_friend", "phraos"])
def test_a_step_that_is_no_letter_and_no_known_act(overlay: Path, do: str) -> None:
    changed(overlay, "routes/threats.toml", ('do = "point_de_contact"', f'do = "{do}"'))
    (problem,) = problems()
    assert f'routes/threats.toml: step "flagger", key "do": "{do}" is no letter id and no known guided act' in problem


def test_the_nearest_act_is_named(overlay: Path) -> None:
    changed(overlay, "routes/threats.toml", ('do = "point_de_contact"', 'do = "phraos"'))
    assert "write one of pharos" in problems()[0]


def test_every_letter_of_the_law_sheet_may_be_a_step(overlay: Path) -> None:
    changed(overlay, "routes/threats.toml")
    letters = [*(f"L{number:02}" for number in range(1, 32)), "L01M", "L01D"]
    steps = [f'[[steps]]\nid = "{do.lower()}"\ndo = "{do}"\nto = "court"\nwhen = "silence"\n' for do in letters]
    with (overlay / "routes" / "threats.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(steps))
    assert problems() == []


def test_a_deadline_of_more_than_a_hundred_years(overlay: Path) -> None:
    changed(overlay, "deadlines/data.civil_id.toml", ("value = 5", "value = 500"))
    (problem,) = problems()
    assert "data.civil_id.toml" in problem
    assert "500 years is more than 100 years" in problem


def test_a_deadline_whose_trigger_has_no_words(overlay: Path) -> None:
    changed(overlay, "deadlines/data.ip.toml", ('trigger = "connection"', 'trigger = "full_moon"'))
    (problem,) = problems()
    assert 'key "trigger": "full_moon" has no words' in problem


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "wrong", ["{{ ground.penalty", "{{ nobody.knows }}", "{% for x in items %}{{ x }}{% endfor %}"]
)
def test_a_ground_whose_reasons_cannot_be_filled_in(overlay: Path, lang: str, wrong: str) -> None:
    text = (SHIPPED / "grounds" / "doxxing.toml").read_text(encoding="utf-8")
    head, reasons = text.split("[reasons]")
    broken = re.sub(rf'(?m)^{lang} = """$', lambda found: f"{found[0]}\n{wrong}", reasons, count=1)
    assert broken != reasons
    (overlay / "grounds").mkdir()
    (overlay / "grounds" / "doxxing.toml").write_text(f"{head}[reasons]{broken}", encoding="utf-8")
    found = problems()
    assert found
    assert all(problem.startswith(f"grounds/doxxing.toml: reasons.{lang}, line ") for problem in found)


def test_a_ground_for_a_letter_that_does_not_exist(overlay: Path) -> None:
    changed(overlay, "grounds/doxxing.toml", ('"L01.doxxing"', '"L01.doxing"'))
    assert any('names "L01.doxing", which is no letter' in problem for problem in problems())


def test_a_letter_that_cannot_be_read_is_a_problem_and_no_traceback(overlay: Path) -> None:
    folder = overlay / "templates" / "letters" / "fr"
    folder.mkdir(parents=True)
    (folder / "L01.doxxing.j2").write_text("no header", encoding="utf-8")
    assert any("the header must stand first" in problem for problem in problems())
