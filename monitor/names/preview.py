"""What a term will match, for a person to read before it is watched, and what to be warned of."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.names import known, variants
from monitor.names.form import NAMED, forms, forms_of, groups_of, own_words
from monitor.names.near import limit
from monitor.names.term import Term

SHOWN = 40  # other forms listed of each kind


def preview(term: Term) -> dict[str, list[str]]:
    """Forms by strength: `strong` are found as they stand, `misspelled` are the words in which letters may differ,
    `looked_at` are shown to a person, `with_context` count only beside a context word."""
    weak = [form.written for form in forms_of(term) if form.weak]
    return {
        "strong": forms(term),
        "misspelled": [f"{word} ({limit(word)})" for word in _words(term) if limit(word)],
        "looked_at": _with_others(term, variants.SPELLING),
        "with_context": weak + _with_others(term, variants.NICKNAME),
    }


def warnings(term: Term) -> list[str]:
    """Codes of config/texts/watch.toml: what makes a term find too much."""
    words = _words(term)
    if term.kind in NAMED and words and all(known.common(word) for word in words):
        return ["term.common_words" if term.context else "term.common_words_no_context"]
    return []


def _words(term: Term) -> list[str]:
    if term.kind not in NAMED:
        return []
    values = (term.value, *term.aliases)
    return list(dict.fromkeys(word for value in values for group in groups_of(value) for word in own_words(group)))


def _with_others(term: Term, kind: str) -> list[str]:
    """The name with one word replaced by another form of it."""
    found: dict[str, None] = {}
    for value in (term.value, *term.aliases) if term.kind in NAMED else ():
        groups = groups_of(value)
        for at, group in enumerate(groups if len(groups) > 1 else ()):
            for other in _of_kind(variants.others("".join(group)), kind):
                written = [
                    *(" ".join(each) for each in groups[:at]),
                    other,
                    *(" ".join(each) for each in groups[at + 1 :]),
                ]
                found[" ".join(written)] = None
    return list(found)[:SHOWN]


def _of_kind(others: Mapping[str, str], kind: str) -> list[str]:
    return [other for other, its_kind in others.items() if its_kind == kind]
