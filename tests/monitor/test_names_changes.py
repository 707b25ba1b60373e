"""What the compiled loops put into the tables, and take out again, is what Python would have put there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.names import NameIndex, Term, TermError, kernel
from monitor.names.changes import Changes
from monitor.names.lookup import Lookup
from monitor.names.postings import Postings
from monitor.names.table import TOMBSTONE, Table
from monitor.names.term import KINDS
from monitor.names.terms import TermStore, first_words
from tests.size import chosen

GIVEN = ["Léa", "Jean-Marie", "Marie-Anne Louise", "Ben", "Zoé", "D'Arcy", "Àlex", "ALI", "Allil", "J.", "Pierre Alain"]
FAMILY = [
    "Martin",
    "de La Tour",
    "du Bois-Le Duc",
    "Le Goff",
    "d'Arc",
    "d’Arc",
    "McDonald",
    "O'Brien",
    "van der Berg",
    "MacLean",
    "Macé",
    "ben Ali",
    "von",
    "Saint-Just",
    "DE LA CRUZ",
    "la Roche, de",
    "Nguyễn",
    "Œuvrard",
    "Müller2",
]
RARE = [
    "Александр",
    "ليلى حداد",
    "王小明",
    "L3a M@rtin",
    "Ｌéａ",
    "ﬁn",
    "a\u0301",
    "x\u200by",
    "Straße",
    "\ud800b",
    "|x|",
]
PHONES = ["06 12 34 56 78", "+33 (0)6 12 34 56 78", "0033612345678", "+1 212-555-0100", "+352 621 123 456", "612345"]
PHONES += ["+7 912 345-67-89", "00 44 07700 900123", "+0012345678", "٠٦١٢٣٤٥٦٧٨", "0612345678 bureau"]
EMAILS = ["lea.martin@exemple.example", "LEA_M+x@poste.example", "lea [at] poste [dot] example", "lea@a-b.example"]
HANDLES = ["@lea_m92", "lea.m-92", "https://exemple.example/@lea_m92/", "Léa92", "LEA__", "exemple.example/lea"]
STREETS = ["12 avenue du Général de Gaulle, 69003 Lyon", "12, rue des Lilas, Paris", "12 bis rue St Roch", "1 pl. Foch"]
STREETS += ["1 rue de la route de l'allée du square, 75001 Paris", "75001 Paris rue Haute", "3 ch de la Rue Ste Anne"]
ANY = st.one_of(
    st.builds("{} {}".format, st.sampled_from(GIVEN), st.sampled_from(FAMILY)),
    st.builds("{}, {}".format, st.sampled_from(FAMILY), st.sampled_from(GIVEN)),
    st.sampled_from([*GIVEN, *FAMILY, *RARE, *PHONES, *EMAILS, *HANDLES, *STREETS]),
    st.text("abcMacdeD' -.,iIlL0 1éÉ’@_", min_size=1, max_size=30),
    st.text(min_size=1, max_size=12),
    st.text("0123456789+ ()-", min_size=6, max_size=18),
    st.lists(st.sampled_from([*GIVEN, *FAMILY, *RARE]), min_size=2, max_size=40).map(" ".join),
)
PLACES = [
    "Lyon",
    "Saint-Étienne",
    "Ste Anne",
    "St",
    "34 ans",
    "lea92",
    "上海",
    "Boulangerie Oxa",
    "C++",
    "Exemple S.A.",
]
CONTEXT = st.lists(st.one_of(st.sampled_from(PLACES), ANY), max_size=4).map(tuple)


@st.composite
def term(draw: st.DrawFn) -> Term | None:
    """A term of any kind, or None where such a value is refused."""
    kind, aliases = draw(st.sampled_from(KINDS)), draw(st.sampled_from([(), (), ("Lou Durand",)]))
    try:
        return Term(draw(st.text(max_size=5)), kind, draw(ANY), aliases, draw(CONTEXT))
    except TermError:
        return None


TERMS = st.lists(term(), max_size=8).map(lambda terms: [each for each in terms if each])


class Both:
    """The same terms in two lookups: one changed by Python alone, one by the compiled loops."""

    def __init__(self) -> None:
        library = kernel.library(build=True)
        if library is None:
            pytest.skip("no C compiler on this machine, or VIGIE_FAST=off: only Python changes the tables here")
        self.plain, self.fast, self.store = Lookup(), Lookup(), TermStore()
        self.changes = Changes(library, self.fast, self.store)

    def add(self, terms: Sequence[Term]) -> list[int]:
        numbers = [self.store.add(each) for each in terms]
        for number, each in zip(numbers, terms, strict=True):
            self.plain.add(number, each)
        left = self.changes.add(terms, numbers)
        for place in left:
            self.fast.add(numbers[place], terms[place])
        return left


def standing(table: Table) -> list[tuple[int, int]]:
    slots = np.flatnonzero((table.keys != 0) & (table.refs != TOMBSTONE))
    assert len(slots) == len(table)
    return sorted(zip(table.keys[slots].tolist(), table.refs[slots].tolist(), strict=True))


def posted(postings: Postings) -> list[tuple[int, list[int]]]:
    return [(key, sorted(postings.all_of(ref))) for key, ref in standing(postings.table)]


def content(lookup: Lookup) -> list[object]:
    postings = (lookup.forms, lookup.emails, lookup.pairs)
    tables = (lookup.words, lookup.spelled, lookup.deletions)
    return [*map(posted, postings), *map(standing, tables), lookup.names[0]]


@settings(max_examples=chosen(sampled=400, deep=10_000), deadline=None)
@given(TERMS)
def test_both_put_the_same_into_the_tables(terms: list[Term]) -> None:
    both = Both()
    both.add(terms)
    assert content(both.plain) == content(both.fast)


@settings(max_examples=chosen(sampled=150, deep=3_000), deadline=None)
@given(TERMS, st.data())
def test_both_take_the_same_out_again(terms: list[Term], data: st.DataObject) -> None:
    both = Both()
    both.add(terms)
    index = NameIndex(terms, compiled=True)
    gone = data.draw(st.lists(st.sampled_from(terms), unique_by=id)) if terms else []
    numbers = {id(each): number for number, each in enumerate(terms)}
    for each in gone:
        both.plain.remove(numbers[id(each)], each)
    assert index.remove_all(gone) == len(gone)
    assert content(both.plain)[3:] == content(index._lookup)[3:]
    assert [[key for key, _ in posted(each)] for each in (both.plain.forms, both.plain.emails, both.plain.pairs)] == [
        [key for key, _ in posted(each)] for each in (index._lookup.forms, index._lookup.emails, index._lookup.pairs)
    ]
    index.remove_all(terms)
    assert len(index) == 0
    assert content(index._lookup) == content(Lookup())


@settings(max_examples=chosen(sampled=300, deep=10_000), deadline=None)
@given(CONTEXT)
def test_both_open_a_context_with_the_same_words(context: tuple[str, ...]) -> None:
    assert sorted(set(first_words(context))) == sorted(set(Both().changes.first_words(context)))


def test_usual_terms_are_never_left_to_python() -> None:
    usual = [
        Term("1", "name", "Léa Martin"), Term("2", "name", "Jean-Marie de La Tour"), Term("3", "alias", "Zoé d’Arc"),
        Term("4", "phone", "+33 6 12 34 56 78"), Term("5", "email", "lea@exemple.example"),
        Term("6", "handle", "lea_m.92"), Term("7", "address", "12 avenue du Général de Gaulle, 69003 Lyon"),
        Term("8", "phrase", "les photos volées"),
    ]  # fmt: skip
    assert Both().add(usual) == []


@given(term())
def test_a_term_comes_out_of_the_store_as_it_went_in(kept: Term | None) -> None:
    store = TermStore()
    for each in (kept, Term("a\x1eb", "name", "Léa\x1f Martin", (), ("", "Lyon")), Term("[", "name", "Léa Martin")):
        if each:
            assert store[store.add(each)] == each


@settings(max_examples=chosen(sampled=60, deep=500), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 500), st.booleans()), max_size=400))
def test_a_row_of_references_keeps_what_came_and_was_not_taken_away(steps: list[tuple[int, int, bool]]) -> None:
    postings, expected = Postings(Table()), dict[int, list[int]]()
    for number, ref, adding in steps:
        key = (number * 0x9E3779B97F4A7C15 | 1) & 0xFFFFFFFFFFFFFFFF
        refs = expected.setdefault(key, [])
        if adding:
            postings.add(key, ref)
            refs.append(ref)
        elif ref in refs:
            postings.remove(key, ref)
            refs.remove(ref)
    for key, refs in expected.items():
        assert [each for ref in postings.table.get(key) for each in postings.all_of(ref)] == refs
    postings.fit()
    for key, refs in expected.items():
        assert [each for ref in postings.table.get(key) for each in postings.all_of(ref)] == refs


@settings(max_examples=chosen(sampled=100, deep=1_000), deadline=None)
@given(st.lists(st.integers(1, (1 << 64) - 1).map(lambda key: key | 1), max_size=300))
def test_a_table_finds_every_key_and_no_other(keys: list[int]) -> None:
    table = Table()
    for ref, key in enumerate(keys[::2]):
        table.add(key, ref)
    table.add_all(np.array(keys[1::4], np.uint64), np.arange(len(keys[1::4]), dtype=np.uint32))
    asked = np.array([*keys, 1, (1 << 64) - 1], np.uint64)
    index, refs = table.find(asked)
    each = [(place, ref) for place, key in enumerate(asked.tolist()) for ref in table.get(key)]
    assert sorted(zip(index.tolist(), refs.tolist(), strict=True)) == sorted(each)
