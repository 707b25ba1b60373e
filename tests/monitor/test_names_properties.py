"""Whatever stands around a name, its place is told exactly, and no text makes the matcher fail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.names import NameIndex, Term, TermError
from monitor.names.fold import fold, words

INDEX = NameIndex(
    [
        Term("lea", "name", "Léa Martin", context=("Lyon",)),
        Term("oe", "name", "Œdipe Straße"),
        Term("phone", "phone", "06 12 34 56 78"),
        Term("mail", "email", "lea@exemple.example"),
        Term("handle", "handle", "@lea_m92"),
    ]
)
WRITTEN = [
    "Léa Martin", "LE\u0301A MARTIN", "Ｌéａ-Ｍａｒｔｉｎ", "M@rtin L3a", "Œdipe Straße", "OEDIPE STRASSE",
    "06.12.34.56.78",
]  # fmt: skip


@given(st.text(max_size=40), st.sampled_from(WRITTEN), st.text(max_size=40))
def test_a_match_quotes_its_field_exactly_in_any_surroundings(before: str, name: str, after: str) -> None:
    text = f"{before}\n\n{name}\n\n{after}"
    matches = INDEX.match([("title", before), ("text", text)])
    for match in matches:
        assert (before, text)[match.field_index][match.start : match.end] == match.matched
    assert any(match.start == len(before) + 2 and match.matched == name for match in matches if match.field_index == 1)


@settings(max_examples=300)
@given(st.text(alphabet="léaLÉAmartinMARTIN 013@#$|!._-\u0301\u200bœßеа,.&\n", max_size=80))
def test_no_mixture_of_disguises_makes_it_fail_or_misquote(text: str) -> None:
    for match in INDEX.match([("text", text)]):
        assert text[match.start : match.end] == match.matched
        assert 0 <= match.score <= 1
        assert match.start < match.end


@given(st.text(max_size=60))
def test_folding_keeps_an_origin_for_every_letter_in_order(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.origins)
    assert list(folded.origins) == sorted(folded.origins)
    assert all(0 <= origin < len(text) for origin in folded.origins)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert words(words(text)) == words(text)


@pytest.mark.parametrize("unit", ["a", "l e a ", "Léa Martin ", "lea@", "1a|", "aA", "\u0301", "a.", "06 "])
def test_a_hostile_page_is_read_to_its_end_with_few_findings(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    assert len(INDEX.match([("text", text)])) <= 5 * 50


@pytest.mark.parametrize(
    "row",
    [
        {"id": "x", "kind": "name"},
        {"id": "x", "kind": "person", "value": "Léa"},
        {"id": "x", "kind": "name", "value": "   "},
        {"id": "x", "kind": "name", "value": "!!!"},
        {"id": "x", "kind": "name", "value": "Léa", "aliases": "Lou"},
        {"id": "x", "kind": "name", "value": "Léa", "contexts": []},
        {"id": 3, "kind": "name", "value": "Léa"},
    ],
)
def test_a_term_of_another_shape_is_refused_without_repeating_it(row: dict[str, object]) -> None:
    with pytest.raises(TermError) as caught:
        Term.from_json(row)
    assert "Léa" not in str(caught.value)


UNUSABLE = [
    ("phone", "12345"), ("phone", "téléphone"), ("email", "lea.exemple.example"), ("email", "lea@exemple"),
    ("name", "la"), ("name", "de la"), ("name", "Bo"), ("name", "A B"), ("alias", "de"), ("name", "🦄"),
    ("name", "王"), ("handle", "@"), ("handle", "https://"), ("handle", "_x_"), ("phrase", "…"), ("phrase", "é"),
    ("address", "Lyon"), ("address", ", 69003 Lyon"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), UNUSABLE)
def test_a_term_that_could_never_be_found_is_refused(kind: str, value: str) -> None:
    with pytest.raises(TermError) as caught:
        Term("x", kind, value)
    assert str(caught.value).startswith("`value`")
    assert not any(word in str(caught.value) for word in value.split() if len(word) > 4)


def test_another_spelling_that_could_never_be_found_is_refused() -> None:
    with pytest.raises(TermError, match="`aliases`"):
        Term("x", "name", "Léa Martin", aliases=("de la",))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("name", "Bo Li"), ("name", "Léa"), ("name", "Le Van"), ("name", "Ben Le"), ("name", "王明"), ("name", "김 준"),
        ("name", "O'Neil"), ("name", "d'Or Li"), ("phone", "112233"), ("phone", "+33 6 12 34 56 78"),
        ("email", "lea [at] exemple [point] example"), ("handle", "@jo"), ("phrase", "ok"),
        ("address", "12, rue des Lilas, 69003 Lyon"), ("alias", "J2 Bo"),
    ],
)  # fmt: skip
def test_what_is_accepted_is_found_in_itself(kind: str, value: str) -> None:
    assert NameIndex([Term("x", kind, value)]).match([("text", f"a {value} b")], rejected=True)


@given(st.sampled_from(["name", "alias", "handle", "phrase"]), st.text(max_size=24))
def test_whatever_is_typed_is_refused_or_found_in_itself(kind: str, value: str) -> None:
    try:
        term = Term("x", kind, value)
    except TermError:
        return
    assert NameIndex([term]).match([("text", value)], rejected=True)
