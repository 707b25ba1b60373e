"""The letterbook: what a template may hold, what a lawyer signs, and that every shipped letter passes its own lint."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import catalogue
from takedown.blocks import LetterError
from takedown.letterbook import Letterbook, signoff_hash
from takedown.letterlint import faults
from takedown.letters import draft
from takedown.safe_jinja import SafeTemplates
from takedown.samples import Samples
from tests.takedown.letter_people import book, context, grounds

PATHS = frozenset({"sender.name", "today", "demands"})

ATTACKS = (
    "{{ 'a' * 10**9 }}",
    "{{ 10**9 }}",
    "{{ today * 1000 }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ sender.__class__ }}",
    "{{ sender.name.__class__ }}",
    "{{ today['__class__'] }}",
    "{{ sender['name'] }}",
    "{{ '{0.__class__}'.format(today) }}",
    "{{ today.center(1000000000) }}",
    "{{ today | center(1000000000) }}",
    "{{ today | attr('__class__') }}",
    "{{ '%1000000000d' | format(1) }}",
    "{% for i in range(1000000000) %}x{% endfor %}",
    "{% for a in demands %}{% for b in demands %}x{% endfor %}{% endfor %}",
    "{% for sender in demands %}{{ sender.name }}{% endfor %}",
    "{% for a in demands recursive %}{{ a }}{% endfor %}",
    "{% for a in sender.name %}x{% endfor %}",
    "{% for a in lists.secret %}{{ a }}{% endfor %}",
    "{% import 'parts/p' as p %}",
    "{% from 'parts/p' import x %}",
    "{% include 'letter' %}",
    "{% include today %}",
    "{% include ['parts/p', 'parts/q'] %}",
    "{% for a in demands %}{% include 'parts/p' %}{% endfor %}",
    "{% extends 'parts/p' %}",
    "{% macro x() %}{{ x() }}{% endmacro %}",
    "{% set x = today ~ today %}{{ x }}",
    "{% block x %}{{ self.x() }}{% endblock %}",
    "{{ lipsum(n=100000) }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ config }}",
    "{{ today ~ today }}",
    "{{ (today, today) }}",
    "{{ [today] }}",
    "{{ (x.y).today }}",
    "{% if today is defined %}{% endif %}",
    "{% filter cap %}x{% endfilter %}",
    "{{ '" + "a" * 100 + "' }}",
    "{{ " + "(" * 5000 + "today" + ")" * 5000 + " }}",
    "{% if today %}" * 200 + "{% endif %}" * 200,
    "{{ today",
)


def safe(text: str) -> SafeTemplates:
    return SafeTemplates({"letter": text, "parts/p": "Bonjour\n"}, PATHS, frozenset({"demands"}))


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_refused_before_it_runs(attack: str) -> None:
    assert safe(attack).faults("letter")
    with pytest.raises(LetterError):
        safe(attack).render("letter", {"today": "x", "sender": {"name": "x"}, "demands": ["x"]})


def test_an_attack_inside_an_included_part_is_refused() -> None:
    templates = SafeTemplates({"letter": "{% include 'parts/p' %}", "parts/p": "{{ 10**9 }}"}, PATHS)
    assert any("parts/p" in fault for fault in templates.faults("letter"))


def test_a_template_too_long_to_be_read_is_refused() -> None:
    assert safe("x" * 20_001).faults("letter")


def test_an_ordinary_template_passes_and_is_filled_in() -> None:
    text = (
        "{% if sender.name == 'Camille' %}{{ today|cap }}{% endif %}\n{% for d in demands %}\n- {{ d }}\n{% endfor %}"
    )
    templates = safe(text)
    assert templates.faults("letter") == []
    filled = templates.render("letter", {"today": "mardi", "sender": {"name": "Camille"}, "demands": ["un", "deux"]})
    assert filled.replace("\ue000", "") == "Mardi\n- un\n- deux\n"


def test_a_value_that_is_not_given_stops_the_letter_and_names_it() -> None:
    with pytest.raises(LetterError, match="today"):
        safe("{{ today }}").render("letter", {"sender": {}, "demands": []})


def test_a_fault_names_the_line() -> None:
    assert "line 3" in safe("un\ndeux\n{{ secret }}").faults("letter")[0]


def test_every_shipped_letter_passes_its_own_lint() -> None:
    assert list(faults(book(), grounds().values(), Samples.load(), catalogue.survey()[0].deadlines)) == []
    assert len(book().letters) >= 70


def test_a_letter_without_a_ground_is_a_fault() -> None:
    assert any("no ground" in fault for fault in faults(book(), [], Samples.load()))


def test_no_shipped_letter_is_signed_off() -> None:
    assert {(t.header.reviewed_by, t.header.reviewed_on) for t in book().letters.values()} == {("", "")}


def overlay(tmp_path: Path, name: str, text: str) -> Path:
    file = tmp_path / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return tmp_path


def shipped(name: str) -> str:
    return (Path(__file__).parents[2] / "templates" / name).read_text(encoding="utf-8")


def test_an_unknown_key_in_a_header_is_named(tmp_path: Path) -> None:
    text = shipped("letters/fr/L03.j2").replace('version = "1"', 'version = "1"\nsecret = true')
    with pytest.raises(LetterError, match=r"letters/fr/L03.j2: secret"):
        Letterbook.load(overlay(tmp_path, "letters/fr/L03.j2", text))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"dsa16.2.d"]', '"dsa16.9.z"]', "dsa16.9.z"),
        ("demands = [", 'needs = ["weather"]\ndemands = [', "weather"),
        ('"confirm"]', '"frighten"]', "frighten"),
        ('id = "L03"', 'id = "L04"', "L04"),
        ("+++\nid", "id", "header"),
        ('lang = "fr"', "lang = ", "not TOML"),
    ],
)
def test_a_header_that_cannot_be_used_says_why(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = shipped("letters/fr/L03.j2").replace(old, new, 1)
    with pytest.raises(LetterError, match=said):
        Letterbook.load(overlay(tmp_path, "letters/fr/L03.j2", text))


def test_an_overlay_part_changes_what_a_lawyer_signs(tmp_path: Path) -> None:
    ground = grounds()["doxxing"]
    text = shipped("letters/fr/parts/closing.j2").replace("salutations distinguées", "salutations")
    changed = Letterbook.load(overlay(tmp_path, "letters/fr/parts/closing.j2", text))
    before, after = book().get("L01.doxxing", "fr"), changed.get("L01.doxxing", "fr")
    assert signoff_hash(before, ground) != signoff_hash(after, ground)
    assert any("salutations." in block.text for block in draft(after, ground, context("doxxing")).blocks)


def test_a_signature_is_asked_again_when_the_ground_changes_and_not_when_it_is_only_checked_again() -> None:
    ground, template = grounds()["doxxing"], book().get("L01.doxxing", "fr")
    reworded = ground.model_copy(update={"avoid": [*ground.avoid, "autre"]})
    checked_again = ground.model_copy(update={"checked_on": ground.checked_on.replace(year=2027)})
    assert signoff_hash(template, reworded) != signoff_hash(template, ground)
    assert signoff_hash(template, checked_again) == signoff_hash(template, ground)


def test_an_english_letter_needs_only_its_folder(tmp_path: Path) -> None:
    overlay(tmp_path, "letters/en/words.toml", shipped("letters/fr/words.toml"))
    text = shipped("letters/fr/L01.doxxing.j2").split("+++")[1].replace('lang = "fr"', 'lang = "en"')
    body = (
        "@dsa16.2.b\n::urls\n\n@dsa16.2.a\n{% include 'ground/reasons' %}\n\n"
        "@dsa16.2.c\n{{ sender.name }}, {{ sender.email }}\n\n"
        "@dsa16.2.d\nIn good faith, this notice is accurate and complete.\n\n::signature\n"
    )
    changed = Letterbook.load(overlay(tmp_path, "letters/en/L01.doxxing.j2", f"+++{text}+++\n{body}"))
    letter = draft(changed.get("L01.doxxing", "en"), grounds()["doxxing"], context("doxxing", lang="en"))
    assert letter.missing == ()
    assert any("article\u00a09 of the French Civil Code" in block.text for block in letter.blocks)


def test_a_letter_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(LetterError, match=r"L01\.doxxing"):
        book().get("L99", "fr")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_waiting_note_tells_nothing(lang: str) -> None:
    subject, body = book().mail("note", lang).fill()
    said = f"{subject} {body}".casefold()
    for word in (
        "vigie",
        "dossier",
        "case",
        "retrait",
        "takedown",
        "image",
        "plainte",
        "http",
        "@",
        "veille",
        "avocat",
    ):
        assert word not in said


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_dispatch_carries_the_letter_unchanged_under_a_neutral_subject(lang: str) -> None:
    text = "Objet : x\n\n- un {{ today }}\n  deux\n"
    subject, body = book().mail("dispatch", lang).fill(letter=text, reference="VG-7K3F")
    assert body.startswith(text.strip())
    assert "VG-7K3F" in subject
    assert "sexuel" not in subject
