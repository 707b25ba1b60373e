"""Every letter of the book, filled in for the invented cases: complete, sober, and nothing private."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from config import catalogue
from config.records import Ground
from takedown.blocks import LetterError
from takedown.letter import Letter
from takedown.letterbook import LetterTemplate, Role
from takedown.letters import draft, edited
from takedown.proposal import ground_for, letter_for, letter_number
from takedown.render import text
from takedown.samples import DAY, Samples
from tests.size import chosen
from tests.takedown.letter_people import book, grounds

FROM_LAW_MD = {
    *(f"L{number:02}" for number in range(1, 32)), "L01M", "L01D",
}  # fmt: skip
FRENCH_ONLY = {"L06", "L12", "L13", "L14", "L15", "L16", "L17", "L18", "L25", "L26", "L27", "L28", "L29"}
ENGLISH_ONLY = {"L20", "L21", "L22"}
SIGNERS = {
    "L01": "SLA", "L02": "SLA", "L03": "SLA", "L01M": "SLA", "L01D": "SLA", "L04": "SLA", "L05": "SLA", "L06": "SLA",
    "L07": "SLA", "L08": "SLA", "L09": "SLA", "L10": "SL", "L11": "SLA", "L12": "SLA", "L13": "SLA", "L14": "SL",
    "L15": "L", "L16": "L", "L17": "SL", "L18": "L", "L19": "SLA", "L20": "SLA", "L21": "SLA", "L22": "SLA",
    "L23": "SLA", "L24": "S", "L25": "SL", "L26": "SLA", "L27": "W", "L28": "SLA", "L29": "SL", "L30": "SLA",
    "L31": "SLA",
}  # fmt: skip
"""law.md 22.1: S the person, L a lawyer, A an association; the witness alone writes L27."""
OWN_NAME = {"L01", "L01D", "L01M", "L02", "L03", "L19", "L31"}
TWO_PEOPLE = {"L06", "L12", "L13", "L14", "L16", "L17", "L18", "L22", "L25", "L28", "L29", "L31"}
ROLES: dict[str, Role] = {"S": "subject", "L": "lawyer", "A": "association", "W": "witness"}
LETTERS = sorted(book().letters)


@cache
def samples() -> Samples:
    return Samples.load()


def fitting(template: LetterTemplate) -> list[Ground]:
    return [ground for ground in grounds().values() if template.header.id in ground.letters]


def drawn(template: LetterTemplate) -> Iterator[tuple[Ground, Letter]]:
    """The letter in every invented case under each of its grounds; deep: for every harm and signer too."""
    for ground in fitting(template):
        harms = [harm for harm in template.header.harms if harm in ground.harms]
        roles = template.header.signers
        for turn in range(chosen(sampled=3, deep=3 * len(harms) * len(roles))):
            harm, role = harms[turn // 3 % len(harms)], roles[turn % len(roles)]
            context = samples().context(turn % 3, template, ground, harm, role)
            yield ground, draft(template, ground, context)


@cache
def written(name: tuple[str, str]) -> tuple[tuple[Ground, Letter], ...]:
    return tuple(drawn(book().letters[name]))


def plain(letter: Letter) -> str:
    return re.sub(r"\s+", " ", text.render(letter)).replace("’", "'")


def test_the_book_holds_every_letter_of_the_law_sheet() -> None:
    assert {letter_number(name) for name, _ in LETTERS} == FROM_LAW_MD
    assert {letter_number(name) for name, lang in LETTERS if lang == "fr"} == FROM_LAW_MD - ENGLISH_ONLY
    assert {letter_number(name) for name, lang in LETTERS if lang == "en"} == FROM_LAW_MD - FRENCH_ONLY


def test_only_those_entitled_by_law_may_sign() -> None:
    for (name, _), template in book().letters.items():
        allowed = {ROLES[who] for who in SIGNERS[letter_number(name)]}
        assert set(template.header.signers) == allowed, name
        assert template.header.own_name == (letter_number(name) in OWN_NAME), name
        assert template.header.two_people == (letter_number(name) in TWO_PEOPLE or name == "L21.ftc"), name


def test_french_and_english_agree_on_everything_but_the_words() -> None:
    keys = (
        "harms",
        "signers",
        "addressees",
        "needs",
        "takes",
        "clocks",
        "earlier",
        "own_name",
        "two_people",
        "demands",
    )
    both = {name for name, lang in LETTERS if lang == "fr"} & {name for name, lang in LETTERS if lang == "en"}
    for name in both:
        french, english = (book().get(name, lang).header for lang in ("fr", "en"))
        assert [element.id for element in french.elements] == [element.id for element in english.elements], name
        for key in keys:
            assert getattr(french, key) == getattr(english, key), (name, key)


@pytest.mark.parametrize("name", LETTERS, ids="/".join)
def test_a_letter_is_complete_in_every_invented_case(name: tuple[str, str]) -> None:
    header = book().letters[name].header
    assert written(name)
    for ground, letter in written(name):
        assert letter.missing == (), (ground.id, [remark.to_json()["text"]["en"] for remark in letter.missing])
        waiting = {element for element, status in letter.elements.items() if status == "to_confirm"}
        assert waiting == {e.id for e in header.elements if e.confirmed_by == "person" and e.id in letter.elements}
        assert all(status != "missing" or not _required(header.elements, e) for e, status in letter.elements.items())


@pytest.mark.parametrize("name", LETTERS, ids="/".join)
def test_each_element_that_is_taken_out_is_missed(name: tuple[str, str]) -> None:
    header = book().letters[name].header
    _, letter = written(name)[-1]
    for element in header.elements:
        if element.required and element.printed and element.id in letter.elements:
            kept = [block for block in letter.blocks if block.element != element.id]
            cut = edited(letter, header, kept, frozenset(e.id for e in header.elements))
            assert cut.elements[element.id] == "missing", element.id
            assert element.id in {remark.element for remark in cut.missing}


@pytest.mark.parametrize("name", LETTERS, ids="/".join)
def test_the_same_input_gives_the_same_letter(name: tuple[str, str]) -> None:
    template = book().letters[name]
    ground = fitting(template)[0]
    harm = next(harm for harm in template.header.harms if harm in ground.harms)
    context = samples().context(1, template, ground, harm, template.header.signers[0])
    assert draft(template, ground, context) == draft(template, ground, context)


@pytest.mark.parametrize("name", [name for name in LETTERS if name[1] == "fr"], ids="/".join)
def test_french_letters_are_set_in_french(name: tuple[str, str]) -> None:
    for _, letter in written(name):
        for block in letter.blocks:
            for string in (string for string in block.strings() if block.kind != "urls"):
                words = re.sub(r"https?://\S+", "X", string)
                assert not re.search(r"[^\u00a0\u202f\s][;!?](?=\s|$)", words), words
                assert not re.search(r"[^\u00a0\s\d]:(?=\s|$)", words), words
                assert not re.search(r"«(?!\u00a0)|(?<!\u00a0)»", words), words
                assert "'" not in words, words
                assert "  " not in words, words
                assert not re.search(r"n°(?!\u00a0)", words), words


@pytest.mark.parametrize("name", LETTERS, ids="/".join)
def test_nothing_private_of_the_case_ever_enters_a_letter(name: tuple[str, str]) -> None:
    """Prescription dates, safety flags, the person's journal, a telephone number (design.md section 8; law.md 24.1)."""
    number = letter_number(name[0])
    for _, letter in written(name):
        said = plain(letter).casefold()
        if number not in ("L15", "L26"):
            assert not re.search(r"prescri(t|ption)|time-barred|limitation", said)
        if number not in ("L25",):
            assert not re.search(r"\b(arme|weapon|ex-conjoint|danger)\b", said.replace("mettent en danger", ""))
        assert not re.search(r"journal de bord|diary|vigie", said)
        assert not re.search(r"(?<![\w/])0[1-9](?:[ .]?\d\d){4}(?!\w)", said)


