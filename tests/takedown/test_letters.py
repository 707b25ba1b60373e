"""Letters: their elements are really there, their words are sober, and what is missing is said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.blocks import Block, LetterError, parse
from takedown.letter import Letter
from takedown.letters import checklist, edited
from takedown.render import text
from takedown.typography import address, day, typeset, visible
from tests.takedown.letter_people import CAPTURE, FACTS, IMAGE, SENDERS, book, context, grounds, letter

HARMS = ("intimate_image", "sexual_deepfake", "doxxing", "impersonation")
ROLES = ("subject", "lawyer", "association")
EARLIER = {"reference": "VG-1A2B-C3D4", "sent_on": "2026-11-01", "form_number": "8842-77"}
ARTICLES = {
    "intimate_image": ("article 226-2-1, alinéa 2, du code pénal", "article 9 du code civil"),
    "sexual_deepfake": ("article 226-8-1 du code pénal",),
    "doxxing": ("article 223-1-1 du code pénal", "article 9 du code civil"),
    "impersonation": ("article 226-4-1 du code pénal",),
}


def words(drafted: Letter) -> str:
    """The text of a letter with ordinary spaces and apostrophes, on one line."""
    return re.sub(r"\s+", " ", text.render(drafted)).replace("’", "'")


def codes(drafted: Letter) -> set[str]:
    return {remark.code for remark in drafted.warnings}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("harm", HARMS)
def test_every_element_of_article_16_is_in_the_text(harm: str, role: str) -> None:
    drafted = letter(harm, role)
    said = words(drafted)
    assert all(article in said for article in ARTICLES[harm])
    assert IMAGE["url"] in said
    assert CAPTURE in said
    assert SENDERS[role]["name"] in said
    assert SENDERS[role]["email"] in said
    assert "bonne foi" in said
    assert drafted.missing == ()
    assert drafted.elements == {
        "dsa16.2.a": "present",
        "dsa16.2.b": "present",
        "dsa16.2.c": "present",
        "dsa16.2.d": "to_confirm",
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("harm", HARMS)
def test_a_letter_is_sober_and_quotes_no_repealed_law(harm: str, role: str) -> None:
    for drafted in (letter(harm, role), letter(harm, role, "L03", earlier=EARLIER)):
        said = words(drafted).casefold()
        for word in ("6-i-5", "48 h", "24 h", "226-6", "prescri", "victime", "odieux", "immédiat", "sous peine"):
            assert word not in said, word
        assert not re.search(r"\b(avocate?|cliente?|plaignante?)\b", said)


@pytest.mark.parametrize("harm", HARMS)
def test_the_illegality_is_obvious_in_five_lines(harm: str) -> None:
    first = next(block for block in letter(harm).blocks if block.element == "dsa16.2.a")
    assert len(first.text) <= 5 * 105  # a line of the PDF holds about 105 characters


def test_an_intimate_image_is_named_in_the_agreed_words() -> None:
    assert "contenu à caractère sexuel diffusé sans mon consentement" in words(letter())


def test_each_signer_speaks_in_their_own_voice() -> None:
    assert "Je vous notifie le contenu" in words(letter())
    lawyer = words(letter(role="lawyer"))
    assert "au nom et pour le compte de la personne que je représente (Camille Exemple)" in lawyer
    assert "sans le consentement de la personne que je représente ; c'est elle qui y apparaît" in lawyer
    association = words(letter(role="association"))
    assert "Nous vous notifions, en vertu du mandat écrit de la personne que nous accompagnons" in association
    assert not re.search(r"\b(je|mon|ma|mes)\b", association.casefold())


@pytest.mark.parametrize("harm", HARMS)
def test_the_subject_never_speaks_of_herself_as_somebody_else(harm: str) -> None:
    said = words(letter(harm))
    assert "que je représente" not in said
    assert "nous" not in re.findall(r"\w+", said.casefold())


def test_the_acknowledgement_is_only_asked_when_an_address_is_given() -> None:
    assert "accuser réception" in words(letter())
    assert "accuser réception" not in words(letter(sender={"name": "Camille Exemple", "role": "subject"}))


def test_a_missing_identity_warns_and_blocks_nothing() -> None:
    drafted = letter(sender={"role": "subject"})
    assert drafted.elements["dsa16.2.c"] == "missing"
    assert drafted.missing == ()
    assert "letter.warning.identity_absent" in codes(drafted)


def test_the_platform_is_asked_not_to_disclose_the_identity() -> None:
    assert "article 17, paragraphe 3, point b)" in words(letter())


def test_french_territory_is_only_claimed_for_a_resident_of_france() -> None:
    assert "113-2-1" in words(letter())
    assert "113-2-1" not in words(letter(residence="BE"))


def test_a_required_fact_that_is_absent_leaves_a_gap_and_is_said_in_words() -> None:
    drafted = letter("doxxing", facts={"data": "une adresse postale"})
    assert drafted.elements["dsa16.2.a"] == "missing"
    (lacking,) = drafted.missing
    assert lacking.element == "dsa16.2.a"
    assert lacking.to_json()["text"]["fr"].startswith("À compléter")
    assert "circonstances" in lacking.to_json()["text"]["fr"]
    assert "[[" in words(drafted)


def test_filling_the_gap_by_hand_makes_the_element_to_be_confirmed_then_present() -> None:
    drafted = letter("doxxing", facts={"data": "une adresse postale"})
    header = book().get("L01.doxxing", "fr").header
    filled = [
        replace(block, text=re.sub(r"\[\[.*?\]\]", "Un message y invite.", block.text)) for block in drafted.blocks
    ]
    by_hand = edited(drafted, header, filled)
    assert by_hand.missing == ()
    assert by_hand.elements["dsa16.2.a"] == "to_confirm"
    assert edited(drafted, header, filled, frozenset({"dsa16.2.a"})).elements["dsa16.2.a"] == "present"


def test_removing_an_address_by_hand_makes_the_location_missing() -> None:
    drafted = letter()
    header = book().get("L01.intimate_image", "fr").header
    cut = edited(drafted, header, [replace(b, items=()) if b.kind == "urls" else b for b in drafted.blocks])
    assert cut.elements["dsa16.2.b"] == "missing"
    assert [lacking.element for lacking in cut.missing] == ["dsa16.2.b"]


def test_removing_one_address_of_two_is_said_with_that_address() -> None:
    other = {"url": "https://images.example/p/2"}
    drafted = letter(items=[IMAGE, other])
    header = book().get("L01.intimate_image", "fr").header
    cut = edited(drafted, header, [replace(b, items=b.items[:1]) if b.kind == "urls" else b for b in drafted.blocks])
    assert "https://images.example/p/2" in cut.missing[0].to_json()["text"]["fr"]


def test_good_faith_is_confirmed_by_a_person_and_never_by_the_template() -> None:
    drafted = letter()
    header = book().get("L01.intimate_image", "fr").header
    assert checklist(drafted, header)["dsa16.2.d"] == "to_confirm"
    assert edited(drafted, header, drafted.blocks, frozenset({"dsa16.2.d"})).elements["dsa16.2.d"] == "present"


def test_good_faith_without_its_words_is_missing_even_when_ticked() -> None:
    drafted = letter()
    header = book().get("L01.intimate_image", "fr").header
    vague = [replace(b, text="Je le pense.") if b.element == "dsa16.2.d" else b for b in drafted.blocks]
    assert edited(drafted, header, vague, frozenset({"dsa16.2.d"})).elements["dsa16.2.d"] == "missing"


def test_a_reminder_names_the_first_notice_and_what_did_not_come() -> None:
    said = words(letter(letter_id="L03", earlier=EARLIER))
    assert "Le 1er novembre 2026, je vous ai adressé" in said
    assert "VG-1A2B-C3D4 ; numéro de votre formulaire 8842-77" in said
    assert "ni accusé de réception ni décision" in said


def test_a_reminder_after_an_acknowledgement_asks_for_the_decision() -> None:
    earlier = {**EARLIER, "acknowledged_on": "2026-11-02", "still_up_on": "2026-11-23"}
    said = words(letter(letter_id="L03", earlier=earlier))
    assert "accusé réception le 2 novembre 2026" in said
    assert "aucune décision" in said
    assert "Le 23 novembre 2026, ce contenu était encore accessible." in said


def test_a_reminder_without_the_first_notice_is_not_ready() -> None:
    assert {lacking.element for lacking in letter(letter_id="L03").missing} == {"reminder.earlier"}


def test_an_impersonation_reminder_asks_to_close_the_account() -> None:
    assert "suspendre le compte" in words(letter("impersonation", letter_id="L03", earlier=EARLIER))
    assert "suspendre le compte" not in words(letter("doxxing", letter_id="L03", earlier=EARLIER))


def test_forty_addresses_become_an_annex_that_keeps_its_element() -> None:
    items = [{"url": f"https://images.example/p/{number}"} for number in range(40)]
    drafted = letter(items=items)
    kinds = [block.kind for block in drafted.blocks]
    assert kinds.index("signature") < kinds.index("urls")
    assert "Les 40 adresses figurent dans la liste annexée" in words(drafted)
    assert all(item["url"] in words(drafted) for item in items)
    assert drafted.elements["dsa16.2.b"] == "present"


def test_one_content_and_many_agree() -> None:
    assert "à ce contenu et à sa mise en ligne" in words(letter())
    assert "à ces contenus et à leur mise en ligne" in words(letter(items=[IMAGE, IMAGE]))


def test_a_content_without_address_is_located_in_words() -> None:
    drafted = letter(items=[{"detail": "Groupe Exemple, message du 20 novembre, numéro 4412", "kind": "message"}])
    assert "numéro 4412" in words(drafted)
    assert drafted.elements["dsa16.2.b"] == "present"


def test_an_address_in_another_script_is_shown_in_both_forms() -> None:
    said = words(letter(items=[{"url": "https://exämple.example/a?b=C#d"}]))
    assert "https://xn--exmple-cua.example/a?b=C#d" in said
    assert "https://exämple.example/a?b=C#d" in said


def test_hidden_characters_leave_the_address_and_are_flagged() -> None:
    drafted = letter(items=[{"url": "https://images.example/\u202egpj.exe\u200b"}])
    assert "https://images.example/gpj.exe" in words(drafted)
    assert "letter.warning.hidden_characters" in codes(drafted)
    assert "letter.warning.hidden_characters" not in codes(letter())


@pytest.mark.parametrize("risk", ["Le 06 12 34 56 78 y figure.", "Voir +33612345678.", "Écrire à lea@boite.example."])
def test_a_telephone_number_or_mailbox_in_a_fact_is_flagged(risk: str) -> None:
    assert "letter.warning.contact_in_text" in codes(letter("doxxing", facts={**FACTS["doxxing"], "risk": risk}))
    assert "letter.warning.contact_in_text" not in codes(letter("doxxing"))


@pytest.mark.parametrize("risk", ["C'est un harceleur.", "Retirez sous 48 heures.", "La victime a peur."])
def test_what_may_not_be_written_keeps_a_letter_from_being_ready(risk: str) -> None:
    drafted = letter("doxxing", facts={**FACTS["doxxing"], "risk": risk})
    assert {lacking.code for lacking in drafted.missing} == {"letter.forbidden"}
    assert all(lacking.to_json()["text"]["fr"].startswith("«") for lacking in drafted.missing)


def test_a_reference_that_holds_a_name_is_not_printed() -> None:
    drafted = letter(reference="Camille-2026")
    assert drafted.head.reference is None
    assert "letter.warning.reference_reveals" in codes(drafted)
    assert "Camille-2026" not in words(drafted)


def test_an_unnamed_person_is_flagged_for_a_lawyer() -> None:
    assert "letter.warning.person_unnamed" in codes(letter(role="association"))
    assert "letter.warning.person_unnamed" not in codes(letter(role="lawyer"))


def test_the_signer_is_told_that_the_uploader_will_learn_of_the_notice() -> None:
    assert "letter.discloses.uploader_learns_of_notice" in codes(letter())


def test_every_remark_has_its_words_in_both_languages() -> None:
    noisy = letter(
        "doxxing",
        facts={},
        reference="Passerelle",
        sender={"name": "Passerelle", "role": "association"},
        items=[{"url": "https://x.example/\u200b"}],
        addressee={"entity": "X" * 60},
    )
    remarks = [*noisy.missing, *noisy.warnings]
    assert len(remarks) >= 8
    assert all(remark.to_json()["text"]["fr"] and remark.to_json()["text"]["en"] for remark in remarks)


def test_a_draft_is_stamped_until_a_lawyer_signed() -> None:
    assert letter().head.stamp == "PROJET"
    assert letter(signed_off=True).head.stamp is None
    assert letter(signed_off=True, specimen=True).head.stamp == "SPÉCIMEN"


@pytest.mark.parametrize(
    "changed",
    [{"facts": {"unknown": "x"}}, {"harm": "doxxing", "letter_id": "L01.intimate_image"}, {"lang": "en"}],
    ids=["unknown fact", "other harm", "other language"],
)
def test_a_letter_that_may_not_be_written_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(LetterError):
        letter(**changed)


def test_a_signer_the_header_does_not_name_is_refused() -> None:
    from takedown.letters import draft

    template = book().get("L01.doxxing", "fr")
    only_lawyers = replace(template, header=template.header.model_copy(update={"signers": ("lawyer",)}))
    with pytest.raises(LetterError, match="lawyer"):
        draft(only_lawyers, grounds()["doxxing"], context("doxxing"))


def test_a_letter_kept_as_json_comes_back_whole() -> None:
    drafted = letter("doxxing", facts={})
    assert Letter.from_json(json.loads(json.dumps(drafted.to_json()))) == drafted


@given(st.text(max_size=80))
def test_no_value_is_ever_read_as_markup_or_template(value: str) -> None:
    hostile = f"# {value}\n::urls\n@dsa16.2.d\n- {{{{ 7*7 }}}} {value}"
    drafted = letter("doxxing", facts={"data": hostile, "risk": hostile})
    clean = letter("doxxing")
    assert [(b.kind, b.element) for b in drafted.blocks] == [(b.kind, b.element) for b in clean.blocks]
    assert "{{" in words(drafted)


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("un\n::photo", "Line 2"),
        ("@Dsa 16", "Line 1"),
        ("- ", "Line 1"),
        ("| a | b |\n| c |", "Line 2"),
        ("- a\nsuite", "Line 2"),
    ],
)
def test_a_fault_of_markup_names_its_line(markup: str, said: str) -> None:
    with pytest.raises(LetterError, match=said):
        parse(markup, {"urls": Block("urls")})


def test_markup_becomes_blocks() -> None:
    blocks = parse("# Titre\n\n@a.b\nun\ndeux\n\n- x\n  y\n- z\n\n# Fin\n| a | b |\n| c | d |\n", {})
    assert blocks == (
        Block("heading", None, "Titre"),
        Block("para", "a.b", "un deux"),
        Block("list", "a.b", items=(("x y",), ("z",))),
        Block("heading", None, "Fin"),
        Block("table", None, items=(("a", "b"), ("c", "d"))),
    )


def test_french_spaces_are_those_of_the_printer() -> None:
    assert typeset("Objet : n° 3 ; « oui » ?", "fr") == "Objet\u00a0: n°\u00a03\u202f; «\u00a0oui\u00a0»\u202f?"
    assert typeset("https://x.example/a;b?c:d", "fr") == "https://x.example/a;b?c:d"
    assert typeset("Re : this", "en") == "Re : this"


@given(st.text(alphabet=st.sampled_from("ab :;?!«»'n°16"), max_size=40))
def test_setting_type_twice_changes_nothing_more(value: str) -> None:
    once = typeset(value, "fr")
    assert typeset(once, "fr") == once


def test_a_first_of_the_month_is_written_1er() -> None:
    first = context(today="2026-11-01").today
    assert (day(first, "fr"), day(first, "en")) == ("1er novembre 2026", "1 November 2026")
    assert day(context(today="2026-11-21").today, "fr") == "21 novembre 2026"


@given(st.text(max_size=60))
def test_what_is_printed_holds_nothing_invisible(value: str) -> None:
    shown, _ = visible(value)
    assert visible(shown) == (shown, False)
    assert shown.isprintable() or "\u3000" in shown or "\u00a0" in shown or not shown.isascii()


def test_an_address_that_is_no_domain_is_left_and_flagged() -> None:
    assert address("https://" + "é" * 80 + ".example/").hidden
