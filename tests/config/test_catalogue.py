"""A record that is wrong gives a sentence that names the file, the key and the remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config import catalogue, consistency
from config.errors import ConfigError
from config.records import Route

AUTHORITY = """
id = "{name}"
name = "Autorité d'essai"
country = "FR"
kind = "regulator"
source = "invented"
checked_on = {checked}
confidence = "V"
[for_whom]
fr = "Tout le monde."
en = "Everybody."
"""


def overlay(folder: Path, file: str, text: str) -> Path:
    path = folder / "authorities" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def authority(name: str = "essai", checked: str = "2026-11-22") -> str:
    return AUTHORITY.format(name=name, checked=checked)


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        catalogue.load(folder)
    return str(caught.value)


def test_a_record_of_the_overlay_is_added(tmp_path: Path) -> None:
    assert "essai" in catalogue.load(overlay(tmp_path, "essai.toml", authority())).authorities


def test_a_record_of_the_overlay_replaces_the_shipped_one(tmp_path: Path) -> None:
    known = catalogue.load(overlay(tmp_path, "arcom.toml", authority("arcom")))
    assert known.authorities["arcom"].name == "Autorité d'essai"


def test_an_unknown_key_is_named_with_its_file_and_the_likely_spelling(tmp_path: Path) -> None:
    text = authority().replace("country", "contry")
    sentence = refusal(overlay(tmp_path, "essai.toml", text))
    assert "essai.toml" in sentence
    assert 'key "contry": is not known' in sentence
    assert 'did you mean "country"?' in sentence
    assert 'key "country": is missing: add it' in sentence


def test_a_missing_confidence_is_named_with_its_file(tmp_path: Path) -> None:
    sentence = refusal(overlay(tmp_path, "essai.toml", authority().replace('confidence = "V"', "")))
    assert "essai.toml" in sentence
    assert 'key "confidence": is missing: add it' in sentence


def test_a_confidence_outside_the_closed_list_is_refused_with_the_list(tmp_path: Path) -> None:
    sentence = refusal(overlay(tmp_path, "essai.toml", authority().replace('"V"', '"sure"')))
    assert 'key "confidence": is not allowed: write one of' in sentence
    assert "'V2'" in sentence


def test_bad_toml_is_named_with_its_file_and_line(tmp_path: Path) -> None:
    sentence = refusal(overlay(tmp_path, "essai.toml", 'id = "essai"\nname =\n'))
    assert "essai.toml" in sentence
    assert "line 2" in sentence
    assert "correct that line" in sentence


def test_a_file_named_otherwise_than_its_id_is_refused(tmp_path: Path) -> None:
    sentence = refusal(overlay(tmp_path, "autre.toml", authority("essai")))
    assert 'is "essai" but the file is autre.toml: rename' in sentence


def test_two_files_cannot_share_an_id(tmp_path: Path) -> None:
    overlay(tmp_path, "essai.toml", authority("essai"))
    sentence = refusal(overlay(tmp_path, "copie.toml", authority("essai")))
    assert "already the id of essai.toml" in sentence


def test_an_empty_text_in_one_language_is_refused(tmp_path: Path) -> None:
    sentence = refusal(overlay(tmp_path, "essai.toml", authority().replace("Everybody.", " ")))
    assert 'key "for_whom.en"' in sentence


def test_all_faults_are_told_at_once_and_the_good_records_stay_usable(tmp_path: Path) -> None:
    overlay(tmp_path, "un.toml", "id = 1")
    known, faults = catalogue.survey(overlay(tmp_path, "essai.toml", authority().replace("kind", "sort")))
    assert {Path(fault.split(": ")[0]).name for fault in faults} == {"un.toml", "essai.toml"}
    assert "cnil" in known.authorities


def test_an_overlay_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    assert "correct VIGIE_CONFIG_DIR" in refusal(tmp_path / "absent")


def test_a_record_read_tomorrow_is_a_problem(tmp_path: Path) -> None:
    known = catalogue.load(overlay(tmp_path, "essai.toml", authority(checked="2026-11-25")))  # a Wednesday
    (problem,) = consistency.problems(known, date(2026, 11, 24))
    assert "authorities/essai.toml" in problem
    assert "has not come yet" in problem


ROUTE = """
id = "{name}"
harm = "insult"
audience = "public"
source = "invented"
checked_on = 2026-11-22
confidence = "OP"
[[steps]]
id = "first"
do = "{do}"
to = "platform"
ground = ["{ground}"]
when = "always"
"""


def test_a_route_that_names_an_unknown_ground_or_a_misspelt_letter_is_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "routes"
    folder.mkdir()
    (folder / "essai.toml").write_text(ROUTE.format(name="essai", do="L1", ground="no_such_ground"), encoding="utf-8")
    problems = [p for p in consistency.problems(catalogue.load(tmp_path), date(2026, 11, 24)) if "essai" in p]
    assert any('"no_such_ground" is no record of grounds/' in problem for problem in problems)
    assert any('"L1" is no letter id' in problem for problem in problems)


def test_a_platform_that_names_an_unknown_dispute_rule_is_a_problem(tmp_path: Path) -> None:
    shipped = Path(catalogue.__file__).parent / "platforms" / "google_reviews.toml"
    folder = tmp_path / "platforms"
    folder.mkdir()
    wrong = shipped.read_text(encoding="utf-8").replace('"google.ods"', '"google.odds"')
    (folder / shipped.name).write_text(wrong, encoding="utf-8")
    problems = consistency.problems(catalogue.load(tmp_path), date(2026, 11, 24))
    assert any('"google.odds" is no record of deadlines/' in problem for problem in problems)


def test_two_routes_for_the_same_harm_and_audience_are_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "routes"
    folder.mkdir()
    for name in ("essai_a", "essai_b"):
        (folder / f"{name}.toml").write_text(ROUTE.format(name=name, do="L01D", ground="x"), encoding="utf-8")
    problems = consistency.problems(catalogue.load(tmp_path), date(2026, 11, 24))
    assert any("routes/essai_b.toml: serves the same harm and audience as essai_a" in problem for problem in problems)


def test_a_route_cannot_have_two_steps_of_one_name() -> None:
    step = {"id": "first", "do": "L01", "to": "platform", "when": "always"}
    with pytest.raises(ValueError, match="two steps are called first"):
        Route.model_validate(
            {
                "id": "essai",
                "harm": "insult",
                "audience": "public",
                "steps": [step, step],
                "source": "invented",
                "checked_on": date(2026, 11, 22),
                "confidence": "OP",
            }
        )
