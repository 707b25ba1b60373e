"""Finds every watched term in the fields of a page, in one pass whatever the number of terms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from threading import RLock

import numpy as np

from monitor.names import kernel, reading
from monitor.names.changes import Changes
from monitor.names.context import Surroundings, weigh
from monitor.names.counting import those_that_count
from monitor.names.fast import Kernel
from monitor.names.finding import ADDRESS_FIELDS, Finding, Window
from monitor.names.form import HEAD, NAME_KINDS, NAMED, Form, forms_of
from monitor.names.identifier import emails_near
from monitor.names.layer import Layer, read
from monitor.names.likeness import judge_likeness
from monitor.names.lookup import WEAK, Lookup, email_key
from monitor.names.particles import PARTICLES
from monitor.names.points import code_points, collapsed
from monitor.names.postings import Postings
from monitor.names.search import Found, search
from monitor.names.term import ALGORITHM, Reason, Term, TextMatch
from monitor.names.terms import PageBits, TermStore, packed
from monitor.names.worth import disguise, judge

STRETCH = 60_000  # code points read at once
OVERLAP = 1_000  # code points that two stretches share: more than any name takes
MAX_SPAN = 2_000  # code points of the longest quotation
MOST_LOOKS = 200  # times that a form of a term is judged in one field
KEPT_WHOLE = 400_000  # code points of a page up to which all of its letters are kept until it is done
REMEMBERED = 4_000  # terms whose forms are kept ready
PART = 5_000  # terms put in at once
WORTH_COMPILING = 1_000  # terms from which the compiled loops are built when they are not there yet


@dataclass(frozen=True)
class Known:
    """A watched term with its forms, by the letters under which they are looked up."""

    term: Term
    forms: dict[str, list[Form]]

    @classmethod
    def of(cls, term: Term) -> Known:
        forms: dict[str, list[Form]] = {}
        for form in forms_of(term):
            forms.setdefault(collapsed(form.key), []).append(form)
        return cls(term, forms)


class NameIndex:
    """All watched terms, ready to be compared with pages; one can be added or removed at any time."""

    def __init__(self, terms: Iterable[Term] = (), *, compiled: bool | None = None) -> None:
        """`compiled`: whether to use the loops in C; None takes them when they are there or worth building."""
        self._wanted = compiled
        self._lock = RLock()  # threads share an index; the loops in C let others run
        self._terms = TermStore()
        self._page = PageBits()
        self._lookup = Lookup()
        self._compiled: Kernel | None = None
        self._changes: Changes | None = None
        self._known: dict[int, Known] = {}
        self._fill(iter(terms))

    def _fill(self, terms: Iterator[Term]) -> None:
        """Put in what the index starts with, some thousands at a time with the compiled loops, all at once without."""
        part = list(islice(terms, PART))
        if self._kernel(len(part)) is None:
            self._lookup = Lookup((self._terms.add(term), term) for term in chain(part, terms))
            return
        while part:
            self.add_all(part)
            part = list(islice(terms, PART))
        self._lookup.fit()

    def __len__(self) -> int:
        return len(self._terms)

    @property
    def nbytes(self) -> int:
        """Bytes that the terms and their tables take."""
        return self._terms.nbytes + self._lookup.nbytes

    def add(self, term: Term) -> None:
        """Look for one more term from the next page on."""
        self.add_all([term])

    def add_all(self, terms: Sequence[Term]) -> None:
        """Look for more terms from the next page on: those of one person at once cost least."""
        with self._lock:
            fast = self._kernel()
            numbers = [self._terms.add(term) for term in terms]
            for place in self._changes.add(terms, numbers) if fast and self._changes else range(len(terms)):
                self._lookup.add(numbers[place], terms[place])

    def remove(self, term: Term) -> bool:
        """Look for a term no more; whether it was there."""
        return self.remove_all([term]) == 1

    def remove_all(self, terms: Sequence[Term]) -> int:
        """Look for some terms no more; how many of them were there."""
        with self._lock:
            numbers, left = [-1] * len(terms), list(range(len(terms)))
            if self._kernel() and self._changes:
                numbers, left = self._changes.remove(terms, [packed(term) for term in terms])
            for place in left:
                numbers[place] = self._taken_out(terms[place])
            gone = [number for number in numbers if number >= 0]
            for number in gone:
                self._terms.remove(number)
                self._known.pop(number, None)
            return len(gone)

    def _taken_out(self, term: Term) -> int:
        """The number of a term that no table knows any more; -1 when none did."""
        found = (each for each in self._lookup.numbers(term) if self._terms[each] == term)
        number = next(found, -1)
        if number >= 0:
            self._lookup.remove(number, term)
        return number

    def match(self, fields: Sequence[tuple[str, str]], *, rejected: bool = False) -> list[TextMatch]:
        """The matches in the named fields of one page, in reading order; those rejected only when asked for."""
        with self._lock:
            return self._matches(fields, rejected=rejected)

    def _matches(self, fields: Sequence[tuple[str, str]], *, rejected: bool) -> list[TextMatch]:
        pages = [self._layers(name, text) for name, text in fields]
        # A very long page is read stretch by stretch, and its weak forms are weighed like the others.
        if rejected or not fields or sum(len(text) for _, text in fields) > KEPT_WHOLE:
            return self._matched(fields, pages, None, rejected=rejected)
        kept = [list(page) for page in pages]
        with self._page.of([words for page in kept for layer in page for words in layer.words]) as bits:
            return self._matched(fields, kept, bits, rejected=False)

    def _matched(
        self,
        fields: Sequence[tuple[str, str]],
        pages: Sequence[Iterable[_Seen]],
        bits: np.ndarray | None,
        *,
        rejected: bool,
    ) -> list[TextMatch]:
        surroundings = Surroundings(fields)
        matches = []
        for index, (name, text) in enumerate(fields):
            often = Often()
            found = (finding for layer in pages[index] for finding in self._in_layer(layer, name, bits, often))
            for finding in self._worth_weighing(those_that_count(found, self._is_name), bits):
                match = self._weighed(finding, name, text, index, surroundings)
                if rejected or match.band != "rejected":
                    matches.append(match)
        return matches

    def _worth_weighing(self, findings: Sequence[Finding], bits: np.ndarray | None) -> Iterable[Finding]:
        """Without the weak ones whose context cannot stand on the page: they would be rejected."""
        weak = [finding.term for finding in findings if finding.strength == "weak"]
        if bits is None or not weak:
            return findings
        kept = self._terms.may_have_context(np.array(weak, np.int64), bits)
        known = {number for number, keep in zip(weak, kept.tolist(), strict=True) if keep}
        return [each for each in findings if each.strength != "weak" or each.term in known]

    def _is_name(self, finding: Finding) -> bool:
        return self._terms.kind(finding.term) in NAMED

    def _weighed(self, finding: Finding, name: str, text: str, index: int, surroundings: Surroundings) -> TextMatch:
        term = self._known_as(finding.term).term
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

    def _layers(self, name: str, text: str) -> Iterator[_Seen]:
        """The readings of a text, stretch by stretch; in an address a plus sign stands for a blank."""
        characters = code_points(text.replace("+", " ") if name in ADDRESS_FIELDS else text)
        for start in range(0, max(1, len(characters) - OVERLAP), STRETCH - OVERLAP):
            stretch = characters[start : start + STRETCH]
            yield self._seen(text, start, stretch, plain=True)
            for other in reading.others(stretch):
                yield self._seen(text, start, other, plain=False)

    def _seen(self, text: str, start: int, stretch: np.ndarray, *, plain: bool) -> _Seen:
        fast = self._kernel()
        letters = fast.read(stretch) if fast else read(stretch)
        found = fast.search(letters) if fast else search(letters, self._lookup)
        return _Seen(Layer(text, start, len(stretch), letters), found, plain)

    def _kernel(self, more: int = 0) -> Kernel | None:
        """The compiled loops, built when the index is large enough to gain from them, with so many terms more."""
        if self._wanted is False or self._compiled is not None:
            return self._compiled
        if library := kernel.library(build=bool(self._wanted) or len(self) + more >= WORTH_COMPILING):
            self._compiled = Kernel(library, self._lookup)
            self._changes = Changes(library, self._lookup, self._terms)
            self._terms.first_words = self._changes.first_words
        return self._compiled

    def _known_as(self, number: int) -> Known:
        """A term with its forms; those asked for lately are kept ready."""
        known = self._known.get(number)
        if known is None:
            if len(self._known) >= REMEMBERED:
                del self._known[next(iter(self._known))]
            known = self._known[number] = Known.of(self._terms[number])
        return known

    def _in_layer(self, seen: _Seen, name: str, bits: np.ndarray | None, often: Often) -> Iterator[Finding]:
        layer, found, forms = seen.layer, seen.found, self._lookup.forms
        joined = seen.joined(found.windows) if name not in ADDRESS_FIELDS else None
        for (first, last, _), number in self._worth_a_look(forms, found.windows, bits, often, never=joined):
            yield from self._judged(number, seen, first, last, name)
        for (first, _), number in self._worth_a_look(forms, found.heads, bits, often):
            yield from self._long(number, layer, first, name)
        for (_, begin, end, _), number in self._worth_a_look(forms, found.parts, bits, often, weak=True):
            yield from self._inside(number, layer, begin, end)
        pairs = np.array(sorted(set(map(tuple, found.pairs.tolist()))))
        weak = np.array([apart and not _is_particle(layer, here, there) for here, there, apart, _ in pairs], bool)
        for (here, there, _, _), number in self._worth_a_look(self._lookup.pairs, pairs, bits, often, weak=weak):
            term = self._known_as(number).term
            finding = judge_likeness(number, term, layer, found.unknown, (here, there), name, self._lookup.count)
            if finding is not None:
                yield finding
        if seen.plain and len(self._lookup.emails.table):
            yield from self._emails(layer, found)

    def _worth_a_look(
        self,
        postings: Postings,
        rows: np.ndarray,
        bits: np.ndarray | None,
        often: Often,
        *,
        weak: np.ndarray | bool = False,
        never: np.ndarray | None = None,
    ) -> Iterator[tuple[list[int], int]]:
        """Each row of candidates, in order, with each term behind its last column; weak ones only where a word of their
        context may stand on the page, and not where `never` says so of the row."""
        if not len(rows):
            return
        index, refs = postings.expanded(rows[:, -1])
        is_weak = (refs & WEAK).astype(bool)
        keep = np.ones(len(refs), bool) if never is None else ~(is_weak & never[index])
        if bits is not None:
            asked = np.flatnonzero(keep & (is_weak | (weak if isinstance(weak, bool) else weak[index])))
            keep[asked] = self._terms.may_have_context(refs[asked] >> 1, bits)
        index, refs = index[keep], refs[keep]
        order = np.lexsort(rows[index].T[::-1])
        for row, ref in zip(rows[index[order]].tolist(), refs[order].tolist(), strict=True):
            if not often.too(ref):
                yield row, ref >> 1

    def _judged(self, number: int, seen: _Seen, first: int, last: int, name: str) -> Iterator[Finding]:
        """What the forms of a term are worth in a window that hashes like one of them."""
        spelled = seen.layer.spelled(first, last)
        known_word = first == last and not seen.found.unknown[first]
        for form in self._known_as(number).forms.get(collapsed(spelled), ()):
            yield from self._as_form(number, Window(seen.layer, first, last, form, name, known_word), spelled)

    def _as_form(self, number: int, window: Window, spelled: str) -> Iterator[Finding]:
        if window.form.dropped:
            window = replace(window, bearers=self._lookup.bearers(window.form.written.split()))
        masked = disguise(window, spelled)
        finding = judge(number, window) if masked is not None else None
        if finding is not None and finding.end - finding.start <= MAX_SPAN:
            yield _told_as_disguised(finding) if masked else finding

    def _long(self, number: int, layer: Layer, first: int, name: str) -> Iterator[Finding]:
        starts = layer.starts
        for form in (form for forms in self._known_as(number).forms.values() for form in forms):
            end = starts[first] + len(form.key)
            last = bisect_left(starts, end) - 1
            if len(form.key) > HEAD and last + 1 < len(starts) and starts[last + 1] == end:
                spelled = layer.spelled(first, last)
                if collapsed(spelled) == collapsed(form.key):
                    yield from self._as_form(number, Window(layer, first, last, form, name), spelled)

    def _inside(self, number: int, layer: Layer, begin: int, end: int) -> Iterator[Finding]:
        """Whole names inside a longer written word: xxleamartinxx."""
        known = self._known_as(number)
        forms = [
            form
            for form in known.forms.get(collapsed(layer.folded[begin:end]), ())
            if form.kind in NAME_KINDS and form.ends
        ]
        if known.term.kind in NAMED and any(not form.weak for form in forms):
            start, past = layer.origin(begin), layer.end_of(end - 1)
            yield Finding(number, start, past, "weak", "embedded", 0.6, (Reason("embedded"),))

    def _emails(self, layer: Layer, found: Found) -> Iterator[Finding]:
        for start, end, key in emails_near(layer, found.spelled):
            for ref in self._lookup.emails.table.get(email_key(key)):
                for one in self._lookup.emails.all_of(ref):
                    yield Finding(one >> 1, start, end, "strong", "email", 1.0, (Reason("email"),))


class Often:
    """How often each form was looked at in one field: a page that goes on repeating a name tells nothing more."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def too(self, ref: int) -> bool:
        """Count one more; whether it is too many."""
        self._counts[ref] = count = self._counts.get(ref, 0) + 1
        return count > MOST_LOOKS


