"""Watched names and identifiers are found as people write them, and said to be as sure as they are."""

from __future__ import annotations

import pytest

from monitor.names import NameIndex, Term, TextMatch, forms

LEA = Term("lea", "name", "Léa Martin", context=("Lyon", "Exemple SA"), exclude=("pharmacienne",))


def found(text: str, *terms: Term, field: str = "text") -> list[TextMatch]:
    return NameIndex(terms or (LEA,)).match([(field, text)])


def only(text: str, *terms: Term, field: str = "text") -> TextMatch:
    matches = found(text, *terms, field=field)
    assert len(matches) == 1, [match.matched for match in matches]
    return matches[0]


def codes(match: TextMatch) -> list[str]:
    return [reason.code for reason in match.reasons]


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("Voici Léa Martin.", "Léa Martin"),
        ("LEA MARTIN", "LEA MARTIN"),
        ("vu lea martin hier", "lea martin"),
        ("MARTIN Léa", "MARTIN Léa"),
        ("MARTIN, Léa", "MARTIN, Léa"),
        ("Le\u0301a Martin", "Le\u0301a Martin"),
        ("Ｌéａ\u3000Ｍａｒｔｉｎ", "Ｌéａ\u3000Ｍａｒｔｉｎ"),
        ("𝓛𝓮𝓪 𝓜𝓪𝓻𝓽𝓲𝓷", "𝓛𝓮𝓪 𝓜𝓪𝓻𝓽𝓲𝓷"),
        ("ʟᴇᴀ ᴍᴀʀᴛɪɴ", "ʟᴇᴀ ᴍᴀʀᴛɪɴ"),
        ("Lé\u200ba Mar\u00adtin", "Lé\u200ba Mar\u00adtin"),
        ("Léa\nMartin", "Léa\nMartin"),
        ("Léa-Martin", "Léa-Martin"),
        ("Léa_Martin", "Léa_Martin"),
        ("Léa 😀 Martin", "Léa 😀 Martin"),
        ("L é a M a r t i n", "L é a M a r t i n"),
        ("L.é.a.M.a.r.t.i.n", "L.é.a.M.a.r.t.i.n"),
        ("L é a  M a r t i n a dit", "L é a  M a r t i n"),
        ("#LeaMartin", "LeaMartin"),
        ("#JusticePourLeaMartin", "LeaMartin"),
        ("@lea.martin", "lea.martin"),
        ("@leamartin", "leamartin"),
        ("leamartin", "leamartin"),
        ("photos de lea-martin-nue", "lea-martin"),
        ("Léa Martin's", "Léa Martin"),
        ("l'affaire Léa Martin", "Léa Martin"),
        ("l3a m4rt1n", "l3a m4rt1n"),
        ("L€a M@rtin", "L€a M@rtin"),
        ("Lе\u0430 М\u0430rtіn", "Lе\u0430 М\u0430rtіn"),
    ],
)
def test_the_whole_name_is_automatic_however_it_is_written(text: str, matched: str) -> None:
    match = only(text)
    assert (match.band, match.matched) == ("automatic", matched)
    assert text[match.start : match.end] == matched


@pytest.mark.parametrize("field", ["url", "link", "handle"])
def test_a_slug_made_of_the_whole_name_is_strong(field: str) -> None:
    match = only("https://forum.example/fil/lea-martin-nue.html", field=field)
    assert (match.band, match.matched) == ("automatic", "lea-martin")


@pytest.mark.parametrize(
    "text",
    [
        "Martine Dupont et Léa Durand",
        "Léandre Martinot",
        "L'Martin",
        "le matin, elle a dormi",
        "Léa Dupont Martin",
        "un client. Lea. Le martin-pêcheur",
    ],
)
def test_other_people_and_ordinary_words_are_not_automatic(text: str) -> None:
    assert not [match for match in found(text) if match.band == "automatic"]


@pytest.mark.parametrize(
    "text", ["Jean-Léa Martin", "Léa Martin-Dupont", "LÉA MARTIN-DUPONT", "jean-léa martin", "Anne\u2011Léa Martin"]
)
def test_a_longer_name_joined_by_a_hyphen_is_for_a_person_to_look_at(text: str) -> None:
    match = only(text)
    assert match.band == "context"
    assert "longer_name" in codes(match)


