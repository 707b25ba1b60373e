"""Settings that are wrong or unsafe are refused with a sentence, and no sentence repeats a secret."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config import variables
from config.errors import ConfigError
from config.secret import DEMO_KEY, HEXADECIMAL, decode
from config.settings import Settings, state_dir

GOOD = bytes(range(7, 39))


def environ(state: Path, **more: str) -> dict[str, str]:
    return {"VIGIE_STATE_DIR": str(state), "VIGIE_KEY": GOOD.hex(), **more}


def refusal(state: Path, **more: str) -> str:
    with pytest.raises(ConfigError) as caught:
        Settings.load(environ(state, **more))
    return str(caught.value)


def test_the_defaults_are_one_person_on_one_machine(tmp_path: Path) -> None:
    settings = Settings.load(environ(tmp_path))
    assert (settings.mode, settings.workers) == ("personal", "embedded")
    assert settings.database_url == f"sqlite:///{tmp_path}/vigie.db"
    assert (settings.undo_minutes, settings.confirm_after) == (10, timedelta(hours=24))
    assert settings.clock_offset == timedelta(0)
    assert not settings.demo
    assert settings.smtp_host is None


def test_the_state_folder_is_the_one_of_xdg(tmp_path: Path) -> None:
    assert state_dir({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "vigie"
    assert state_dir({}) == Path.home() / ".local/state/vigie"


def test_variables_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    assert Settings.load({**environ(tmp_path), "PATH": "/bin", "VIGIL": "1"}).mode == "personal"


@pytest.mark.parametrize("text", [GOOD.hex(), base64.b64encode(GOOD).decode(), base64.urlsafe_b64encode(GOOD).decode()])
def test_the_secret_may_be_hexadecimal_or_base64(tmp_path: Path, text: str) -> None:
    assert Settings.load(environ(tmp_path, VIGIE_KEY=text)).key == GOOD


def test_the_secret_may_be_a_long_raw_text(tmp_path: Path) -> None:
    text = "une phrase, longue de plus de trente-deux signes!"
    assert Settings.load(environ(tmp_path, VIGIE_KEY=text)).key == text.encode()


@pytest.mark.parametrize(
    "text",
    [
        "changeme",
        "demo",
        "k3y-too-brief",
        "changeme" * 8,
        "demo" * 16,
        "00" * 32,
        "ab" * 32,
        "my-secret-my-secret-my-secret-my-secret",
        DEMO_KEY.hex(),
    ],
)
def test_a_short_default_or_uniform_secret_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    sentence = refusal(tmp_path, VIGIE_KEY=text)
    assert "vigie init" in sentence
    assert text not in sentence


def test_a_missing_secret_is_refused_outside_the_demo(tmp_path: Path) -> None:
    assert "vigie init" in refusal(tmp_path, VIGIE_KEY="")


def test_the_demo_needs_no_secret(tmp_path: Path) -> None:
    assert Settings.load({"VIGIE_STATE_DIR": str(tmp_path), "VIGIE_DEMO": "1"}).key == DEMO_KEY


def test_a_secret_file_of_raw_bytes_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "key"
    raw = secrets.token_bytes(31) + b"\xff"
    file.write_bytes(raw)
    file.chmod(0o600)
    assert Settings.load(environ(tmp_path, VIGIE_KEY="", VIGIE_KEY_FILE=str(file))).key == raw


def test_a_secret_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(GOOD.hex())
    file.chmod(0o644)
    sentence = refusal(tmp_path, VIGIE_KEY="", VIGIE_KEY_FILE=str(file))
    assert f"chmod 600 {file}" in sentence
    assert GOOD.hex() not in sentence


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "absent") in refusal(tmp_path, VIGIE_KEY="", VIGIE_KEY_FILE=str(tmp_path / "absent"))


def test_two_places_for_the_secret_are_refused(tmp_path: Path) -> None:
    assert "keep only one" in refusal(tmp_path, VIGIE_KEY_FILE="/nowhere")


@given(st.binary(min_size=32, max_size=64))
def test_a_secret_of_any_bytes_survives_hexadecimal_and_base64(key: bytes) -> None:
    written = base64.b64encode(key)
    assume(not HEXADECIMAL.match(written.decode()))
    assert decode(key.hex().encode()) == key
    assert decode(written + b"\n") == key


def test_an_unknown_variable_is_refused_with_the_nearest_known_one(tmp_path: Path) -> None:
    assert "VIGIE_DATABASE_URL" in refusal(tmp_path, VIGIE_DATABSE_URL="sqlite:///x")


def test_printing_the_settings_shows_no_secret(tmp_path: Path) -> None:
    settings = Settings.load(
        environ(
            tmp_path,
            VIGIE_DATABASE_URL="postgresql://vigie:mot2passe@db/vigie",
            VIGIE_SMTP_HOST="mail.example",
            VIGIE_SMTP_SENDER="vigie@association.example",
            VIGIE_SMTP_PASSWORD="smtp-mot",
            VIGIE_IMAP_PASSWORD="imap-mot",
            VIGIE_SECRET_BRAVE="brave-mot",
        )
    )
    shown = repr(settings)
    for secret in ("mot2passe", "smtp-mot", "imap-mot", "brave-mot", repr(GOOD)):
        assert secret not in shown
    assert settings.secrets == {"brave": "brave-mot"}
    assert settings.database_url.startswith("postgresql+psycopg://")


def test_a_refused_database_address_is_not_repeated(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, VIGIE_DATABASE_URL="mysql://vigie:mot2passe@db/vigie")
    assert "mot2passe" not in sentence
    assert "sqlite:///" in sentence


def test_allowed_addresses_are_exact_pairs(tmp_path: Path) -> None:
    settings = Settings.load(environ(tmp_path, VIGIE_ALLOW="127.0.0.1:8081, searxng.internal:8080,[::1]:8082"))
    assert settings.allow == ("127.0.0.1:8081", "searxng.internal:8080", "[::1]:8082")


@pytest.mark.parametrize(
    "pair",
    ["127.0.0.1", "*:80", "http://127.0.0.1:80", "127.0.0.1:0", "127.0.0.1:70000", "::1:80", ":80", "10.0.0.0/8:80"],
)
def test_an_allowed_address_that_is_no_exact_pair_is_refused(tmp_path: Path, pair: str) -> None:
    assert "VIGIE_ALLOW" in refusal(tmp_path, VIGIE_ALLOW=pair)


def test_the_clock_moves_in_the_demo_alone(tmp_path: Path) -> None:
    assert "VIGIE_DEMO=1" in refusal(tmp_path, VIGIE_CLOCK_OFFSET="60d")
    demo = Settings.load(environ(tmp_path, VIGIE_CLOCK_OFFSET="60d", VIGIE_DEMO="1"))
    assert demo.clock_offset == timedelta(days=60)


def test_durations_are_written_with_their_unit(tmp_path: Path) -> None:
    settings = Settings.load(environ(tmp_path, VIGIE_CONFIRM_AFTER="90s", VIGIE_UNDO_MINUTES="15m"))
    assert (settings.confirm_after, settings.undo_minutes) == (timedelta(seconds=90), 15)
    assert Settings.load(environ(tmp_path, VIGIE_UNDO_MINUTES="5")).undo_minutes == 5
    assert "24h" in refusal(tmp_path, VIGIE_CONFIRM_AFTER="24")
    assert "negative" in refusal(tmp_path, VIGIE_CONFIRM_AFTER="-1h")
    assert "whole minutes" in refusal(tmp_path, VIGIE_UNDO_MINUTES="30s")


@given(st.integers(0, 999_999), st.sampled_from("smhd"))
def test_a_written_duration_means_its_number_of_units(number: int, unit: str) -> None:
    assert variables.duration("X", f"{number}{unit}") == number * variables.UNITS[unit]


def test_many_workers_need_postgresql(tmp_path: Path) -> None:
    assert "PostgreSQL" in refusal(tmp_path, VIGIE_WORKERS="procrastinate")


def test_mail_needs_a_sender(tmp_path: Path) -> None:
    assert "VIGIE_SMTP_SENDER" in refusal(tmp_path, VIGIE_SMTP_HOST="mail.example")


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_mail_port_follows_the_kind_of_encryption(tmp_path: Path, tls: str, port: int) -> None:
    assert Settings.load(environ(tmp_path, VIGIE_SMTP_TLS=tls)).smtp_port == port


def test_a_base_address_with_a_password_is_refused_and_not_repeated(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, VIGIE_BASE_URL="https://a:mot2passe@vigie.example")
    assert "VIGIE_BASE_URL" in sentence
    assert "mot2passe" not in sentence


def test_a_config_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "VIGIE_CONFIG_DIR" in refusal(tmp_path, VIGIE_CONFIG_DIR=str(tmp_path / "absent"))
