"""A mention: how one disguise writes a person, what a reader then sees, and which part of it is the name."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass

FORM_CLASSES = (
    "exact", "accents", "upper", "hyphen", "order", "particle", "leet", "homoglyph", "zero_width", "spaced", "emoji",
    "full_width", "combining", "derived_handle", "hashtag", "possessive", "slug", "entity", "split_tag", "handle",
    "pseudonym", "phone", "email", "address",
)  # fmt: skip
OTHER_CLASSES = ("initial", "nickname", "transliteration", "one_edit", "two_edits", "embedded", "mixed")
CLASSES = FORM_CLASSES + OTHER_CLASSES


@dataclass(frozen=True)
class Mention:
    """`html` goes into the page; `shown` is what the field then says; `core` is the part of it that must be quoted.

    A quote is exact when it holds `core` and stays inside `shown`. `known` tells that a typing error gave another
    real name or word; `script` that the name is written in its own script.
    """

    html: str
    shown: str
    core: str
    field: str = "text"
    known: bool = False
    script: bool = False


def plain(shown: str, core: str | None = None, *, known: bool = False, script: bool = False) -> Mention:
    """A mention that the page writes as it is read."""
    return Mention(html.escape(shown, quote=False), shown, core or shown, known=known, script=script)


def bare(text: str) -> str:
    """Lower case without accents, every other character kept: enough to see a name that stands there literally."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("’", "'"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def letters(text: str) -> str:
    """Letters and digits only, without accents or case."""
    return "".join(letter for letter in bare(text) if letter.isalnum())
