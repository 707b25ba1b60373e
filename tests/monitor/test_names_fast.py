"""The compiled loops and those in numpy give the same answers to whatever is written; without a compiler all works."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.names import NameIndex, Term, kernel
from monitor.names.fast import Kernel
from monitor.names.layer import read
from monitor.names.lookup import Lookup
from monitor.names.points import code_points
from monitor.names.search import search
from tests.size import chosen

TERMS = [
    Term("lea", "name", "Léa Martin", context=("Lyon",)),
    Term("marie", "name", "Jean-Marie de La Tour"),
    Term("sasha", "name", "Александр Петров"),
    Term("leila", "name", "ليلى حداد"),
    Term("ming", "name", "王小明"),
    Term("phone", "phone", "06 12 34 56 78"),
    Term("mail", "email", "lea@exemple.example"),
    Term("handle", "handle", "lea_m92"),
    Term("street", "address", "12 avenue du Général de Gaulle, 69003 Lyon"),
]
LOOKUP = Lookup(enumerate(TERMS))
NAMES = ["Léa Martin", "L3a M4rtn", "l.é.a", "Martin, Léa", "@lea_m92", "M@rtin", "Lеа", "ليلى", "王小明", "Matrin"]
OTHERS = ["06 12 34 56 78", "Jean Marie", "de La Tour", "12 av. du Général de Gaulle", "Саша Петров", "ﬁn œuvre"]
WRITTEN = st.sampled_from([*NAMES, *OTHERS, "xxleamartinxx", "Bonjour!Léa", "léa|martin"])
ANY = st.lists(st.one_of(WRITTEN, st.text(max_size=8), st.sampled_from(list(" \n.-_@#$|!€\u200b\u0301"))), max_size=20)


@pytest.fixture(scope="module")
def compiled() -> Kernel:
    library = kernel.library(build=True)
    if library is None:
        pytest.skip("no C compiler on this machine, or VIGIE_FAST=off: only the loops in numpy exist here")
    return Kernel(library, LOOKUP)


def rows(found: np.ndarray) -> list[tuple[int, ...]]:
    return sorted(set(map(tuple, found.tolist())))


@settings(max_examples=chosen(sampled=300, deep=5000), deadline=None)
@given(ANY)
def test_both_give_the_same_letters_and_the_same_candidates(compiled: Kernel, pieces: list[str]) -> None:
    characters = code_points("".join(pieces))
    plain, fast = read(characters), compiled.read(characters)
    for name in ("origins", "codes", "keys", "starts", "soft"):
        assert getattr(plain, name).tolist() == getattr(fast, name).tolist(), name
    one, other = search(plain, LOOKUP), compiled.search(fast)
    for name in ("windows", "heads", "parts", "pairs"):
        assert rows(getattr(one, name)) == rows(getattr(other, name)), name
    for name in ("unknown", "spelled", "written"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name


@settings(max_examples=chosen(sampled=100, deep=2000), deadline=None)
@given(ANY)
def test_both_give_the_same_hits(pieces: list[str]) -> None:
    library = kernel.library(build=True)
    if library is None:
        pytest.skip("no C compiler on this machine, or VIGIE_FAST=off: only the loops in numpy exist here")
    text = "".join(pieces)
    plain, fast = NameIndex(TERMS, compiled=False), NameIndex(TERMS, compiled=True)
    assert plain.match([("text", text)], rejected=True) == fast.match([("text", text)], rejected=True)


def test_without_a_compiler_everything_is_found_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    kernel.library.cache_clear()
    try:
        assert kernel.library(build=True) is None
        index = NameIndex(TERMS)
        assert [match.term for match in index.match([("text", "Léa Matrin, 06.12.34.56.78")])] == ["lea", "phone"]
    finally:
        kernel.library.cache_clear()


def test_a_small_index_waits_for_no_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kernel.library.cache_clear()
    try:
        assert NameIndex(TERMS).match([("text", "Léa Martin")])
        assert not list(tmp_path.rglob("*.so"))
    finally:
        kernel.library.cache_clear()
