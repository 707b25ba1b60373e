"""What every code point is to the matcher, as arrays indexed by code point; filled as characters are met.

`KIND`: separator, deleted, a letter or digit, several letters at once (a ligature), a sign that may stand for a letter,
or a letter of a script without spaces. `CODE`: the folded letter. `ALIKE`: the Latin letter it is drawn like, or 0.
"""

from __future__ import annotations

import tomllib
import unicodedata
from importlib import resources

import numpy as np

from monitor.names.fold import folded, unspaced

UNSEEN, DELETED, SEPARATOR, LETTER, MANY, SIGN, LONE = range(7)
UPPER, LOWER, LATIN, FOREIGN, DIGIT, JOINING = 1, 2, 4, 8, 16, 32  # JOINING: an Arabic letter

# Signs that people write for a letter inside a word. Some also at its edges.
WIDEST = 4  # letters of one character; the few that hold whole phrases separate like other signs
SIGNS = "@$€!|¡£+"
EDGE_SIGNS = "@$€!"

_ROOM = 0x110000
KIND = np.zeros(_ROOM, np.uint8)
CODE = np.zeros(_ROOM, np.uint32)
ALIKE = np.zeros(_ROOM, np.uint32)
FLAGS = np.zeros(_ROOM, np.uint8)
EXPANSIONS: dict[int, str] = {}  # the letters of a code point of kind MANY

# Letters, digits and signs that may stand for each other in a disguise share one code in the key layer.
_GROUPS = ("a4@", "b869g", "e3€", "il1!|¡£", "o0", "s5$z2", "t7+")
KEYED = 0x2100  # codes from here on are their own keys
COLLAPSED = np.arange(KEYED, dtype=np.uint32)
_COLLAPSED = {ord(one): group[0] for group in _GROUPS for one in group}
for _code, _key in _COLLAPSED.items():
    COLLAPSED[_code] = ord(_key)


def _look_alikes() -> dict[str, str]:
    text = resources.files("monitor.names").joinpath("data/lookalikes.toml").read_text("utf-8")
    return {drawn: letter for letter, all_drawn in tomllib.loads(text)["letters"].items() for drawn in all_drawn}


_ALIKE = _look_alikes()


def fill(points: np.ndarray) -> None:
    """Work out the code points that were never met before."""
    for point in np.unique(points[KIND[points] == UNSEEN]).tolist():
        _fill(point)


def collapse(codes: np.ndarray) -> np.ndarray:
    """The key layer of folded codes."""
    low = codes < KEYED
    keys: np.ndarray = COLLAPSED[codes] if low.all() else np.where(low, COLLAPSED[np.where(low, codes, 0)], codes)
    return keys.astype(np.uint64)


def code_points(text: str) -> np.ndarray:
    """The code points of a text; half surrogates are kept as they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def collapsed(letters: str) -> str:
    """The key layer of folded letters."""
    return letters.translate(_COLLAPSED)


def drawn_for(sign: str) -> str:
    """The letters that a digit or a sign may stand for; a letter for itself only."""
    if sign.isalpha():
        return sign
    group = next((group for group in _GROUPS if sign in group), sign)
    return "".join(letter for letter in group if letter.isalpha()) or sign


def _fill(point: int) -> None:
    character = chr(point)
    letters = folded(character).replace(" ", "")
    letters = letters if len(letters) <= WIDEST else ""
    if character in SIGNS:
        KIND[point], CODE[point] = SIGN, point
    elif not letters:
        KIND[point] = DELETED if folded(character) == "" else SEPARATOR
    else:
        CODE[point] = ord(letters[0])
        lone = unspaced(letters[0])
        KIND[point] = MANY if len(letters) > 1 else LONE if lone else LETTER
        if len(letters) > 1:
            EXPANSIONS[point] = letters
    FLAGS[point] = _flags(character, letters)
    ALIKE[point] = ord(_ALIKE.get(character) or _ALIKE.get(letters) or "\0")


def _flags(character: str, letters: str) -> int:
    flags = UPPER * character.isupper() | LOWER * character.islower()
    if letters.isdigit():
        return flags | DIGIT
    if letters.isascii() and letters:
        return flags | LATIN
    if letters and (character in _ALIKE or letters in _ALIKE):
        flags |= FOREIGN
    if letters and unicodedata.name(letters[0], "").startswith("ARABIC"):
        flags |= JOINING
    return flags


fill(np.arange(0x250, dtype=np.uint32))
