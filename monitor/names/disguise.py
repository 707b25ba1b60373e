"""Reads through disguises: look-alike letters of other scripts, and digits or signs used as letters.

Every replacement is one character for one, so that positions in the disguised text stay positions in the original.
Only words that mix (letters with digits or signs, Latin with another script) are read twice: a word in one script
is a real word of that script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_REACH = 48  # code points read again on each side of a disguised word: room for the rest of a name

# Letters drawn like a Latin one (Unicode UTS 39, confusables); a capital may look like another letter than its small.
_LOOK_ALIKES = str.maketrans(
    {
        **dict(zip("аесорхуѕіјһԁԛԝӏ", "aecopxysijhdqwl", strict=True)),
        **dict(zip("АВЕЗСНІЈКМОРЅТХУԚԜҺ", "ABE3CHIJKMOPSTXYQWH", strict=True)),
        **dict(zip("вкмнтг", "bkmhtr", strict=True)),  # in small type these repeat the shape of their capital
        **dict(zip("αονρυικτχγη", "aovpuiktxyn", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
        **dict(zip("օսոհ", "ounh", strict=True)),
    }
)
_SIGNS = {"0": "o", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g", "2": "z"}
_SIGNS |= {"@": "a", "$": "s", "€": "e"}
_BARS = "1|!"  # drawn like i and like l: both are tried
_LETTER = r"[^\W\d_]"
_MIXED = re.compile(
    rf"{_LETTER}[0-9@$€]|[0-9@$€]{_LETTER}|{_LETTER}[|!]+(?={_LETTER})|[\u0370-\u03ff\u0400-\u052f\u0530-\u058f]"
)
_FOREIGN = re.compile(r"[\u0370-\u058f]")
_WORD = re.compile(r"[^\W_]+(?:[@$€|!]+[^\W_]+)*[@$€]?|[@$€][^\W_]+(?:[@$€|!]+[^\W_]+)*[@$€]?")

Change = tuple[int, str, str]  # position, old and new character
Stretches = tuple[tuple[int, int], ...]  # start and end of each

_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A second reading of a text: the same length, and the stretches around the words that it changes."""

    text: str
    stretches: Stretches


def readings(text: str) -> list[Reading]:
    """The other ways to read a text: none where nothing is mixed, two where a bar can be an i or an l."""
    changes = [change for match in _words_to_read_again(text) for change in _changes(match)]
    if not changes:
        return []
    barred = any(old in _BARS for _, old, _ in changes)
    stretches = _stretches([at for at, _, _ in changes], len(text))
    return [_reading(text, changes, stretches, bar) for bar in ("il" if barred else "i")]


def is_believable(original: str) -> bool:
    """Whether what was read through a disguise still holds a Latin letter: a whole foreign name is no disguise."""
    return _LATIN_LETTER.search(original) is not None


def _words_to_read_again(text: str) -> list[re.Match[str]]:
    found, end = [], 0
    for mixed in _MIXED.finditer(text):
        if mixed.start() < end:
            continue
        word = _WORD.search(text, _word_start(text, mixed.start()))
        if word is not None:
            found.append(word)
            end = word.end()
    return found


def _word_start(text: str, at: int) -> int:
    floor = max(0, at - _REACH)
    while at > floor and (text[at - 1].isalnum() or text[at - 1] in "@$€|!"):
        at -= 1
    return at


def _changes(word: re.Match[str]) -> list[Change]:
    """What can stand for a Latin letter in a word that mixes."""
    seen = word[0]
    plain = seen.translate(_LOOK_ALIKES)
    if _FOREIGN.search(plain) and not _LATIN_LETTER.search(seen):
        return []  # a word of one other script, with letters of its own
    if not _LATIN_LETTER.search(plain):
        return []
    rest = [_SIGNS.get(character, character) for character in plain]
    pairs = zip(seen, rest, strict=True)
    return [(word.start() + at, old, new) for at, (old, new) in enumerate(pairs) if old != new or old in _BARS]


def _stretches(positions: list[int], length: int) -> Stretches:
    merged: list[tuple[int, int]] = []
    for at in positions:
        start, end = max(0, at - _REACH), min(length, at + _REACH + 1)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _reading(text: str, changes: list[Change], stretches: Stretches, bar: str) -> Reading:
    characters = list(text)
    for at, old, new in changes:
        characters[at] = bar if old in _BARS else new
    return Reading("".join(characters), stretches)
