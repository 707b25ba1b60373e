"""Every code has a sentence in French and in English, with the same placeholders and French spacing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config import messages
from config.errors import ConfigError
from config.records import HARMS, Confidence

LOOSE_SPACING = re.compile("[ ][;:!?»]|«[ ]|«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»|\\w[!?;](?:\\s|$)")


def texts(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_message_exists_in_both_languages_with_equal_placeholders() -> None:
    for code, message in messages.messages().items():
        params = dict.fromkeys(message.params, "x")
        for lang, sentence in messages.both(code, params).items():
            assert sentence.strip(), (code, lang)
            assert "{" not in sentence, (code, lang)


def test_french_texts_keep_punctuation_with_its_word() -> None:
    loose = [code for code, message in messages.messages().items() if LOOSE_SPACING.search(message.fr)]
    assert loose == []


def test_plain_spaces_before_french_punctuation_become_no_break_ones(tmp_path: Path) -> None:
    found = messages.load(texts(tmp_path, essai='[a]\nfr = "Bien : « oui » ; non ?"\nen = "Well: yes"\n'))
    assert found["a"].fr == "Bien\u00a0: «\u00a0oui\u00a0»\u202f; non\u202f?"


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [
        ("harm", HARMS),
        ("verdict", ("down", "hidden", "moved", "replaced", "still_up", "unclear")),
        ("band", ("automatic", "context", "rejected")),
        ("track_state", ("open", "waiting", "to_act", "resolved", "closed")),
        ("watch_state", ("draft", "attested", "reviewed", "active", "paused")),
        ("outcome", ("removed", "delisted", "restricted", "refused", "withdrawn")),
        ("place", ("source", "engine", "cache", "archive", "authority", "court")),
        (
            "source_error",
            ("auth", "blocked", "quota", "bad_query", "gone", "transient", "shape", "robots", "refused"),
        ),
        (
            "notice_state",
            (
                "draft",
                "ready",
                "approved",
                "queued",
                "sending",
                "in_doubt",
                "sent",
                "acknowledged",
                "answered",
                "retracted",
            ),
        ),
        ("confidence", Confidence.__args__),  # type: ignore[attr-defined]
    ],
)
def test_every_word_of_the_closed_lists_has_its_text(prefix: str, codes: tuple[str, ...]) -> None:
    assert {f"{prefix}.{code}" for code in codes} <= messages.messages().keys()


def test_an_unknown_code_says_where_to_add_it() -> None:
    with pytest.raises(ConfigError, match="config/texts"):
        messages.render("no.such.code", {}, "fr")


def test_a_missing_or_an_unknown_parameter_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(monkeypatch, texts(tmp_path, essai='[hello]\nfr = "Bonjour {name}"\nen = "Hello {name}"\n'))
    with pytest.raises(ConfigError, match="name missing"):
        messages.render("hello", {}, "fr")
    with pytest.raises(ConfigError, match="age not in the text"):
        messages.render("hello", {"name": "Camille", "age": 3}, "fr")
    with pytest.raises(ConfigError, match="fr or en"):
        messages.render("hello", {"name": "Camille"}, "de")
    assert messages.both("hello", {"name": "{Camille}"}) == {"fr": "Bonjour {Camille}", "en": "Hello {Camille}"}


def test_dates_lists_and_bilingual_values_become_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(monkeypatch, texts(tmp_path, essai='[it]\nfr = "{value}"\nen = "{value}"\n'))
    day = date(2026, 11, 29)  # a Sunday
    assert messages.both("it", {"value": day}) == {"fr": "29 novembre 2026", "en": "29 November 2026"}
    instant = datetime(2026, 11, 29, 9, 5, tzinfo=UTC)
    assert messages.render("it", {"value": instant}, "fr") == "29 novembre 2026 à 09:05 UTC"
    assert messages.render("it", {"value": ["a", "b"]}, "fr") == "a, b"
    assert messages.render("it", {"value": {"fr": "oui", "en": "yes"}}, "en") == "yes"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[a]\nfr = "x"\n', "needs exactly the two texts fr and en"),
        ('[a]\nfr = "x"\nen = " "\n', "not empty"),
        ('[a]\nfr = "x"\nen = "y"\nde = "z"\n', "needs exactly"),
        ('[a]\nfr = "{x}"\nen = "{y}"\n', "different placeholders"),
        ('[a]\nfr = "{x.secret}"\nen = "{x.secret}"\n', "not a plain name"),
        ('[a]\nfr = "{x!r}"\nen = "{x!r}"\n', "not a plain name"),
        ('[a]\nfr = "{"\nen = "y"\n', "a real brace twice"),
        ("[a\n", "not valid TOML"),
    ],
)
def test_a_text_that_is_wrong_is_named_with_its_file(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault) as caught:
        messages.load(texts(tmp_path, essai=text))
    assert "essai.toml" in str(caught.value)


def test_one_code_in_two_files_is_refused(tmp_path: Path) -> None:
    text = '[a]\nfr = "x"\nen = "y"\n'
    with pytest.raises(ConfigError, match="another file"):
        messages.load(texts(tmp_path, one=text, two=text))


def test_a_code_may_stand_above_other_codes(tmp_path: Path) -> None:
    found = messages.load(texts(tmp_path, essai='[a]\nfr = "x"\nen = "y"\n[a.b]\nfr = "x"\nen = "y"\n'))
    assert set(found) == {"a", "a.b"}


def use(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    found = messages.load(folder)
    monkeypatch.setattr(messages, "messages", lambda: found)
