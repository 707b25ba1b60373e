"""Signs around a name that its words belong to two people, or to somebody with a longer name."""

from __future__ import annotations

import re

from monitor.names import known
from monitor.names.finding import Window, Worth
from monitor.names.fold import squeeze, unspaced

_HYPHENS = ("-", "\u2010", "\u2011")
_APOSTROPHES = ("'", "’", "ʼ")
# A word with a capital beside a name, perhaps after particles.
_AFTER_NAME = re.compile(
    r"[ \u00a0](?:(?:d[eu]s?|la|le|van|von|der|el|al|ben|mc)[ \u00a0]|d['’])*([^\W\d_](?<=[A-ZÀ-ÖØ-Þ])[\w’'-]+)"
)
_BEFORE_NAME = re.compile(r"(?:^|\n)\s*([^\W\d_](?<=[A-ZÀ-ÖØ-Þ])\w+)[ \u00a0]$")
_OPENERS = frozenset(["jean", "marie", "anne", "pierre"])  # of compound given names that many write without a hyphen
_LONE_WORDS = frozenset("aàyôoi")  # words of one letter, in French and English


def look_around(window: Window, worth: Worth) -> None:
    """Signs that the words belong to two people, or to somebody with a longer name."""
    if _runs_on(window):
        worth.lower("weak", "part_of_longer_run")
    inside_word = window.digits_around is None
    if worth.variant in ("slug", "handle", "hashtag", "camel_case"):
        if inside_word and window.inner_gaps():
            worth.lower("weak", "embedded")
        return
    if _is_compound(window) or _hyphenated(window, before=True) or _hyphenated(window, before=False):
        worth.lower("doubtful", "longer_name")
    if inside_word:
        worth.lower("weak", "embedded")


def _is_compound(window: Window) -> bool:
    """Whether two given names are the compound one of somebody else: Marie-Julien Lefort, Lefort Marie-Julien.

    Without a hyphen only another name right after tells it: Marie Julien Lefort.
    """
    gaps = [gap for _, gap in window.inner_gaps()]
    if len(window.pieces) != 2 or not gaps or not known.given(window.pieces[0].text):
        return False
    if gaps[0] in _HYPHENS and window.form.kind == "swapped":
        return True
    if not known.given(window.pieces[1].text):
        return False
    following = _AFTER_NAME.match(window.after(40))
    if gaps[0] in _HYPHENS:
        return following is not None or _is_after_a_name(window)
    opens = window.pieces[0].text in _OPENERS and gaps[0].isspace()
    return opens and following is not None and following[1].istitle() and not known.common(squeeze(following[1]))


def _is_after_a_name(window: Window) -> bool:
    before = _BEFORE_NAME.search(window.before(40))
    return before is not None and before[1].isupper()


def _runs_on(window: Window) -> bool:
    """Whether a name in spaced letters goes on with more letters of the same run."""
    return _more_letters(window, -1) or _more_letters(window, 1)


def _more_letters(window: Window, step: int) -> bool:
    tokens, layer = window.layer.tokens, window.layer
    edge = window.first if step < 0 else window.last
    if edge + step not in range(len(tokens)) or not window.inner_gaps() or unspaced(tokens[edge].text):
        return False
    inner, outer = window.inner_gaps()[0][1], layer.gap(max(edge, edge + step))
    if len(tokens[edge].text) > 1 or len(tokens[edge + step].text) > 1 or inner != outer:
        return False
    if tokens[edge].soft_start or layer.text[tokens[edge + step].end : tokens[edge + step].end + 1] in _APOSTROPHES:
        return False  # a digit at the end of a word; the L of `L'auteur`
    beyond = edge + 2 * step
    runs = beyond in range(len(tokens)) and len(tokens[beyond].text) == 1
    if runs and (
        layer.gap(max(edge + step, beyond)) != outer
        or layer.text[tokens[beyond].end : tokens[beyond].end + 1] in _APOSTROPHES
    ):
        runs = False  # `à l'aide` after a name in spaced letters
    return runs or layer.text[tokens[edge + step].start] not in _LONE_WORDS


def _hyphenated(window: Window, *, before: bool) -> bool:
    """Jean-Léa Martin, Léa Martin-Dupont: a hyphen, and beyond it the same kind of first letter."""
    edge = window.first - 1 if before else window.last + 1
    if edge not in range(len(window.layer.tokens)):
        return False
    hyphen = window.before() if before else window.after()
    gap = window.layer.gap(max(edge, window.first if before else edge))
    if hyphen not in _HYPHENS or gap != hyphen:
        return False
    own = window.layer.tokens[window.first if before else window.last]
    neighbour = window.layer.tokens[edge]
    first, initial = window.layer.text[neighbour.start], window.layer.text[own.start]
    return len(neighbour.text) > 1 and first.isalpha() and first.isupper() == initial.isupper()
