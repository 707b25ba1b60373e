"""The spellings of what is not a name: telephone numbers, e-mail and postal addresses, handles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import numpy as np

from monitor.names import hashing
from monitor.names.fold import squeeze, words
from monitor.names.layer import Layer

# Country calling codes of one and two digits (ITU-T E.164); all others have three.
_CODES = """1 7
20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84
86 90 91 92 93 94 95 98"""
SHORT_CODES = frozenset(_CODES.split())
_HOME = "33"  # a national number without country is read as French

_STREETS = (
    ("rue", "r"),
    ("avenue", "av", "ave"),
    ("boulevard", "bd", "bld", "blvd"),
    ("place", "pl"),
    ("impasse", "imp"),
    ("chemin", "ch", "che", "chem"),
    ("route", "rte"),
    ("allee", "all"),
    ("square", "sq"),
    ("faubourg", "fbg", "fg"),
    ("saint", "st"),
    ("sainte", "ste"),
    ("street", "st"),
    ("road", "rd"),
)
_SCHEME = re.compile(r"^https?:/*", re.IGNORECASE)
_POSTCODE = re.compile(r"\b\d{4,5}\b")
_NUMBER = re.compile(r"\s*\d+\s*(?:bis|ter|quater|[a-z])?\s*[,;]", re.IGNORECASE)  # "12, rue": the comma is no end

# An address with its signs written out or in brackets. Every repetition is bounded: hostile text costs linear time.
_OPEN, _CLOSE = r"\s{0,2}[\[({<]\s{0,2}", r"\s{0,2}[\])}>]\s{0,2}"
_AT = rf"(?:\s{{0,2}}[@＠]\s{{0,2}}|{_OPEN}(?:at|arobase?|a|@){_CLOSE}|\s{{1,2}}(?:at|arobase?)\s{{1,2}})"
_DOT = rf"(?:\.|{_OPEN}(?:dot|point|\.){_CLOSE}|\s{{1,2}}(?:dot|point)\s{{1,2}})"
_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w+-]{{1,64}}(?:{_DOT}[\w+-]{{1,64}}){{0,4}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}}",
    re.IGNORECASE,
)
_AT_SIGN = re.compile(_AT, re.IGNORECASE)
_DOT_SIGN = re.compile(_DOT, re.IGNORECASE)
_DOTTED = re.compile(rf"[^\s\])}}>]{{1,8}}[\])}}>]?\s{{0,2}}[\w-]{{1,63}}{_DOT}[\w-]|{_AT}", re.IGNORECASE)
_BEFORE_SIGN, _AFTER_SIGN = 80, 200  # code points on each side of the sign of an address
_SIGNS = "@＠"
_MOST_MARKS = 2_000  # signs looked at in one stretch: more is no list of addresses but noise
_AROUND = 8  # characters beside a stretch in which a word of the sign may begin or end
_OPENINGS = "[({<"
_BRACKETED_A = ("a]", "a)", "a}", "a>", "A]", "A)")
_LETTER_A, _AT_WORD, *_AROBASE = hashing.mix(
    hashing.hash_all(["a", "at", "arobase", "arobas", "arob"], collapsed=False), hashing.KNOWN
)
# By hash of a word that is read for the sign: what the text holds when the word may be there.
_SPOKEN = {
    _AT_WORD: (" at ", "at]", "at)", "at}", "at>", " AT ", "AT]", "AT)"),
    **dict.fromkeys(_AROBASE, ("rob", "ROB")),
}


def phone_keys(value: str) -> list[str]:
    """The digits of a number as they may be written: national, international, with 00, with (0)."""
    digits = re.sub(r"\D", "", value.replace("(0)", ""))
    if value.strip().startswith("+") or digits.startswith("00"):
        code, rest = _split_country(digits.removeprefix("00"))
    elif digits.startswith("0"):
        code, rest = _HOME, digits[1:]
    else:
        return [digits]
    national = rest if code == "1" else f"0{rest}"
    return [national, f"{code}{rest}", f"00{code}{rest}", f"{code}0{rest}", f"00{code}0{rest}"]


def _split_country(digits: str) -> tuple[str, str]:
    length = next((size for size in (1, 2) if digits[:size] in SHORT_CODES), 3)
    return digits[:length], digits[length:].removeprefix("0")


def email_key(value: str) -> list[str]:
    """The address in lower case with its signs restored: one key, looked up apart from names."""
    return [_AT_SIGN.sub("@", _DOT_SIGN.sub(".", value.strip().lower()), count=1)]


def emails(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and key of each e-mail address of a text, also where its signs are spelled out."""
    for found in _EMAIL.finditer(text):
        for start, end in _spans(found):
            yield start, end, email_key(text[start:end])[0]


