"""`vigie platform` and `vigie config` say what is known and what must be corrected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vigie.cli import config as config_command
from vigie.cli import platform as platform_command

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("VIGIE_KEY", "VIGIE_KEY_FILE", "VIGIE_DEMO", "VIGIE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_STATE_DIR", str(tmp_path / "state"))


def test_platform_list_prints_every_record_as_json() -> None:
    result = RUNNER.invoke(platform_command.app, ["list", "--kind", "search", "--json"])
    assert result.exit_code == 0
    assert {row["id"] for row in json.loads(result.stdout)} == {
        "google_search", "bing", "qwant", "duckduckgo", "yandex"
    }  # fmt: skip


def test_platform_list_refuses_an_unknown_kind() -> None:
    assert RUNNER.invoke(platform_command.app, ["list", "--kind", "forum"]).exit_code == 2


def test_platform_show_prints_the_channels_for_one_harm() -> None:
    result = RUNNER.invoke(platform_command.app, ["show", "x", "--harm", "intimate_image", "--json"])
    values = [channel["value"] for channel in json.loads(result.stdout)["channels"]]
    assert values[0].endswith("/take-it-down")
    assert not any("dmca" in value for value in values)


def test_platform_show_speaks_english_when_asked() -> None:
    result = RUNNER.invoke(platform_command.app, ["show", "google_search", "--lang", "en"])
    assert "Search engine" in result.stdout
    assert "Google LLC" in result.stdout


def test_platform_show_refuses_an_unknown_name_or_harm() -> None:
    assert RUNNER.invoke(platform_command.app, ["show", "nowhere"]).exit_code == 2
    assert RUNNER.invoke(platform_command.app, ["show", "x", "--harm", "sadness"]).exit_code == 2


def test_platform_lint_passes_the_shipped_records_and_fails_a_wrong_file(tmp_path: Path) -> None:
    assert RUNNER.invoke(platform_command.app, ["lint"]).exit_code == 0
    wrong = tmp_path / "forum.toml"
    wrong.write_text('id = "forum"\n', encoding="utf-8")
    result = RUNNER.invoke(platform_command.app, ["lint", str(wrong), "--json"])
    assert result.exit_code == 1
    assert any('key "confidence": is missing' in problem for problem in json.loads(result.stdout)["problems"])


def test_config_check_fails_without_a_secret_and_passes_in_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    result = RUNNER.invoke(config_command.app, ["check", "--json"])
    assert result.exit_code == 1
    assert any("vigie init" in problem for problem in json.loads(result.stdout)["problems"])
    monkeypatch.setenv("VIGIE_DEMO", "1")
    result = RUNNER.invoke(config_command.app, ["check", "--json"])
    document = json.loads(result.stdout)
    assert document["problems"] == []
    assert (result.exit_code, document["usable"], document["mode"]) == (0, True, "personal")


def test_config_check_names_a_wrong_record_of_the_overlay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "overlay" / "helplines"
    folder.mkdir(parents=True)
    (folder / "fr_essai.toml").write_text('id = "fr_essai"\n', encoding="utf-8")
    monkeypatch.setenv("VIGIE_DEMO", "1")
    monkeypatch.setenv("VIGIE_CONFIG_DIR", str(folder.parent))
    result = RUNNER.invoke(config_command.app, ["check"])
    assert result.exit_code == 1
    assert "fr_essai.toml" in result.stdout