def test_an_ordinary_prefix_with_a_hyphen_is_no_longer_name() -> None:
    assert only("des propos anti-Léa Martin").band == "automatic"


@pytest.mark.parametrize(
    "text", ["Jean Martin, Léa Dupont", "Léa, Martin et Paul", "Vois Léa. Martin dort", "Léa & Martin"]
)
def test_two_people_side_by_side_are_not_one(text: str) -> None:
    match = only(text)
    assert match.band == "rejected"
    assert "split_by_punctuation" in codes(match)


@pytest.mark.parametrize(
    ("text", "variant", "code"),
    [
        ("L. Martin", "initial", "initial"),
        ("Martin L.", "initial", "initial"),
        ("xxleamartinxx", "embedded", "embedded"),
        ("leamartin92", "embedded", "embedded"),
        ("Léa Matrin", "near", "near_name"),
        ("Léa Martinez", "near", "near_name"),
        ("Lé a Mar tin", "folded", "odd_breaks"),
    ],
)
def test_a_weak_form_needs_a_context_word(text: str, variant: str, code: str) -> None:
    alone, helped = only(text), only(f"À Lyon, {text} disait")
    assert (alone.band, alone.variant) == ("rejected", variant)
    assert helped.band == "context"
    assert code in codes(helped)
    assert "context_found" in codes(helped)


def test_a_nickname_with_the_family_name_is_weak() -> None:
    term = Term("n", "name", "Nicolas Exemple", context=("Lyon",))
    assert only("Nico Exemple", term).band == "rejected"
    assert only("Nico Exemple, de Lyon", term).variant == "nickname"


def test_an_absent_context_never_demotes_a_strong_form() -> None:
    match = only("Léa Martin")
    assert match.band == "automatic"
    assert codes(match) == ["no_context"]


def test_a_contradicting_context_demotes_by_one_band() -> None:
    assert only("Léa Martin, pharmacienne").band == "context"
    assert only("Jean-Léa Martin, pharmacienne").band == "rejected"
    assert only("L. Martin, pharmacienne à Lyon").band == "rejected"


def test_context_counts_within_four_hundred_code_points_of_the_match() -> None:
    assert only("L. Martin " + "x" * 380 + " Lyon").band == "context"
    assert only("L. Martin " + "x" * 400 + " Lyon " + "y" * 400).band == "rejected"


def test_context_in_the_title_counts_for_the_whole_page() -> None:
    matches = NameIndex([LEA]).match([("title", "Lyon la nuit"), ("text", "mot " * 300 + "L. Martin")])
    assert [match.band for match in matches] == ["context"]


def test_context_words_are_folded_like_names_and_kept_whole() -> None:
    assert only("L. Martin, EXEMPLE  s.a.").band == "rejected"
    assert only("L. Martin, EXEMPLE  sa").band == "context"
    assert only("L. Martin, lyonnais").band == "rejected"


def test_a_short_glued_word_may_be_an_ordinary_one() -> None:
    term = Term("b", "name", "Cle Bou")
    assert only("une boucle", term).band == "rejected"
    assert only("@bou.cle", term).band == "automatic"


def test_a_shorter_name_inside_a_longer_watched_one_is_dropped() -> None:
    terms = (Term("a", "name", "Sylvie Bla"), Term("b", "name", "Sylvie Blaise"))
    assert [match.term for match in found("S y l v i e B l a i s e", *terms)] == ["b"]
    assert [match.term for match in found("Sylvie Bla", *terms) if match.band == "automatic"] == ["a"]


def test_spaced_letters_that_go_on_are_another_name() -> None:
    assert only("l e a m a r t i n e s").band == "rejected"


def test_namesakes_of_two_cases_are_both_found() -> None:
    assert len(found("Léa Martin", LEA, Term("other", "name", "Lea MARTIN"))) == 2


def test_every_mention_is_told_in_reading_order() -> None:
    assert [match.start for match in found("Léa Martin et lea martin")] == [0, 14]


@pytest.mark.parametrize(
    "text", ["Marie-Claire de La Tour", "marie claire de la tour", "Marie-Claire La Tour", "de La Tour Marie-Claire"]
)
def test_particles_and_compounds_may_move_or_fall(text: str) -> None:
    assert only(text, Term("m", "name", "Marie-Claire de La Tour")).band == "automatic"