def emails_near(layer: Layer, spelled: np.ndarray) -> Iterator[tuple[int, int, str]]:
    """The e-mail addresses of a layer, looked for only around what may be their sign: @, at, arobase, (a)."""
    text, done = layer.text, 0
    for mark in _marks(layer, spelled):
        if mark < done or not _DOTTED.match(text, mark):
            continue
        begin = max(done, mark - _BEFORE_SIGN)
        for found in _EMAIL.finditer(text, begin, mark + _AFTER_SIGN):
            done = max(done, found.end())
            for start, end in _spans(found):
                yield start, end, email_key(text[start:end])[0]


def _marks(layer: Layer, spelled: np.ndarray) -> list[int]:
    """Where a sign of an address may stand, in order."""
    text, starts = layer.text, layer.letters.starts
    marks = list(_signs(text, layer.offset, layer.offset + layer.size))
    for word, hints in _SPOKEN.items():
        tokens = np.flatnonzero(spelled == word)
        if len(tokens) and _holds(layer, hints):
            marks += (layer.letters.origins[starts[tokens]] + layer.offset).tolist()
    if _holds(layer, _BRACKETED_A):
        places = layer.letters.origins[starts[:-1][spelled == _LETTER_A]] + layer.offset
        marks += [at for at in places.tolist() if _is_opened(text, at)]
    return sorted(marks)[:_MOST_MARKS]


def _holds(layer: Layer, hints: tuple[str, ...]) -> bool:
    """Whether the stretch of a layer, and a few characters around it, holds one of these; never the whole text anew."""
    begin, end = max(0, layer.offset - _AROUND), layer.offset + layer.size + _AROUND
    return any(layer.text.find(hint, begin, end) >= 0 for hint in hints)


def _signs(text: str, begin: int, end: int) -> Iterator[int]:
    """Where a sign of an address stands alone."""
    for sign in _SIGNS:
        at = text.find(sign, begin, end)
        while at >= 0:
            if (not at or text[at - 1] not in _SIGNS) and (at + 1 >= end or text[at + 1] not in _SIGNS):
                yield at
            at = text.find(sign, at + 1, end)


def _is_opened(text: str, at: int) -> bool:
    """Whether a bracket opens before a place, perhaps with a blank between."""
    before = text[max(0, at - 2) : at]
    return before[-1:] != "" and (before[-1] in _OPENINGS or (before[-1].isspace() and before[0] in _OPENINGS))


def _spans(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The whole, then what is left without outer labels: the word "point" beside an address may be only a word."""
    at = _AT_SIGN.search(found[0])
    if at is None:
        return
    dots = list(_DOT_SIGN.finditer(found[0]))
    starts = [0, *(dot.end() for dot in dots if dot.end() <= at.start())]
    ends = [len(found[0]), *(dot.start() for dot in reversed(dots) if dot.start() >= at.end())]
    yield from ((found.start() + start, found.start() + end) for start, end in product(starts, ends[:-1] or ends))


def address_forms(value: str) -> list[str]:
    """Number and street, squeezed, with the usual abbreviations either way; the town is looked for around them."""
    street = words(street_of(value)).split()
    choices = [sorted({word, *_abbreviations(word)}) for word in street]
    if len(street) < 2 or sum(len(choice) > 1 for choice in choices) > 3:
        return [squeeze(street_of(value))]
    return ["".join(choice) for choice in product(*choices)]


def street_of(value: str) -> str:
    """The part of an address before its first comma, line break or postcode; a comma after the number is no end."""
    number = _NUMBER.match(value)
    head = number[0] if number else ""
    first = head + re.split(r"[,\n;]", value[len(head) :], maxsplit=1)[0]
    postcode = _POSTCODE.search(first, 1)
    return first[: postcode.start()] if postcode and re.search(r"[^\W\d]", first[: postcode.start()]) else first


def towns_of(value: str) -> list[str]:
    """The postcode and the town of an address, folded: one of them beside the street makes it certain."""
    rest = value[len(street_of(value)) :]
    parts = [*_POSTCODE.findall(rest), *re.split(r"[,\n;]|\d{4,5}", rest)]
    return [folded for part in parts if (folded := words(part))]


def street_choices() -> dict[str, list[str]]:
    """Each word of a street that is written in several ways, with all of them."""
    return {word: sorted({word, *_abbreviations(word)}) for group in _STREETS for word in group}


def _abbreviations(word: str) -> set[str]:
    return {other for group in _STREETS if word in group for other in group}


def handle_of(value: str) -> str:
    """An account name without its address or its @ sign, in lower case: dots and underscores count."""
    return _SCHEME.sub("", value.strip()).rstrip("/").rsplit("/", 1)[-1].removeprefix("@").casefold()
