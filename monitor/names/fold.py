"""Folds text to bare letters and digits while remembering where each came from in the original.

One code-point table, filled from Unicode data as characters are met: case, accents, combining marks, compatibility
forms (full-width, mathematical, circled), ligatures and Latin letters with strokes all become plain letters;
invisible characters vanish; everything else is a separator (a space).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

SEPARATOR = " "
# Letters of scripts written without spaces, for a regular expression: Thai, Lao, Tibetan, Burmese, Khmer, kana, Han.
UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"

# Letters whose Unicode name or decomposition does not say which plain letters they are.
_SPELLED = {"œ": "oe", "æ": "ae", "ð": "d", "þ": "th", "ŋ": "n", "ĸ": "k", "ɑ": "a", "ɡ": "g", "™": " ", "℠": " "}
# Letters that fold like another one because they are drawn from it (turned, script, epsilon forms of the Latin blocks).
_SPELLED |= {"ə": "e", "ɛ": "e", "ɜ": "e", "ɩ": "i", "ʃ": "s", "ʒ": "z", "ɣ": "y", "ʊ": "u", "ʀ": "r", "ʁ": "r"}
_UNSPACED = re.compile(f"[{UNSPACED}]+")
_KANA = re.compile(r"[\u3040-\u30ff\uff66-\uff9f]")
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u0640")  # letters by category: blank Hangul fillers, the Arabic stroke
_LATIN = re.compile(
    r"(?:NEGATIVE (?:CIRCLED|SQUARED) )?"
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL|REGIONAL INDICATOR SYMBOL LETTER)"
    r"(?: (?:DOTLESS|TURNED|REVERSED|OPEN|SCRIPT|LONG|SIDEWAYS|INSULAR|BLACKLETTER))* ([A-Z]{1,2})(?: WITH .+)?"
)


class _Table(dict[int, str]):
    """Code point -> folded text, for `str.translate`; each is worked out once."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_character(chr(point))
        return folded


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `origins[i]` is the index in the original of the character that gave `text[i]`."""

    text: str
    origins: Sequence[int]


def fold(text: str) -> Folded:
    """Fold a text with its map of origins, in one pass."""
    folded = text.translate(_TABLE)
    widths = {character: len(_TABLE[ord(character)]) for character in set(text)}
    if all(width == 1 for width in widths.values()):
        return Folded(folded, range(len(text)))
    return Folded(folded, [at for at, character in enumerate(text) for _ in range(widths[character])])


def folded(text: str) -> str:
    """The folded text, its separators kept as blanks."""
    return text.translate(_TABLE)


def words(text: str) -> str:
    """The folded words of a text, one space between them."""
    return " ".join(text.translate(_TABLE).split())


def squeeze(text: str) -> str:
    """The folded letters and digits of a text without any separator."""
    return "".join(text.translate(_TABLE).split())


def unspaced(folded: str) -> bool:
    """Whether folded letters are all of scripts that put no space between words."""
    return _UNSPACED.fullmatch(folded) is not None


def part_ends(parts: Sequence[str]) -> frozenset[int]:
    """Where the parts of a squeezed form end, the last one left out."""
    return frozenset(list(accumulate(len(part) for part in parts))[:-1])


def is_mark(character: str) -> bool:
    """Whether a character only decorates the one before it (a combining mark)."""
    return unicodedata.category(character) in ("Mn", "Me")


def _fold_character(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else SEPARATOR
    if character in _SPELLED:
        return _SPELLED[character]
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf") or character in _INVISIBLE:
        return ""
    decomposition = unicodedata.decomposition(character)
    if (category == "No" and "<super>" in decomposition) or "<fraction>" in decomposition:
        return SEPARATOR  # a footnote mark is not a digit of the word it follows
    return _fold_letter(character)


def _fold_letter(character: str) -> str:
    # The voicing mark of a kana makes another letter: it is no accent to be dropped.
    simpler = unicodedata.normalize("NFKC" if _KANA.match(character) else "NFKD", character.casefold())
    if simpler != character:
        return "".join(_TABLE[ord(part)] for part in simpler)
    named = _LATIN.fullmatch(unicodedata.name(character, ""))
    if named:
        return named[1].lower()
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return character if character.isalnum() else SEPARATOR


_TABLE = _Table()
