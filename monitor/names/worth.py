"""Decides what a looked-up window is worth: strong, doubtful, weak, or nothing, and says why."""

from __future__ import annotations

import re
from itertools import takewhile

from monitor.names import points
from monitor.names.finding import ADDRESS_FIELDS, Finding, Window, Worth
from monitor.names.fold import words
from monitor.names.identifier import towns_of
from monitor.names.layer import MAX_GAP
from monitor.names.particles import PARTICLES
from monitor.names.term import Reason
from monitor.names.whole_name import is_broken, whole_name

TOWN_REACH = 80  # code points before or after a street in which its town is looked for

_TOLD_BY_THEIR_DOUBT = ("initial", "embedded", "handle_variant")
_LEAST_LETTERS = 0.3  # share of real letters in a disguised name
_DRAWN_AS_DIGITS = frozenset("oilsbzeag")
_STROKES = frozenset("ӀӏІΙⅠⅼⵏᛁꓲǀƖɩI")  # one upright stroke: an i or an l
_CODES = {"exact": "exact_form", "folded": "folded_form", "separators": "separated_form"}
_APOSTROPHES = ("'", "’", "ʼ")
_JOINED_BEFORE = re.compile(r"[_.-]$")
_JOINED_AFTER = re.compile(r"_|[.-]\w")


def disguise(window: Window, spelled: str) -> bool | None:
    """Whether letters that look like a form's are disguised; None when they are other letters, or too few real ones.

    Digits and signs stand for letters, and in a telephone number letters for digits; a letter never for another one.
    """
    key, phone = window.form.key, window.form.kind == "phone"
    if spelled == key:
        return spelled.isascii() and not window.written.isascii() and _is_masked(window.written)
    changed = 0
    for at, (seen, own) in enumerate(zip(spelled, key, strict=True)):
        if seen == own or _is_stroke(window, at, seen, own):
            changed += seen != own
            continue
        drawn = (seen in _DRAWN_AS_DIGITS and own.isdigit()) if phone else (not seen.isalpha() and own.isalpha())
        if not drawn:
            return None
        changed += 1
    return True if changed <= len(key) * (1 - _LEAST_LETTERS) else None


def _is_stroke(window: Window, at: int, seen: str, own: str) -> bool:
    """Whether an i stands for an l or the other way round where both are one stroke: PauIine, Pauӏine, lsabelle."""
    if {seen, own} != {"i", "l"} or window.written.isupper():
        return False
    layer = window.layer
    place = layer.origin(layer.starts[window.first] + at)
    drawn = layer.text[place]
    opens = place == 0 or not layer.text[place - 1].isalnum()
    return drawn == "l" if opens and drawn in "Il" else drawn in _STROKES


def _is_masked(written: str) -> bool:
    return any(points.FLAGS[ord(letter)] & points.FOREIGN for letter in written if not letter.isascii())


def judge(term: int, window: Window) -> Finding | None:
    """What a window is worth; None when the letters are there but the words are not."""
    kind = window.form.kind
    if any(len(gap) > MAX_GAP for _, gap in window.inner_gaps()):
        return None
    if kind == "initial":
        worth = _weak_name(window)
    elif kind == "handle":
        worth = _handle(window)
    elif kind == "phone":
        worth = _phone(window)
    elif kind == "address":
        worth = _address(window)
    else:
        worth = whole_name(window)
    if worth is None:
        return None
    start = _start(window)
    reasons = (*_form_found(worth.variant, kind), *worth.reasons)
    whole = not window.form.dropped
    return Finding(term, start, window.end, worth.strength, worth.variant, worth.score, reasons, whole)


def _start(window: Window) -> int:
    """Where the quoted words begin. In "cousins de Barras, Dean de" the particle that is his stands at the end, as
    libraries write it, and the first one is of the sentence."""
    if window.form.kind == "phone" and window.before() == "+":
        return window.start - 1
    if window.form.kind == "swapped" and any("," in gap for _, gap in window.inner_gaps()):
        tokens, last = window.layer.tokens, window.last
        lead = [piece.text for piece in takewhile(lambda piece: piece.text in PARTICLES, window.pieces)]
        after = [tokens[at].text for at in range(last + 1, min(last + 1 + len(lead), len(tokens)))]
        small = window.layer.text[window.start].islower()  # Van Der Heyden keeps his
        if small and 0 < len(lead) < len(window.pieces) and lead == after and window.after() in (" ", "\u00a0"):
            return tokens[window.first + len(lead)].start
    return window.start


def _form_found(variant: str, kind: str) -> tuple[Reason, ...]:
    """What was found, to be told first; weak variants already open with it."""
    if variant in _TOLD_BY_THEIR_DOUBT:
        return ()
    if kind == "phrase":
        return (Reason("exact_phrase" if variant == "exact" else "folded_phrase"),)
    return (Reason(_CODES.get(variant, variant)),)


def _weak_name(window: Window) -> Worth | None:
    """An initial with the family name: `L. Martin`, `Martin L.`, never `l'Martin`."""
    if not _is_initial(window) or is_broken(window):
        return None
    return Worth("weak", "initial", 0.6, [Reason("initial")])


def _is_initial(window: Window) -> bool:
    if not window.inner_gaps():
        return window.before() in ("@", "#") or window.field in ADDRESS_FIELDS
    if window.after() in _APOSTROPHES:
        return len(window.layer.tokens[window.last].text) > 1
    return all(gap[0] not in _APOSTROPHES for _, gap in window.inner_gaps() if gap)


def _handle(window: Window) -> Worth | None:
    """An account name counts with its dots and underscores; a short one needs its @, or an address field."""
    handle = window.form.written
    marked = window.before() in ("@", "/") or window.field in ADDRESS_FIELDS
    if _JOINED_BEFORE.search(window.before()) or _JOINED_AFTER.match(window.after(2)):
        return Worth("weak", "embedded", 0.6, [Reason("embedded")])
    if window.written.casefold() != handle:
        return Worth("weak", "handle_variant", 0.65, [Reason("handle_variant")])
    worth = Worth("strong", "handle", 1.0)
    if not marked and len(handle) < 5:
        worth.lower("weak", "short_form")
    return worth


def _phone(window: Window) -> Worth | None:
    gaps = [gap for _, gap in window.inner_gaps()]
    if any(len(gap) > 3 or "\n" in gap for gap in gaps):
        return None
    return Worth("strong", "phone", 1.0)


def _address(window: Window) -> Worth | None:
    """Number and street; the postcode or the town beside them makes it certain."""
    text, towns = window.layer.text, towns_of(window.form.written)
    around = text[max(0, window.start - TOWN_REACH) : window.start] + " " + text[window.end : window.end + TOWN_REACH]
    beside = f" {words(around)} "
    codes = [town for town in towns if town.isdigit()]
    other_code = any(len(word) == 5 and word.isdigit() for word in beside.split()) if codes else False
    told = codes if other_code else towns  # the right town beside another postcode is another street of that name
    if not towns or any(f" {town} " in beside for town in told):
        return Worth("strong", "address", 1.0)
    return Worth("weak", "address", 0.7, [Reason("town_missing")])
