"""Signs around a name that its words belong to two people, or to somebody with a longer name."""

from __future__ import annotations

import re

from monitor.names.finding import Window, Worth

_SPLIT = re.compile(r"[,;:!?.…]+\s|\s[,;:!?…]|[&+]|\n\s*\n")
_HYPHENS = ("-", "\u2010", "\u2011")
_LONE_WORDS = frozenset("aàyôoi")  # words of one letter, in French and English


def look_around(window: Window, worth: Worth) -> None:
    """Signs that the words belong to two people, or to somebody with a longer name."""
    tokens, text = window.layer.tokens, window.layer.text
    spaced = worth.variant == "spaced"
    if not spaced and any(_SPLIT.search(gap) for _, gap in window.inner_gaps() if gap.strip()):
        listed = window.form.kind == "swapped" and _stands_alone(window)
        if not listed:
            worth.lower("weak", "split_by_punctuation")
    if _runs_on(window):
        worth.lower("weak", "part_of_longer_run")
    inside_word = tokens[window.first].soft_start or tokens[window.last].soft_end
    if worth.variant in ("slug", "handle", "hashtag", "camel_case"):
        if inside_word and window.inner_gaps():
            worth.lower("weak", "embedded")
        return
    if _hyphenated(window, text[window.start], before=True) or _hyphenated(window, text[window.start], before=False):
        worth.lower("doubtful", "longer_name")
    if inside_word:
        worth.lower("weak", "embedded")


def _stands_alone(window: Window) -> bool:
    """MARTIN, Léa: a family name in capitals or at the head of its line comes before its given name."""
    family = window.layer.tokens[window.first]
    line = window.layer.text[: family.start].rsplit("\n", 1)[-1].rstrip(" \t")
    written = window.layer.text[family.start : family.end]
    return (written.isupper() and len(written) > 1) or not line or not line[-1].isalnum()


def _runs_on(window: Window) -> bool:
    """Whether a name in spaced letters goes on with more letters of the same run."""
    return _more_letters(window, -1) or _more_letters(window, 1)


def _more_letters(window: Window, step: int) -> bool:
    tokens, layer = window.layer.tokens, window.layer
    edge = window.first if step < 0 else window.last
    if edge + step not in range(len(tokens)) or not window.inner_gaps():
        return False
    inner, outer = window.inner_gaps()[0][1], layer.gap(max(edge, edge + step))
    if len(tokens[edge].text) > 1 or len(tokens[edge + step].text) > 1 or inner != outer:
        return False
    beyond = edge + 2 * step
    runs = beyond in range(len(tokens)) and len(tokens[beyond].text) == 1
    return runs or layer.text[tokens[edge + step].start] not in _LONE_WORDS


def _hyphenated(window: Window, initial: str, *, before: bool) -> bool:
    """Jean-Léa Martin, Léa Martin-Dupont: a hyphen and a word with the same kind of first letter."""
    edge = window.first - 1 if before else window.last + 1
    if edge not in range(len(window.layer.tokens)):
        return False
    hyphen = window.before() if before else window.after()
    gap = window.layer.gap(max(edge, window.first if before else edge))
    if hyphen not in _HYPHENS or gap != hyphen:
        return False
    neighbour = window.layer.tokens[edge]
    first = window.layer.text[neighbour.start]
    return len(neighbour.text) > 1 and first.isalpha() and first.isupper() == initial.isupper()
