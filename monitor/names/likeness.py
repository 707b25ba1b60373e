"""What a name is worth that is nearly there: misspelled, by a nickname, transliterated, or with a word between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from monitor.names import known
from monitor.names.finding import Finding, Window, Worth
from monitor.names.form import Form
from monitor.names.layer import MAX_GAP, Layer
from monitor.names.near import (
    LONG_NAME,
    Likeness,
    given_words,
    is_own,
    is_short,
    is_variant,
    likeness,
    spellings,
)
from monitor.names.neighbours import look_around
from monitor.names.particles import PARTICLES
from monitor.names.separation import look_between
from monitor.names.slip import is_slip
from monitor.names.term import Reason, Term

SHARED_PARTICLE = 60  # watched names with a word, above which others bear it with a particle too (Nicolas da Silva)
_REACH = 5  # own words looked at on each side of a pair: room for the rest of a long name


def judge_likeness(
    number: int,
    term: Term,
    layer: Layer,
    unknown: np.ndarray,
    pair: tuple[int, int],
    name: str,
    count: Callable[[str], int],
) -> Finding | None:
    """What the best way to lay a name over two tokens and their neighbours is worth; None when it does not fit.

    `unknown` tells of each token whether it is no known word; `count` in how many watched names a word stands.
    """
    here, there = pair
    if is_short(term):
        words = list(_between(layer, unknown, here, there))
    else:
        words = [*reversed(list(_walk(layer, unknown, here, -1))), *_walk(layer, unknown, here + 1, 1)]
    own = {word for spelling in spellings(term) for word in spelling}
    words = [word for word in words if word[0] in pair or word[1] in own or word[1] not in PARTICLES]
    places = {token: place for place, (token, _, _) in enumerate(words)}
    if here not in places or there not in places:
        return None
    like = likeness(term, words, places[here], places[there])
    if like is not None and not like.fuzzy and not like.kinds and like.last - like.first >= like.words:
        rare = min(count(word) for word in like.right) <= SHARED_PARTICLE if like.right else False
        like = replace(like, kinds=frozenset({"particle"}), sure=rare)
    if like is None or (not like.fuzzy and not like.kinds):
        return None
    if like.fuzzy and not _is_slip(like, term, count):
        like = replace(like, sure=False)
    return _finding(number, term, layer, like, name)


def _between(layer: Layer, unknown: np.ndarray, here: int, there: int) -> Iterator[tuple[int, str, bool]]:
    """The own words of a pair and what stands between them: enough for names of two words."""
    for token in range(here, there + 1):
        letters = layer.spelled(token, token)
        if token in (here, there) or is_own(letters):
            yield token, letters, bool(unknown[token])


def _walk(layer: Layer, unknown: np.ndarray, token: int, step: int) -> Iterator[tuple[int, str, bool]]:
    """The own words from a token on, as far as the text holds together."""
    seen = 0
    while 0 <= token < len(layer.tokens) and seen <= _REACH:
        letters = layer.spelled(token, token)
        if is_own(letters):
            seen += 1
            yield token, letters, bool(unknown[token])
        edge = token + max(step, 0)
        if not 0 < edge < len(layer.tokens):
            return
        starts, origins = layer.letters.starts, layer.letters.origins
        if origins[starts[edge]] - origins[starts[edge] - 1] > MAX_GAP:
            return
        token += step


def _finding(number: int, term: Term, layer: Layer, like: Likeness, name: str) -> Finding:
    form = Form(layer.spelled(like.first, like.last), frozenset(), "swapped" if like.swapped else "name", term.value)
    window = Window(layer, like.first, like.last, form, name)
    ends = [layer.text[layer.tokens[token].start] for token in (like.first, like.last)]
    capitals = all(letter.isupper() for letter in ends)
    if like.fuzzy and not capitals and any(map(known.common, like.right)):
        like = replace(like, sure=False)  # "you samr" for Samir You
    worth = _worth(like, capitals=capitals)
    look_between(window, worth)
    look_around(window, worth)
    return Finding(
        number, window.start, window.end, worth.strength, worth.variant, worth.score, tuple(worth.reasons), False
    )


def _worth(like: Likeness, *, capitals: bool) -> Worth:
    """The least of what each difference leaves."""
    edits = {"edits": like.edits}
    if "middle" in like.kinds:
        worth = Worth("weak", "middle_name", 0.6, [Reason("middle_name")])
    elif "nickname" in like.kinds:
        worth = Worth("weak", "nickname", 0.65, [Reason("nickname")])
    elif like.kinds == {"particle"} and not like.fuzzy:
        worth = Worth("strong", "particle", 0.9, [Reason("particle")])
        if like.swapped or not like.sure or any(known.common(word) for word in like.right if not capitals):
            worth.lower("doubtful", "everyday_words")  # the mill of Pierre: pierre du moulin, moulin de Pierre
        return worth
    elif "particle" in like.kinds:
        worth = Worth("weak", "near", 0.6, [Reason("near_name", edits)])
    elif "spelling" in like.kinds:
        worth = Worth("doubtful", "transliteration", 0.8, [Reason("transliteration")])
    elif like.sure:
        return Worth(
            "strong", "typo", 0.9 if like.edits == 1 else 0.85 if like.edits else 0.95, [Reason("typo", edits)]
        )
    else:
        return Worth("weak", "near", 0.6, [Reason("near_name", edits)])
    if like.fuzzy:
        worth.strength = "weak"
        worth.reasons.append(Reason("near_name", edits))
    return worth


def _is_slip(like: Likeness, term: Term, count: Callable[[str], int]) -> bool:
    """Whether the edits are a slip of the finger rather than somebody else's name. A rare given name that differs as
    given names do is that name (Karime, Sandryne); the rest is weighed."""
    if like.fuzzy > 1 and (like.edits > 2 or like.letters < LONG_NAME):
        return False
    given = given_words(term)
    words = [(name, seen, name in given) for _, name, seen in like.misspelled]
    if any(own and is_variant(name, seen) and known.rare(seen, given=True) for name, seen, own in words):
        return False
    shared = min((count(word) for word in like.right), default=0)
    return is_slip(words, edits=like.edits, letters=like.letters, shared=shared)
