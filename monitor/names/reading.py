"""Other ways to read parts of a text: whole words drawn with another script's letters, emojis that hold letters.

Each is the text again, character for character, with everything blank that the first reading already had right.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from monitor.names import points
from monitor.names.points import FOREIGN, LATIN, LETTER

REACH = 64  # characters read again on each side of a changed one: room for the rest of a name
_BLANK = ord(" ")
_FIRST_RARE = 0x80  # no ASCII letter is drawn like one of another script
_FIRST_FOREIGN = 0x370  # Greek: the first letters that are drawn like Latin ones
_KEYCAP, _SELECTOR = 0x20E3, 0xFE0F
_FIRST_LETTERED = 0x2139
# Emojis (Unicode 15 emoji-data.txt) whose compatibility form is letters: flags, blood groups, squared words.
_LETTERED = np.array([*range(0x1F1E6, 0x1F200), *range(0x1F191, 0x1F19B), 0x1F170, 0x1F171, 0x1F17E, 0x1F17F, 0x1F18E,
    0x1F201, 0x1F202, 0x1F21A, 0x1F22F, *range(0x1F232, 0x1F23B), 0x1F250, 0x1F251, 0x2139, 0x24C2, 0x3297, 0x3299],
    np.uint32)  # fmt: skip


def others(characters: np.ndarray) -> Iterator[np.ndarray]:
    """The other readings of a stretch; none for most."""
    rare = np.flatnonzero(characters >= _FIRST_RARE)
    if characters[rare].max(initial=0) < _FIRST_FOREIGN:
        return
    emojis = _emojis(characters, rare)
    if len(emojis):
        characters = characters.copy()
        characters[emojis] = _BLANK
        yield _only_around(characters, emojis)
    if (points.FLAGS[characters[rare]] & FOREIGN).any():
        yield from _masks(characters, points.KIND[characters], points.FLAGS[characters])


def _emojis(characters: np.ndarray, rare: np.ndarray) -> np.ndarray:
    """Where characters stand that are letters or digits to Unicode and an emoji to the reader."""
    high = rare[characters[rare] >= _FIRST_LETTERED]
    found: np.ndarray = high[np.isin(characters[high], _LETTERED)]
    keycaps = rare[characters[rare] == _KEYCAP]
    if not len(keycaps):
        return found
    selector = characters[np.maximum(keycaps - 1, 0)] == _SELECTOR
    both: np.ndarray = np.union1d(found, np.maximum(keycaps - 1 - selector, 0))
    return both


def _masks(characters: np.ndarray, kinds: np.ndarray, flags: np.ndarray) -> Iterator[np.ndarray]:
    """Words drawn wholly with look-alikes, beside Latin ones: the Latin letters in their place."""
    letter = kinds >= LETTER
    heads = np.flatnonzero(letter & ~np.append(False, letter[:-1]))
    if not len(heads):
        return
    word = np.cumsum(letter & ~np.append(False, letter[:-1])) - 1
    alike = points.ALIKE[characters]
    at = np.flatnonzero(letter)
    drawn = np.ones(len(heads), bool)
    np.logical_and.at(drawn, word[at], (alike[at] > 0) & ((flags[at] & FOREIGN) > 0))
    latin = np.zeros(len(heads) + 2, bool)
    np.logical_or.at(latin, word[at] + 1, (flags[at] & LATIN) > 0)
    chosen = drawn & (latin[:-2] | latin[2:])
    if chosen.any():
        places = at[chosen[word[at]]]
        changed = characters.copy()
        changed[places] = alike[places]
        yield _only_around(changed, places)


def _only_around(changed: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The characters near the changed ones, everything else blank."""
    near = np.zeros(len(changed) + 1, np.int64)
    np.add.at(near, np.maximum(places - REACH, 0), 1)
    np.add.at(near, np.minimum(places + REACH + 1, len(changed)), -1)
    return np.where(np.cumsum(near[:-1]) > 0, changed, np.uint32(_BLANK))