@pytest.mark.parametrize("name", LETTERS, ids="/".join)
def test_no_letter_speaks_of_repealed_law_or_of_old_companies(name: tuple[str, str]) -> None:
    for _, letter in written(name):
        said = plain(letter)
        assert not re.search(r"6-I-[2-8]|6 I 5|6-IV\b|Avia|MindGeek|Twitter|Facebook", said)
        if re.search("2022/2065", said) and letter_number(name[0]) != "L21":
            assert not re.search(r"\b(24|48|72) ?(h\b|heures|hours)", said)


def test_a_demand_for_money_beside_a_complaint_is_never_ready() -> None:
    template, ground = book().get("L10", "fr"), grounds()["intimate_image"]
    context = samples().context(0, template, ground, "intimate_image", "subject")
    said = {**context.facts, "told": f"{context.facts['told']}\nJe vous demande de me verser 5 000 euros."}
    letter = draft(template, ground, context.model_copy(update={"facts": said}))
    assert [remark.code for remark in letter.missing] == ["letter.forbidden"]
    assert "chantage" in letter.missing[0].to_json()["text"]["fr"]


@pytest.mark.parametrize(
    ("letter_id", "field", "said"),
    [
        ("L01D", "passages", "Le délai de prescription expire le 13 janvier 2027."),
        ("L16", "press_reasons", "L'article 1240 du code civil s'applique."),
        ("L10", "told", "Le règlement (UE) 2022/2065 vous impose 24 heures."),
        ("L28", "effects", "La victime d'un harceleur."),
        ("L09", "content_source", "notification au titre de l'article 6-I-5 de la LCEN"),
    ],
)
def test_what_a_person_types_is_searched_too(letter_id: str, field: str, said: str) -> None:
    template = book().get(letter_id, "fr")
    ground = fitting(template)[0]
    harm = next(harm for harm in template.header.harms if harm in ground.harms)
    context = samples().context(0, template, ground, harm, template.header.signers[0])
    letter = draft(template, ground, context.model_copy(update={"facts": {**context.facts, field: said}}))
    assert "letter.forbidden" in {remark.code for remark in letter.missing}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_provider_of_a_tool_is_told_of_no_notice_that_it_never_had(lang: str) -> None:
    assert grounds()["tool_provider"].letters == ["L10.tool"]
    template = book().get("L10.tool", lang)
    assert template.header.earlier == "none"
    for _, letter in written(("L10.tool", lang)):
        said = plain(letter)
        assert not re.search(r"VG-1A2B|VG-5E6F|VG-9J0K|signalé|notified to you|hébergement|hosting", said)
        assert re.search("votre outil|your tool", said)


