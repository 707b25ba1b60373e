"""A hash is the same whether one text is hashed or many at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from monitor.names import hashing
from monitor.names.points import collapsed


@given(some.lists(some.text("abéil1з5漢\U0001f600", min_size=1, max_size=90), min_size=1, max_size=5))
def test_one_text_hashes_as_it_does_among_others(texts: list[str]) -> None:
    assert hashing.hash_all(texts, collapsed=False).tolist() == [hashing.of_text(text) for text in texts]
    assert hashing.hash_all(texts, collapsed=True).tolist() == [hashing.of_text(collapsed(text)) for text in texts]
