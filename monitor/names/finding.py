"""Decides what a looked-up window is worth: strong, doubtful, weak, or nothing, and says why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from monitor.names.fold import words
from monitor.names.form import Form
from monitor.names.identifier import handle_of, towns_of
from monitor.names.layer import Layer
from monitor.names.term import Reason

# strong: the whole name or identifier; doubtful: the name, but perhaps of somebody else; weak: says too little alone.
Strength = Literal["strong", "doubtful", "weak"]
RANK: dict[Strength, int] = {"weak": 0, "doubtful": 1, "strong": 2}

ADDRESS_FIELDS = ("url", "link", "handle")
MAX_GAP = 20  # code points between two parts of one name: room for a few emojis, not for a sentence
TOWN_REACH = 80  # code points after or before a street in which its town is looked for
GLUED_WORD = 7  # letters from which two names glued together are no longer an ordinary word (boucle is six)

_SPLIT = re.compile(r"[,;:!?.…]+\s|\s[,;:!?…]|[&+]|\n\s*\n")
_JOINED_BEFORE = re.compile(r"[_.-]$")
_JOINED_AFTER = re.compile(r"_|[.-]\w")
_HYPHENS = "-\u2010\u2011"
_APOSTROPHES = "'’ʼ"
_LONE_WORDS = frozenset("aàyôoi")  # words of one letter, in French and English


@dataclass(frozen=True, slots=True)
class Finding:
    """A form found at `start`..`end` of a text (code points), before its context is looked at."""

    term: int
    start: int
    end: int
    strength: Strength
    variant: str
    score: float
    reasons: tuple[Reason, ...] = ()

    @property
    def order(self) -> tuple[int, float, int]:
        """Of two findings in one place the greater is the better."""
        return RANK[self.strength], self.score, self.end - self.start


@dataclass(frozen=True)
class Window:
    """Tokens `first`..`last` (both in) of a layer that spell a form."""

    layer: Layer
    first: int
    last: int
    form: Form
    field: str

    @property
    def start(self) -> int:
        return self.layer.tokens[self.first].start

    @property
    def end(self) -> int:
        return self.layer.tokens[self.last].end

    @property
    def written(self) -> str:
        return self.layer.text[self.start : self.end]

    def inner_gaps(self) -> list[tuple[int, str]]:
        """(token index, what is written before it) of the written separations inside the window."""
        indexes = range(self.first + 1, self.last + 1)
        return [(index, self.layer.gap(index)) for index in indexes if not self.layer.tokens[index].soft_start]

    def is_part_end(self, index: int) -> bool:
        """Whether the separation before token `index` is one of the form's own."""
        place = self.layer.starts[index] - self.layer.starts[self.first]
        return place in self.form.ends

    def before(self, count: int = 1) -> str:
        return self.layer.text[max(0, self.start - count) : self.start]

    def after(self, count: int = 1) -> str:
        return self.layer.text[self.end : self.end + count]


@dataclass
class _Worth:
    strength: Strength
    variant: str
    score: float
    reasons: list[Reason] = field(default_factory=list)

    def lower(self, strength: Strength, code: str) -> None:
        if RANK[strength] < RANK[self.strength]:
            self.strength = strength
        self.score = round(self.score * 0.7, 4)
        self.reasons.append(Reason(code))


def judge(term: int, window: Window) -> Finding | None:
    """What a window is worth; None when the letters are there but the words are not."""
    kind = window.form.kind
    if any(len(gap) > MAX_GAP for _, gap in window.inner_gaps()):
        return None
    if kind in ("initial", "nickname"):
        worth = _weak_name(window)
    elif kind == "handle":
        worth = _handle(window)
    elif kind == "phone":
        worth = _phone(window)
    elif kind == "address":
        worth = _address(window)
    else:
        worth = _name(window)
    if worth is None:
        return None
    start = window.start - (kind == "phone" and window.before() == "+")
    return Finding(term, start, window.end, worth.strength, worth.variant, worth.score, tuple(worth.reasons))


def _name(window: Window) -> _Worth | None:
    worth = _shape(window)
    if window.form.kind == "alias" and len(window.form.key) < 5 and window.before() not in ("@", "#"):
        worth.lower("weak", "short_form")
    if worth.variant != "glued" and _is_broken(window):
        worth.lower("weak", "odd_breaks")
    if window.field not in ADDRESS_FIELDS and window.form.kind != "phrase":
        _look_around(window, worth)
    return worth


