"""What a name is worth that is nearly there: misspelled, by a nickname, transliterated, or with a word between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from rapidfuzz.distance import OSA

from monitor.names import known
from monitor.names.finding import Finding, Window, Worth
from monitor.names.form import Form
from monitor.names.layer import MAX_GAP, Layer
from monitor.names.near import (
    LONG_GIVEN,
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
from monitor.names.term import Reason, Term

# In how many watched names the words that are right may stand, by edits; and where the misspelling is a rare name.
SHARED_ONE_EDIT = 250
SHARED_TWO_EDITS = {5: 3, 6: 10, 7: 25, 8: 150}  # by letters of the word
SHARED_RARE = 8
STRANGE_MORE = 4  # times as many where the letters that stand there are no name's (Stewwart)
SHARED_PARTICLE = 60  # above it somebody else bears the name with the particle (Nicolas da Silva)
SHARED_BY_FEW = 3  # the words that are right say nearly enough alone
LONG_WORD = 8  # letters
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
    if like.fuzzy and not (_is_slip(like, term, count) and _is_no_variant(like, term)):
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
    """Whether the edits are a slip of the finger rather than somebody else's name.

    The more watched names share the words that are right, the likelier that one of them is near a stranger's name by
    chance. A misspelling that is itself a rare family name is that name: there are so many that it is likelier than a
    slip. One that is a rare given name counts only where hardly any watched name shares the rest.
    """
    if like.fuzzy > 1 and (like.edits > 2 or like.letters < LONG_NAME):
        return False
    shared = min((count(word) for word in like.right), default=0)
    strange = all(known.strange(seen) for _, _, seen in like.misspelled)
    given = given_words(term)
    rare = [name in given for _, name, seen in like.misspelled if known.rare(seen, given=name in given)]
    if rare:
        short = any(len(name) < LONG_GIVEN for _, name, _ in like.misspelled)
        return (strange or (all(rare) and not short)) and shared <= SHARED_RARE and like.edits < 2
    if not strange and any(_is_far(name, seen) for _, name, seen in like.misspelled):
        return False
    if like.right and shared <= SHARED_BY_FEW:
        return True
    more = STRANGE_MORE if strange else 1
    return all(shared <= _most_shared(name, seen) * more for _, name, seen in like.misspelled)


def _is_no_variant(like: Likeness, term: Term) -> bool:
    """Whether no given name was changed into what may be another given name."""
    given = given_words(term)
    return not any(
        name in given and is_variant(name, seen) and not known.strange(seen) for _, name, seen in like.misspelled
    )


def _is_far(name: str, seen: str) -> bool:
    """Whether two edits change the first letter too, which slips of the finger seldom do (Kukich 1992): Violleau."""
    return name[0] != seen[0] and OSA.distance(name, seen) > 1


def _most_shared(name: str, seen: str) -> int:
    """In how many watched names the right words may stand: two edits say the less, the shorter the word."""
    if not seen.isalpha() or OSA.distance(name, seen) < 2:  # one edit is the limit in a disguised word
        return SHARED_ONE_EDIT if len(name) < LONG_WORD else SHARED_ONE_EDIT * 2
    return SHARED_TWO_EDITS.get(min(len(name), LONG_WORD), SHARED_BY_FEW)
