"""Marks between the words of a name: the end of a sentence, a list or two accounts rather than one name."""

from __future__ import annotations

import re

from monitor.names import known
from monitor.names.finding import Window, Worth
from monitor.names.fold import squeeze
from monitor.names.particles import PARTICLES

REACH = 200  # code points before a name in which the head of its line is looked for

# Marks that end something: what follows them belongs to somebody or something else.
_SPLIT = re.compile(r"[,;:!?.…]+\s|\s[,;:!?…]|[&+，、。；：！？]")
# Marks that stand between things, but also inside a name that somebody decorates or disguises.
_LOOSE = re.compile(r"[/|»”\"]\s|\s[/|«“\"]|[@#,;!?]|\n\s*\n")
# Between a family name and its given name these make a list of given names as well.
_LOOSE_WHEN_SWAPPED = re.compile(r"\n|\s[-\u2010-\u2015•·*=<>~]+\s|[\u2013-\u2015]|\)\s")
_COMMA = re.compile(r"[ \u00a0\u202f]?,[ \u00a0\u202f]?")
# A comma beside a word in small letters or a number belongs to the sentence, not to a list of names.
_LISTED_BEFORE = re.compile(r"(?:[&+/|]|(?<![\w’'])(\w[\w’'-]*)[ \u00a0]?,)\s*$")
_ITEM_AFTER = re.compile(r"\s*;[ \u00a0]*(\w)")
_LISTED_AFTER = re.compile(r"\s*,\s*(?:(?:et|and|ou|or)\s+)?[^\W\d_](?<=[A-ZÀ-ÖØ-Þ])|\s?[&+|]|/")
_SURNAME_AFTER = re.compile(r"[ \u00a0]((?=[A-ZÀ-ÖØ-Þ])[\w’'-]{2,})")
_PLACED = re.compile(r"(?<!\w)(?:à|en|de|du|au|aux|dans|vers|depuis|par|sur|chez|in|at|from|to|near|of|for|by|on)\s+$")
_JOINED_BEFORE = re.compile(r"(\w+)\s+(?:et|and|ou|or)\s+$")
_JOINED_AFTER = re.compile(r"\s+(?:et|and|ou|or)\s+(\w+)")
_SENTENCE_ENDS = ".!?:…"
_AFTER_AN_ITEM = re.compile(r"[;|]\s*$")


def look_between(window: Window, worth: Worth) -> None:
    """Lower a name whose words are held apart by punctuation or by lines.

    `MARTIN, Léa` is the one comma that holds a name together: the family name comes first, in capitals that the
    given name has not, or at the head of its line. After a semicolon it may be an item of a list: a person looks.
    """
    if worth.variant == "spaced":
        return
    gaps = [(index, gap) for index, gap in window.inner_gaps() if gap.strip() or "\n" in gap]
    apart = [(index, gap) for index, gap in gaps if _SPLIT.search(gap) or _is_loose(window, index, gap)]
    listed = len(apart) == 1 and window.form.kind == "swapped" and _COMMA.fullmatch(apart[0][1])
    if not apart or (listed and (_opens_a_line(window, apart[0][0]) or _stands_alone(window))):
        return
    item = listed and _AFTER_AN_ITEM.search(_line_before(window))
    split = any(_SPLIT.search(gap) for _, gap in apart)
    worth.lower("weak" if split and not item else "doubtful", "split_by_punctuation")


def _opens_a_line(window: Window, given: int) -> bool:
    return _in_contrast(window, given) or not any(letter.isalpha() for letter in _line_before(window))


def _stands_alone(window: Window) -> bool:
    """Whether no list and no other name goes on around `Martin, Léa`: it is one person in an index or a sentence."""
    before, after = window.layer.text[max(0, window.start - REACH) : window.start], window.after(40)
    listed, item = _LISTED_BEFORE.search(before), _ITEM_AFTER.match(after)
    if (listed and (listed[1] or "A")[0].isupper()) or _LISTED_AFTER.match(after):
        return False
    if item and (item[1].isupper() or _text(window).islower()):
        return False  # "Martin, Léa ; ce sera tout" is a sentence that goes on
    uneven = window.layer.text[window.start].islower() and any(letter.isupper() for letter in _text(window))
    surname = _SURNAME_AFTER.match(after)
    if surname and surname[1].lower() not in PARTICLES and (uneven or _begins_another(window, before)):
        return False  # "par exemple, Camille Pissenlit", "à Valence, Camille Pissenlit": her own surname follows
    if uneven and window.pieces[0].text not in PARTICLES:
        return False
    previous = before.split()[-1:] if before[-1:] in (" ", "\u00a0", "\u202f") else []
    joined = [found[1] for found in (_JOINED_BEFORE.search(before), _JOINED_AFTER.match(after)) if found]
    previous = [word for word in previous if word[-1] not in _SENTENCE_ENDS]
    return not any(word[0].isupper() and len(word) > 3 and known.given(squeeze(word)) for word in (*previous, *joined))


def _begins_another(window: Window, before: str) -> bool:
    """Whether what stands before the comma may be a place, an ordinary word or the end of another name (Jan Martin)."""
    family = window.pieces[0].text
    named = before[-1:] in (" ", "\u00a0") and before.split()[-1:] != [] and before.split()[-1].istitle()
    return named or _PLACED.search(before) is not None or known.common(family)


def _text(window: Window) -> str:
    return window.layer.text[window.start : window.end]


def _in_contrast(window: Window, given: int) -> bool:
    """Whether the words before token `given` are in capitals and what follows is not."""
    text, tokens = window.layer.text, window.layer.tokens
    family = text[window.start : tokens[given - 1].end]
    return len(family) > 1 and family.isupper() and not text[tokens[given].start : window.end].isupper()


def _line_before(window: Window) -> str:
    floor = max(0, window.start - REACH)
    return window.layer.text[floor : window.start].rsplit("\n", 1)[-1]


def _is_loose(window: Window, index: int, gap: str) -> bool:
    if _LOOSE.search(gap):
        return True
    if window.form.kind != "swapped" or _in_contrast(window, index):
        return False
    if "(" in gap:
        return window.after() != ")"  # MARTIN (Léa) is one person
    if "/" in gap:
        return "/" in (window.before(), window.after())  # a longer path is a list
    new_sentence = gap == "." and window.layer.text[window.layer.tokens[index].start].isupper()
    return new_sentence or _LOOSE_WHEN_SWAPPED.search(gap) is not None