@dataclass(frozen=True)
class _Seen:
    """One reading of a stretch, and what may be watched in it."""

    layer: Layer
    found: Found
    plain: bool

    @property
    def words(self) -> tuple[np.ndarray, np.ndarray]:
        """The hashes of its words, as they are written and as a sign, a capital or digits cut them (@lea)."""
        return self.found.written, self.found.spelled

    def joined(self, windows: np.ndarray) -> np.ndarray:
        """Which windows are one word as written, without @ or # before it: no initial stands there (`_is_initial`)."""
        apart = np.cumsum(~self.layer.letters.soft)
        joined: np.ndarray = apart[windows[:, 0]] == apart[windows[:, 1]]
        text, letters = self.layer.text, self.layer.letters
        if "@" in text or "#" in text:
            starts = letters.origins[letters.starts[windows[:, 0]]] + self.layer.offset
            joined &= np.array([start == 0 or text[start - 1] not in "@#" for start in starts.tolist()], bool)
        return joined


def _is_particle(layer: Layer, here: int, there: int) -> bool:
    """Whether all that stands between two words is a particle of a family name."""
    return layer.spelled(here + 1, there - 1) in PARTICLES


def _told_as_disguised(finding: Finding) -> Finding:
    variant = finding.variant if finding.strength == "weak" else "disguised"
    reasons = (Reason("disguised"), *finding.reasons)
    return replace(finding, variant=variant, score=round(finding.score * 0.95, 4), reasons=reasons)
