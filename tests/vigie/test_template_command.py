"""`vigie template`: lists, checks and prints letters from a context."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vigie.cli.template import app

CONTEXT = {
    "today": "2026-11-24",
    "reference": "VG-7K3F-Q2XM",
    "sender": {"name": "Camille Exemple", "role": "subject", "email": "contact@boite.example"},
    "addressee": {"entity": "Imagerie Sociale Ltd"},
    "items": [{"url": "https://images.example/p/1", "kind": "image"}],
    "harm": "intimate_image",
}


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty overlay folder, named in the environment."""
    monkeypatch.setenv("VIGIE_CONFIG_DIR", str(tmp_path))
    return tmp_path


def run(*words: str, given: object = None) -> Result:
    return CliRunner().invoke(app, list(words), input=None if given is None else json.dumps(given))


def test_the_list_names_every_letter_and_who_may_sign(overlay: Path) -> None:
    listed = json.loads(run("list", "--json").stdout)
    signers = {header["id"]: header["signers"] for header in listed}
    assert signers["L01.intimate_image"] == ["subject", "lawyer", "association"]
    assert "L03" in run("list").stdout


def test_the_shipped_letters_pass_the_lint(overlay: Path) -> None:
    done = run("lint", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["faults"] == []


def test_an_unsafe_letter_of_the_overlay_fails_the_lint_with_a_sentence(overlay: Path) -> None:
    shipped = Path(__file__).parents[2] / "templates/letters/fr/L01.doxxing.j2"
    file = overlay / "templates/letters/fr/L01.doxxing.j2"
    file.parent.mkdir(parents=True)
    file.write_text(shipped.read_text(encoding="utf-8") + "{{ 'a' * 10**9 }}", encoding="utf-8")
    done = run("lint")
    assert done.exit_code == 1
    assert "L01.doxxing, line" in done.stdout


def test_a_letter_is_printed_as_text(overlay: Path) -> None:
    done = run("render", "L01.intimate_image", "--context", "-", given=CONTEXT)
    assert done.exit_code == 0
    assert "https://images.example/p/1" in done.stdout
    assert "L'auteur de la mise en ligne saura" in done.stderr


def test_a_letter_is_written_as_pdf(overlay: Path, tmp_path: Path) -> None:
    out = tmp_path / "letter.pdf"
    done = run("render", "L01.intimate_image", "--context", "-", "--format", "pdf", "--out", str(out), given=CONTEXT)
    assert done.exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_a_missing_element_is_said_and_gives_exit_code_3(overlay: Path) -> None:
    done = run("render", "L01.doxxing", "--context", "-", "--format", "html", given={**CONTEXT, "harm": "doxxing"})
    assert done.exit_code == 3
    assert "À compléter" in done.stderr


@pytest.mark.parametrize(
    ("letter", "given", "code", "said"),
    [
        ("L99", CONTEXT, 2, "Grounds that fit"),
        ("L01.doxxing", CONTEXT, 2, "--ground"),
        ("L01.intimate_image", {**CONTEXT, "phone": "x"}, 2, "phone"),
        ("L01.intimate_image", {**CONTEXT, "facts": {"x": "y"}}, 1, "no such fact"),
    ],
)
def test_what_cannot_be_printed_says_why(overlay: Path, letter: str, given: object, code: int, said: str) -> None:
    done = run("render", letter, "--context", "-", given=given)
    assert (done.exit_code, said in done.stderr) == (code, True)


def test_an_unknown_format_is_refused(overlay: Path) -> None:
    done = run("render", "L01.intimate_image", "--context", "-", "--format", "odt", given=CONTEXT)
    assert done.exit_code == 2
    assert "choose text, html, pdf or docx" in done.stderr


def test_the_overlay_is_shown_beside_ours(overlay: Path) -> None:
    assert run("diff").exit_code == 4
    file = overlay / "templates/letters/fr/parts/salutation.j2"
    file.parent.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "templates/letters/fr/parts/salutation.j2"
    file.write_text(shipped.read_text(encoding="utf-8").replace("distinguées", "les meilleures"), encoding="utf-8")
    (overlay / "grounds").mkdir()
    (overlay / "grounds/ours.toml").write_text('id = "ours"\n', encoding="utf-8")
    done = run("diff")
    assert done.exit_code == 0
    assert "templates/letters/fr/parts/salutation.j2: replaces" in done.stdout
    assert "-Veuillez agréer" in done.stdout
    assert "+Veuillez agréer" in done.stdout
    assert {one["state"] for one in json.loads(run("diff", "--json").stdout)} == {"replaces", "new"}
