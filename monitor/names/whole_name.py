"""How a whole name is written, in the words of `variant`, and how sure that makes it."""

from __future__ import annotations

from monitor.names.finding import ADDRESS_FIELDS, Window, Worth
from monitor.names.fold import unspaced
from monitor.names.neighbours import look_around
from monitor.names.ordinary import look_at_case
from monitor.names.particles import ARTICLES, PARTICLES
from monitor.names.separation import look_between
from monitor.names.term import Reason

GLUED_WORD = 7  # letters from which two names glued together are no longer an ordinary word (boucle is six)
GLUED_SWAPPED = 8  # the same where the family name comes first
MOST_DIGITS = 4  # that a handle made from a name carries
UNSPACED_NAME = 3  # letters from which a name in a script without spaces counts alone
BEARERS, ARTICLE_BEARERS = 0.5, 0.1  # others who may bear a name without its particle, from which a person looks
_JOINERS = ("-", "\u2010", "\u2011", "'", "’", "ʼ")


def whole_name(window: Window) -> Worth | None:
    """What a whole name, pseudonym or phrase is worth as it is written and where it stands."""
    worth, form = _shape(window), window.form
    if _is_short(window):
        worth.lower("weak", "short_form")
    if worth.variant != "glued" and is_broken(window):
        worth.lower("weak", "odd_breaks")
    if form.kind == "phrase":
        return worth
    look_at_case(window, worth)
    if window.field not in ADDRESS_FIELDS:
        look_between(window, worth)
        look_around(window, worth)
    if form.dropped:
        _look_at_others(window, worth)
    return worth


def _look_at_others(window: Window, worth: Worth) -> None:
    """Lower a name without its particle where others may well bear what is left, or where it is turned round too."""
    most = ARTICLE_BEARERS if window.form.dropped[0] in ARTICLES else BEARERS
    turned = window.form.kind == "swapped" and not any("," in gap for _, gap in window.inner_gaps())
    if window.bearers > most or turned:
        worth.lower("doubtful", "particle_missing")


def _is_short(window: Window) -> bool:
    form = window.form
    short = form.kind == "alias" and len(form.key) < 5 and not unspaced(form.key)
    return short and window.before() not in ("@", "#")


def _shape(window: Window) -> Worth:
    """How the name is written, in the words of `variant`."""
    gaps, form = window.inner_gaps(), window.form
    marked = window.before() in ("@", "#") or window.field in ADDRESS_FIELDS
    pieces = window.pieces
    if 0 < (window.digits_around or 0) <= MOST_DIGITS and len(form.key) >= GLUED_WORD:
        return Worth("strong", "handle", 0.92, [Reason("handle_digits")])
    if len(pieces) > 1 and not gaps:
        return Worth("strong", "hashtag" if window.before() == "#" else "camel_case", 0.96)
    if not gaps and form.ends:
        return _glued(window, marked)
    if unspaced(form.key):
        return _unspaced(window)
    if len(pieces) > 2 and all(len(piece.text) == 1 for piece in pieces):
        return Worth("strong", "spaced", 0.93)
    if marked or _is_slug(window):
        return Worth("strong", _address_variant(window), 0.96)
    if form.kind == "swapped":
        return Worth("strong", "swapped", 0.97)
    if form.kind == "no_particle":
        return Worth("strong", "no_particle", 0.96)
    return _plainly(window)


def _unspaced(window: Window) -> Worth:
    """A name in a script without spaces, among other letters: the shorter, the likelier a part of another word."""
    worth = Worth("strong", "swapped", 0.97) if window.form.kind == "swapped" else _plainly(window)
    if len(window.form.key) < UNSPACED_NAME:
        worth.lower("doubtful", "short_unspaced")
    return worth


def _plainly(window: Window) -> Worth:
    """As given, or with other capitals, accents or separators."""
    seen, given = window.written.split(), window.form.written.split()
    if seen == given or (unspaced(window.form.key) and "".join(seen) == "".join(given)):
        return Worth("strong", "exact", 1.0)
    spaces = all(gap.isspace() or gap in _JOINERS for _, gap in window.inner_gaps())
    return Worth("strong", "folded", 0.99) if spaces else Worth("strong", "separators", 0.95)


def _address_variant(window: Window) -> str:
    return {"@": "handle", "#": "hashtag"}.get(window.before(), "handle" if window.field == "handle" else "slug")


def _glued(window: Window, marked: bool) -> Worth:
    """One written word for the whole name: sure as a handle or a hashtag; a short one may be an ordinary word."""
    if marked and not window.known_word:  # #debian is not Ian Deb
        return Worth("strong", _address_variant(window), 0.96)
    worth = Worth("strong", "glued", 0.94)
    least = GLUED_SWAPPED if window.form.reordered else GLUED_WORD
    if len(window.form.key) < least or window.known_word:
        worth.lower("weak", "glued_word")
    return worth


def _is_slug(window: Window) -> bool:
    gaps = window.inner_gaps()
    return bool(gaps) and all(gap in ("-", "_") for _, gap in gaps) and window.written.islower()


def is_broken(window: Window) -> bool:
    """Whether a blank stands inside a part of the name: `Lé a Mar tin` may be other words."""
    tokens = window.layer.tokens
    for index, gap in window.inner_gaps():
        single = len(tokens[index].text) == 1 and len(tokens[index - 1].text) == 1
        opens = tokens[index - 1].text in PARTICLES and len(tokens[index - 1].text) > 1  # Ben Salah for Bensalah
        if not window.is_part_end(index) and not single and not opens and any(character.isspace() for character in gap):
            return True
    return False
