"""`vigie deadline compute` and `vigie recourse explain`, as a person types them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from config import catalogue
from config.errors import ConfigError
from config.records import HARMS
from vigie.cli import deadline, recourse

app = typer.Typer()
app.add_typer(deadline.app, name="deadline")
app.add_typer(recourse.app, name="recourse")


def run(*words: str, stdin: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(words), input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_the_press_limit_is_printed_as_one_document() -> None:
    code, out, _ = run("deadline", "compute", "--rule", "press.limit", "--from", "2026-08-31", "--json")
    assert code == 0
    assert json.loads(out)["due"] == "2026-11-29"


def test_the_person_reads_the_date_with_its_weekday_in_her_language() -> None:
    _, french, _ = run("deadline", "compute", "--rule", "press.limit", "--from", "2026-08-31")
    _, english, _ = run("deadline", "compute", "--rule", "press.limit", "--from", "2026-08-31", "--lang", "en")
    assert "dimanche 29 novembre 2026" in french
    assert "Sunday 29 November 2026" in english


def test_a_mistyped_rule_is_answered_with_the_nearest_ones() -> None:
    code, out, err = run("deadline", "compute", "--rule", "pres.limit", "--from", "2026-08-31")
    assert (code, out) == (2, "")
    assert "press.limit" in err


@pytest.mark.parametrize(
    "words",
    [
        ("--rule", "tida.48h", "--from", "2026-08-31"),
        ("--rule", "press.limit", "--from", "31/08/2026"),
        ("--rule", "press.limit", "--from", "2026-08-31", "--extended"),
        ("--rule", "press.limit", "--from", "2026-08-31", "--jurisdiction", "FR-GES"),
        ("--rule", "press.limit", "--from", "2026-08-31", "--zone", "Mars"),
        ("--rule", "press.limit", "--from", "2026-08-31", "--lang", "de"),
        ("--rule", "press.limit", "--from", "0000-01-01"),
        ("--rule", "press.limit", "--from", "0001-01-01"),
        ("--rule", "press.limit", "--from", "9999-12-31"),
        ("--rule", "press.limit", "--from", "99999-01-01"),
        ("--rule", "tida.48h", "--from", "9999-12-31T23:59-12:00"),
        ("--rule", "tida.48h", "--from", "0001-01-01T00:00+14:00"),
    ],
)
def test_a_wrong_option_is_a_usage_error_with_one_sentence(words: tuple[str, ...]) -> None:
    code, out, err = run("deadline", "compute", *words)
    assert (code, out) == (2, "")
    assert err.strip().endswith(".")


def test_an_unknown_harm_is_answered_with_the_known_ones() -> None:
    code, out, err = run("deadline", "compute", "--rule", "dsa16.decision", "--from", "2026-08-31", "--harm", "bogus")
    assert (code, out) == (2, "")
    assert "bogus" in err
    assert all(harm in err for harm in HARMS)


def test_a_rule_of_the_overlay_without_words_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalogue.load()
    odd = known.deadlines["press.limit"].model_copy(update={"trigger": "full_moon"})
    monkeypatch.setattr(catalogue, "load", lambda _: replace(known, deadlines={"press.limit": odd}))
    code, _, err = run("deadline", "compute", "--rule", "press.limit", "--from", "2026-08-31")
    assert code == 1
    assert "deadline.trigger.full_moon" in err


def test_an_unknown_start_is_answered_without_a_date() -> None:
    code, out, _ = run("deadline", "compute", "--rule", "press.limit", "--from", "unknown", "--json")
    assert code == 0
    assert json.loads(out)["due"] is None


def test_a_situation_comes_from_standard_input() -> None:
    situation = {"harm": "intimate_image", "age_on_image": "adult", "now": "2026-11-24T09:00+01:00"}
    code, out, _ = run("recourse", "explain", "-", "--json", stdin=json.dumps(situation))
    assert code == 0
    plan = json.loads(out)
    assert list(plan) == ["first", "parallel", "next", "excluded", "deadlines", "warnings", "signers"]
    assert plan["first"][0]["do"] == "L01"


def test_a_pipe_gets_the_document_without_asking_for_it() -> None:
    situation = json.dumps({"harm": "doxxing", "now": "2026-11-24T09:00+01:00"})
    assert json.loads(run("recourse", "explain", stdin=situation)[1])["first"][0]["do"] == "L01"


def test_a_situation_can_be_read_by_a_person_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recourse, "_at_a_terminal", lambda: True)
    situation = {"harm": "doxxing", "lang": "en", "now": "2026-11-24T09:00+01:00"}
    code, out, _ = run("recourse", "explain", stdin=json.dumps(situation))
    assert code == 0
    assert out.startswith("First:")
    _, document, _ = run("recourse", "explain", "--json", stdin=json.dumps(situation))
    assert json.loads(document)["first"]


@pytest.mark.parametrize("text", ["not json", "[]", '{"harm": "gossip"}', "{}", '{"harm": "insult", "colour": 1}'])
def test_a_bad_situation_is_a_usage_error(text: str) -> None:
    code, out, err = run("recourse", "explain", "-", stdin=text)
    assert (code, out) == (2, "")
    assert err.strip().endswith(".")


def test_an_overlay_record_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_overlay: object) -> catalogue.Catalogue:
        raise ConfigError("mine.toml: is not valid TOML: correct that line.")

    monkeypatch.setattr(catalogue, "load", broken)
    code, _, err = run("deadline", "compute", "--rule", "press.limit", "--from", "2026-08-31")
    assert code == 1
    assert "mine.toml" in err