def test_a_right_of_reply_has_at_most_two_hundred_lines() -> None:
    template, ground = book().get("L17", "fr"), grounds()["right_of_reply"]
    context = samples().context(0, template, ground, "defamation", "subject")
    long = context.model_copy(update={"facts": {**context.facts, "reply": "ligne\n" * 201}})
    with pytest.raises(LetterError, match="200"):
        draft(template, ground, long)


def test_an_association_signs_in_its_own_name_what_it_may_and_says_so() -> None:
    template, ground = book().get("L01.intimate_image", "fr"), grounds()["intimate_image"]
    context = samples().context(0, template, ground, "intimate_image", "association")
    own = context.model_copy(
        update={"sender": context.sender.model_copy(update={"own_name": True, "on_behalf_of": ""})}
    )
    said = plain(draft(template, ground, own))
    assert "association agissant en son nom propre" in said
    assert "mandat" not in said
    erasure = book().get("L07", "fr")
    facts = samples().context(0, erasure, grounds()["gdpr_erasure"], "doxxing", "association").facts
    with pytest.raises(LetterError, match="own name"):
        draft(erasure, grounds()["gdpr_erasure"], own.model_copy(update={"harm": "doxxing", "facts": facts}))


def test_a_retraction_is_signed_by_whoever_signed_the_notice() -> None:
    template, ground = book().get("L31", "fr"), grounds()["retraction"]
    context = samples().context(0, template, ground, "doxxing", "subject")
    assert context.earlier is not None
    other = context.model_copy(update={"earlier": context.earlier.model_copy(update={"signed_by": "Autre Nom"})})
    with pytest.raises(LetterError, match="takes back"):
        draft(template, ground, other)


def test_another_name_under_a_letter_keeps_it_from_being_ready() -> None:
    template = book().get("L10", "fr")
    _, letter = written(("L10", "fr"))[0]
    blocks = [replace(b, items=(("Quelqu'un d'autre",),)) if b.kind == "signature" else b for b in letter.blocks]
    codes = {remark.code for remark in edited(letter, template.header, blocks).missing}
    assert codes == {"letter.missing.signature"}


def test_the_attestation_is_a_model_to_copy_and_asks_for_nothing() -> None:
    template = book().get("L27", "fr")
    assert (template.header.needs, template.header.takes) == ((), ())
    _, letter = written(("L27", "fr"))[0]
    assert not any(block.kind == "signature" for block in letter.blocks)
    assert "entièrement à la main" in plain(letter)


def test_letters_to_schools_and_employers_quote_only_what_the_law_sheet_gives() -> None:
    quoted = {(one.code, one.article) for ground in fitting(book().get("L28", "fr")) for one in ground.articles}
    assert quoted == {
        ("Code civil", "9"),
        ("Code pénal", "222-33-2-3"),
        *(("Code général de la fonction publique", article) for article in ("L134-5", "L134-6", "L135-6")),
    }


def test_every_letter_that_a_ladder_proposes_can_be_written() -> None:
    facts = catalogue.load()
    for route in [one for one in facts.routes.values() if one.harm != "*"]:
        for step in [one for one in route.steps if re.fullmatch(r"L\d\d[A-Z]?", one.do)]:
            lang = "en" if step.do in ENGLISH_ONLY else "fr"
            letter = letter_for(book(), step.do, route.harm, lang)
            assert ground_for(facts, letter, route.harm, DAY), (route.id, step.id)
            for ground in step.ground:
                assert any(letter_number(one) == step.do for one in facts.grounds[ground].letters), (route.id, step.id)


def test_every_letter_starts_only_clocks_that_exist() -> None:
    rules = catalogue.load().deadlines
    assert all(rule in rules for template in book().letters.values() for rule in template.header.clocks)
    starting = {letter_number(name): template.header.clocks for (name, _), template in book().letters.items()}
    assert starting["L04"] == ("dsa20.answer",)
    assert book().get("L14", "fr").header.clocks == starting["L29"] == ("pac.wait",)
    assert book().get("L14.nonpublic", "fr").header.clocks == ()  # law.md 2.8, 19.5: waiting would lose the case
    assert starting["L17"] == ("ldr.publish",)
    assert starting["L10"] == starting["L24"] == ()  # the law sets no time there


def _required(elements: tuple[object, ...], name: str) -> bool:
    return next(bool(getattr(one, "required", False)) for one in elements if getattr(one, "id", "") == name)
