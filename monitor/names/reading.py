"""Other ways to read parts of a text, where whole words may be drawn with the letters of another script.

Each is the text again, character for character, with everything blank that the first reading already had right.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from monitor.names import points
from monitor.names.points import FOREIGN, LATIN, LETTER

REACH = 64  # characters read again on each side of a changed one: room for the rest of a name
_BLANK = ord(" ")
_FIRST_FOREIGN = 0x370  # Greek: the first letters that are drawn like Latin ones


def others(characters: np.ndarray) -> Iterator[np.ndarray]:
    """The other readings of a stretch; none for most."""
    if characters.max(initial=0) < _FIRST_FOREIGN:
        return
    flags = points.FLAGS[characters]
    if (flags & FOREIGN).any():
        yield from _masks(characters, points.KIND[characters], flags)


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
