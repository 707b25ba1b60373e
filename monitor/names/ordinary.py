"""Signs that the words of a name are ordinary words here: their small letters, and the article before them.

The rule, without a dictionary. `rose blanche` and `léa martin` look alike, and who types without capitals, or on a
telephone that only puts the first one of a sentence, writes every name so: small letters alone prove nothing, and the
form as given stays strong. Two things do speak, because they belong to grammar and not to vocabulary:

- an article or another determiner right before (a closed list): a name takes none. It says nothing where no word of
  the name is known at all (`les mroclegan jorzeg` can be nothing but the name). In a line that has capitals any
  determiner counts, and before moved words; otherwise, or if all is in capitals, only an indefinite one, since people
  also write `la léa martin`;
- a changed form (words moved or dropped) that is in small letters as well: two departures at once. It is doubtful in
  a line that has capitals; everywhere if the name has particles (`de la tour marie` is a place); and always if only
  some of its words have capitals (`de la tour Marie`).

Doubtful means that a person looks, not that the match is lost. What grammar does not tell (`parfum de rose blanche`)
is for the excluded words of the term.
"""

from __future__ import annotations

from itertools import takewhile

from monitor.names import known
from monitor.names.finding import ADDRESS_FIELDS, Window, Worth
from monitor.names.particles import PARTICLES

REACH = 400  # code points of a line looked at on each side for capitals
_AS_WORDS = ("exact", "folded", "separators", "swapped", "no_particle", "slug")  # the others are no running text
# "a" is left out: in French it is a verb or an unaccented preposition, and both stand before names.
_INDEFINITES = "un une des an quelques plusieurs chaque aucun aucune deux trois two three some any"
_DEFINITES = """le la les l du au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs
quel quelle the this that these those my your his her its our their"""
_INDEFINITE, _DEFINITE = frozenset(_INDEFINITES.split()), frozenset(_DEFINITES.split())
_ENDS = ("/", "=", "?", "&", "#", ".")
_HYPHENS = ("-", "\u2010", "\u2011")
_BEFORE_A_NOUN = (" ", "\u00a0", "-", "_", "'", "’", "ʼ")


def look_at_case(window: Window, worth: Worth) -> None:
    """Lower a name whose words read like ordinary words; see the rule above."""
    if worth.variant not in _AS_WORDS:
        return
    is_address = worth.variant == "slug" and (window.field in ADDRESS_FIELDS or not window.form.reordered)
    if not is_address and _is_everyday(window):
        worth.lower("weak", "everyday_words")
        return
    initials = _initials(window)
    small = all(initial.islower() for initial in initials)
    form = window.form
    if form.reordered and not small and any(initial.islower() for initial in initials):
        worth.lower("doubtful", "uneven_capitals")
    elif form.particled and window.written.isupper() and _shouted_before(window):
        worth.lower("doubtful", "all_capitals")
    elif form.reordered and small and (form.particled or _has_capitals(window, worth)) and not _is_segment(window):
        worth.lower("doubtful", "small_letters")
    elif _follows_a_determiner(window, worth, small=small):
        worth.lower("doubtful", "after_article")


def _is_everyday(window: Window) -> bool:
    """Whether a name that is all everyday words (Lune Noire) stands in small letters, or is one such word alone."""
    words = [piece.text for piece in window.pieces if piece.text not in PARTICLES]
    if not words or not all(known.common(word) for word in words) or window.before() in ("@", "#"):
        return False
    return len(window.pieces) == 1 or (
        window.written.islower() and (window.form.reordered or not window.form.written.islower())
    )


def _shouted_before(window: Window) -> bool:
    """Whether the word before is in capitals as well, in the same line: VISITE DE LA TOUR MARIE."""
    if window.first == 0 or window.layer.gap(window.first) not in _BEFORE_A_NOUN:
        return False
    before = window.layer.tokens[window.first - 1]
    return len(before.text) > 1 and window.layer.text[before.start : before.end].isupper()


def _initials(window: Window) -> list[str]:
    """First letters of the words that bear a capital in a name: no particle, no second half of a compound."""
    tokens, text = window.layer.tokens, window.layer.text
    joined = {index for index, gap in window.inner_gaps() if gap in _HYPHENS}
    own = [index for index in range(window.first, window.last + 1) if tokens[index].text not in PARTICLES]
    return [text[tokens[index].start] for index in own if index not in joined] or [text[window.start]]


def _follows_a_determiner(window: Window, worth: Worth, *, small: bool) -> bool:
    given_small = window.form.written.islower() and not window.form.reordered
    if window.first == 0 or given_small or window.layer.gap(window.first) not in _BEFORE_A_NOUN:
        return False
    if not any(known.usual(piece.text) for piece in window.pieces):
        return False
    before = window.layer.tokens[window.first - 1]
    shouted = window.written.isupper() and window.layer.text[before.start : before.end].isupper()
    if before.text in _INDEFINITE:
        return small or shouted
    if shouted and before.text in _DEFINITE and known.common(window.pieces[0].text):
        return True  # LA TOUR MARIE
    return small and before.text in _DEFINITE and (window.form.reordered or _has_capitals(window, worth))


def _is_segment(window: Window) -> bool:
    """Whether the whole name is all that stands between two strokes of an address: /de-la-tour-marie/."""
    around = (window.before() or "/", window.after() or "/")
    return window.field in ADDRESS_FIELDS and not window.form.dropped and all(mark in _ENDS for mark in around)


def _has_capitals(window: Window, worth: Worth) -> bool:
    """Whether the line around the name has capitals; a slug tells nothing of how its writer puts them."""
    if worth.variant == "slug":
        return False
    text = window.layer.text
    before = reversed(text[max(0, window.start - REACH) : window.start])
    after = text[window.end : window.end + REACH]
    return any(
        letter.isupper() for side in (before, after) for letter in takewhile(lambda letter: letter != "\n", side)
    )