def test_ligatures_and_strokes_are_spelled_out() -> None:
    assert only("LOEIC STRASSE", Term("o", "name", "Lœïc Straße")).band == "automatic"
    assert only("Søren Łukasz", Term("o", "name", "Soren Lukasz")).band == "automatic"


def test_a_name_in_another_script_is_found_in_its_script_only() -> None:
    term = Term("c", "name", "Анна Примерова")
    assert only("видели АННА ПРИМЕРОВА", term).band == "automatic"
    assert not found("Сара Рорр", Term("s", "name", "Capa Popp"))


def test_aliases_count_as_whole_names() -> None:
    term = Term("a", "name", "Léa Martin", aliases=("Petite Étoile",))
    assert only("petite-etoile", term).band == "automatic"
    assert "Petite Étoile" in forms(term)
    assert "l martin" not in forms(term)


@pytest.mark.parametrize(
    "text",
    [
        "06 12 34 56 78", "06.12.34.56.78", "0612345678", "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "0033612345678",
        "06-12-34-56-78", "０６ 12 34 56 78",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["+33 6 12 34 56 78", "06 12 34 56 78"])
def test_a_telephone_number_is_found_in_every_usual_form(text: str, value: str) -> None:
    match = only(f"Tél. {text}, le soir", Term("p", "phone", value))
    assert (match.band, match.matched, match.variant) == ("automatic", text, "phone")


@pytest.mark.parametrize("text", ["106 12 34 56 78", "0612345679", "06 12 34 56 780", "06\n12 34 56 78 "])
def test_other_digits_are_not_the_number(text: str) -> None:
    assert not found(text, Term("p", "phone", "06 12 34 56 78"))


@pytest.mark.parametrize(
    "text",
    [
        "lea.m@exemple.example",
        "LEA.M@Exemple.example",
        "lea.m [at] exemple [dot] example",
        "lea.m(at)exemple.example",
        "lea.m arobase exemple point example",
    ],
)
def test_an_email_address_is_found_also_when_its_signs_are_spelled(text: str) -> None:
    match = only(f"Écrire à {text}.", Term("e", "email", "lea.m@exemple.example"))
    assert (match.band, match.matched) == ("automatic", text)


@pytest.mark.parametrize("text", ["xlea.m@exemple.example", "lea.m@exemple.examples", "x.lea@exemple.example"])
def test_another_email_address_is_not_it(text: str) -> None:
    assert not found(text, Term("e", "email", "lea.m@exemple.example"))


def test_a_handle_counts_with_its_dots_and_underscores() -> None:
    term = Term("h", "handle", "https://reseau.example/@lea.m92", context=("Lyon",))
    assert only("suivez @Lea.M92 !", term).band == "automatic"
    assert only("https://autre.example/lea.m92/", term, field="url").band == "automatic"
    assert only("@lea_m92", term).variant == "handle_variant"
    assert only("@lea.m92_photo", term).band == "rejected"
    assert not found("@lea.m921", term)


def test_an_address_needs_its_town_or_postcode_beside_it() -> None:
    term = Term("a", "address", "12 avenue des Lilas, 69003 Lyon")
    assert only("au 12, av. des Lilas à Lyon", term).band == "automatic"
    assert only("12 Avenue des Lilas 69003", term).band == "automatic"
    assert only("12 avenue des Lilas, Paris", term).band == "rejected"


def test_a_long_phrase_is_found_after_folding() -> None:
    term = Term("f", "phrase", "Elle couche avec tout le bureau, demandez à Lyon")
    assert only("« elle couche avec tout le bureau — demandez à LYON »", term).band == "automatic"
    assert not found("elle couche avec tout le bureau, demandez", term)


def test_a_match_explains_itself_in_both_languages() -> None:
    document = only("L. Martin, Exemple SA").to_json("page-1")
    assert list(document) == [
        "page", "term", "score", "band", "field", "start", "end", "matched", "variant", "algorithm", "reasons",
    ]  # fmt: skip
    assert document["algorithm"] == "names-v1"
    assert all(reason["text"]["fr"] and reason["text"]["en"] for reason in document["reasons"])
