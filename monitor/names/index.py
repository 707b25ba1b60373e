"""Finds every watched term in the fields of a page, in one pass whatever the number of terms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.names import disguise
from monitor.names.context import Surroundings, weigh
from monitor.names.finding import RANK, Finding, Window
from monitor.names.form import HEAD
from monitor.names.identifier import emails
from monitor.names.layer import Layer, Token
from monitor.names.lookup import EMBEDDED_MIN, PREFIX, Lookup
from monitor.names.term import ALGORITHM, Reason, Term, TextMatch
from monitor.names.worth import judge

MAX_WORDS = 8  # words of more than one letter in a window: +33 (0)6 12 34 56 78 has seven
MAX_PER_FIELD = 50  # findings kept of one term in one field: a page that repeats a name tells nothing more
NEAR_SCORE = {1: 0.7, 2: 0.6}


class NameIndex:
    """All watched terms, ready to be compared with pages; immutable."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._lookup = Lookup(self.terms)

    def match(self, fields: Sequence[tuple[str, str]]) -> list[TextMatch]:
        """The matches of every band in the named fields of one page, in reading order."""
        surroundings = Surroundings(fields)
        return [
            self._weighed(finding, fields, index, surroundings)
            for index, (name, text) in enumerate(fields)
            for finding in self._best(self._findings(name, text))
        ]

    def _weighed(
        self, finding: Finding, fields: Sequence[tuple[str, str]], index: int, surroundings: Surroundings
    ) -> TextMatch:
        name, text = fields[index]
        term = self.terms[finding.term]
        band, score, reasons = weigh(term, finding, surroundings.around(index, finding.start, finding.end))
        return TextMatch(
            term=term.id,
            score=score,
            band=band,
            field=name,
            start=finding.start,
            end=finding.end,
            matched=text[finding.start : finding.end],
            variant=finding.variant,
            algorithm=ALGORITHM,
            reasons=reasons,
            field_index=index,
        )

    def _findings(self, name: str, text: str) -> Iterator[Finding]:
        yield from self._in_layer(Layer(text), name)
        yield from self._emails(text)
        for reading in disguise.readings(text):
            for start, end in reading.stretches:
                layer = Layer(reading.text, start, end)
                yield from _unmasked(self._in_layer(layer, name), text, reading.text)

    def _in_layer(self, layer: Layer, name: str) -> Iterator[Finding]:
        for window_number, window in self._windows(layer, name):
            finding = judge(window_number, window)
            if finding is not None:
                yield finding
        yield from self._embedded(layer)
        yield from self._near(layer)

    def _windows(self, layer: Layer, name: str) -> Iterator[tuple[int, Window]]:
        """Every run of tokens that squeezes to a known form, shorter runs first."""
        lookup, squeezed, starts = self._lookup, layer.squeezed, layer.starts
        for first in range(len(layer.tokens)):
            at = starts[first]
            if squeezed[at : at + PREFIX] in lookup.prefixes or squeezed[at : at + PREFIX - 1] in lookup.short:
                for last in _last_tokens(layer, first):
                    for entry in lookup.windows.get(squeezed[at : starts[last + 1]], ()):
                        yield entry[0], Window(layer, first, last, lookup.form(entry), name)
            for entry in lookup.heads.get(squeezed[at : at + HEAD], ()):
                form = lookup.form(entry)
                last = bisect_left(starts, at + len(form.key)) - 1
                if squeezed.startswith(form.key, at) and starts[last + 1] == at + len(form.key):
                    yield entry[0], Window(layer, first, last, form, name)

    def _emails(self, text: str) -> Iterator[Finding]:
        for start, end, key in emails(text) if self._lookup.emails else ():
            for number, _ in self._lookup.emails.get(key, ()):
                yield Finding(number, start, end, "strong", "email", 1.0, (Reason("email"),))

    def _embedded(self, layer: Layer) -> Iterator[Finding]:
        """Whole names inside a longer written word: xxleamartinxx."""
        lookup = self._lookup
        for token in layer.tokens:
            longest = len(token.text)
            if longest <= EMBEDDED_MIN or not lookup.embedded:
                continue
            for at in range(longest - EMBEDDED_MIN + 1):
                if token.text[at : at + PREFIX] not in lookup.prefixes:
                    continue
                for length in lookup.embedded:
                    if at + length > longest or length == longest:
                        break
                    for number, _ in lookup.whole_names(token.text[at : at + length]):
                        start, end = _inside(token, at, at + length)
                        yield Finding(number, start, end, "weak", "embedded", 0.6, (Reason("embedded"),))

    def _near(self, layer: Layer) -> Iterator[Finding]:
        """A name with a few letters changed in one of its two words, the other exact."""
        lookup, tokens = self._lookup, layer.tokens
        for index, token in enumerate(tokens):
            if token.text not in lookup.partners:
                continue
            for other in (index - 1, index + 1):
                if other not in range(len(tokens)) or len(layer.gap(max(index, other))) > 3:
                    continue
                for number, edits in lookup.near_partners(token.text, tokens[other].text):
                    start, end = tokens[min(index, other)].start, tokens[max(index, other)].end
                    reason = Reason("near_name", {"edits": edits})
                    yield Finding(number, start, end, "weak", "near", NEAR_SCORE[edits], (reason,))

    def _best(self, findings: Iterable[Finding]) -> list[Finding]:
        """Of overlapping findings of one term the best; a shorter name inside a longer watched one is dropped."""
        kept: dict[int, list[Finding]] = {}
        for finding in sorted(findings, key=lambda each: each.order, reverse=True):
            same = kept.setdefault(finding.term, [])
            if len(same) < MAX_PER_FIELD and not any(_overlap(finding, other) for other in same):
                same.append(finding)
        ordered = sorted((each for same in kept.values() for each in same), key=lambda each: (each.start, -each.end))
        return list(self._without_inner_names(ordered))

    def _without_inner_names(self, ordered: Sequence[Finding]) -> Iterator[Finding]:
        """Drop a name that lies inside a longer one at least as sure (Sylvie Bla inside Sylvie Blaise)."""
        reach = dict.fromkeys(RANK.values(), (0, 0))  # end, minus start of the furthest name
        for finding in ordered:
            rank, place = RANK[finding.strength], (finding.end, -finding.start)
            if self.terms[finding.term].kind not in ("name", "alias"):
                yield finding
                continue
            if not any(other >= rank and reach[other] > place for other in reach):
                yield finding
            reach[rank] = max(reach[rank], place)


def _last_tokens(layer: Layer, first: int) -> Iterator[int]:
    """The tokens at which a window that starts at `first` may end."""
    long_words, limit = 0, layer.starts[first] + HEAD
    for last in range(first, len(layer.tokens)):
        long_words += len(layer.tokens[last].text) > 1
        if layer.starts[last + 1] > limit or long_words > MAX_WORDS:
            return
        yield last


def _unmasked(findings: Iterator[Finding], original: str, read: str) -> Iterator[Finding]:
    """The findings that only the second reading shows, told as such; positions are the same in both texts."""
    for finding in findings:
        seen = original[finding.start : finding.end]
        if seen != read[finding.start : finding.end] and disguise.is_believable(seen):
            variant = finding.variant if finding.strength == "weak" else "disguised"
            reasons = (Reason("disguised"), *finding.reasons)
            yield replace(finding, variant=variant, score=round(finding.score * 0.95, 4), reasons=reasons)


def _inside(token: Token, left: int, right: int) -> tuple[int, int]:
    """The written span of folded letters `left`..`right` of a word; the whole word when folding changed its length."""
    if token.end - token.start != len(token.text):
        return token.start, token.end
    return token.start + left, token.start + right


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end