def _shape(window: Window) -> _Worth:
    """How the name is written, in the words of `variant`."""
    gaps, form = window.inner_gaps(), window.form
    marked = window.before() in ("@", "#") or window.field in ADDRESS_FIELDS
    pieces = window.layer.tokens[window.first : window.last + 1]
    if len(pieces) > 1 and not gaps:
        return _Worth("strong", "hashtag" if window.before() == "#" else "camel_case", 0.96)
    if not gaps and form.ends:
        return _glued(window, marked)
    if len(pieces) > 2 and all(len(piece.text) == 1 for piece in pieces):
        return _Worth("strong", "spaced", 0.93)
    if marked or _is_slug(window):
        return _Worth("strong", _address_variant(window), 0.96)
    if form.kind == "swapped":
        return _Worth("strong", "swapped", 0.97)
    if form.kind == "no_particle":
        return _Worth("strong", "no_particle", 0.96)
    return _plainly(window)


def _plainly(window: Window) -> _Worth:
    """As given, or with other capitals, accents or separators."""
    if window.written.split() == window.form.written.split():
        return _Worth("strong", "exact", 1.0)
    spaces = all(gap.isspace() or gap in (*_HYPHENS, *_APOSTROPHES) for _, gap in window.inner_gaps())
    return _Worth("strong", "folded", 0.99) if spaces else _Worth("strong", "separators", 0.95)


def _address_variant(window: Window) -> str:
    return {"@": "handle", "#": "hashtag"}.get(window.before(), "handle" if window.field == "handle" else "slug")


def _glued(window: Window, marked: bool) -> _Worth:
    """One written word for the whole name: sure as a handle or a hashtag; a short one may be an ordinary word."""
    if marked:
        return _Worth("strong", _address_variant(window), 0.96)
    worth = _Worth("strong", "glued", 0.94)
    if len(window.form.key) < GLUED_WORD or window.form.kind == "swapped":
        worth.lower("weak", "glued_word")
    return worth


def _is_slug(window: Window) -> bool:
    gaps = window.inner_gaps()
    return bool(gaps) and all(gap in ("-", "_") for _, gap in gaps) and window.written.islower()


def _is_broken(window: Window) -> bool:
    """Whether a blank stands inside a part of the name: `Lé a Mar tin` may be other words."""
    tokens = window.layer.tokens
    for index, gap in window.inner_gaps():
        single = len(tokens[index].text) == 1 and len(tokens[index - 1].text) == 1
        if not window.is_part_end(index) and not single and any(character.isspace() for character in gap):
            return True
    return False


def _look_around(window: Window, worth: _Worth) -> None:
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
    if hyphen not in _HYPHENS or not hyphen or gap != hyphen:
        return False
    neighbour = window.layer.tokens[edge]
    first = window.layer.text[neighbour.start]
    return len(neighbour.text) > 1 and first.isalpha() and first.isupper() == initial.isupper()


def _weak_name(window: Window) -> _Worth | None:
    """An initial or a nickname with the family name: `L. Martin`, `Martin L.`, never `l'Martin`."""
    kind = window.form.kind
    if kind == "initial" and not _is_initial(window):
        return None
    if _is_broken(window):
        return None
    return _Worth("weak", kind, 0.6 if kind == "initial" else 0.65, [Reason(kind)])


def _is_initial(window: Window) -> bool:
    if not window.inner_gaps():
        return window.before() in ("@", "#") or window.field in ADDRESS_FIELDS
    if window.after() in _APOSTROPHES and window.after():
        return len(window.layer.tokens[window.last].text) > 1
    return all(gap[0] not in _APOSTROPHES for _, gap in window.inner_gaps() if gap)


def _handle(window: Window) -> _Worth | None:
    """An account name counts with its dots and underscores; a short one needs its @, or an address field."""
    handle = handle_of(window.form.written)
    marked = window.before() in ("@", "/") or window.field in ADDRESS_FIELDS
    if _JOINED_BEFORE.search(window.before()) or _JOINED_AFTER.match(window.after(2)):
        return _Worth("weak", "embedded", 0.6, [Reason("embedded")])
    if window.written.casefold() != handle:
        return _Worth("weak", "handle_variant", 0.65, [Reason("handle_variant")])
    worth = _Worth("strong", "handle", 1.0)
    if not marked and len(handle) < 5:
        worth.lower("weak", "short_form")
    return worth


def _phone(window: Window) -> _Worth | None:
    gaps = [gap for _, gap in window.inner_gaps()]
    if any(len(gap) > 3 or "\n" in gap for gap in gaps):
        return None
    return _Worth("strong", "phone", 1.0)


def _address(window: Window) -> _Worth | None:
    """Number and street; the postcode or the town beside them makes it certain."""
    text, towns = window.layer.text, towns_of(window.form.written)
    around = text[max(0, window.start - TOWN_REACH) : window.start] + " " + text[window.end : window.end + TOWN_REACH]
    beside = f" {words(around)} "
    if not towns or any(f" {town} " in beside for town in towns):
        return _Worth("strong", "address", 1.0)
    return _Worth("weak", "address", 0.7, [Reason("town_missing")])
