"""The terms of all active watches in a worker's memory, added and removed one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from monitor import watch
from monitor.names import NameIndex, Term
from monitor.names.fold import words as folded_words
from monitor.tables import WatchTerm


@dataclass
class WatchedTerms:
    """The matcher's index, and whose each term is; `same_as` names the term that stands for all with its words."""

    index: NameIndex
    watch_of: dict[str, str] = field(default_factory=dict)
    same_as: dict[str, str] = field(default_factory=dict)
    of_watch: dict[str, dict[str, Term]] = field(default_factory=dict)  # watch id -> term id -> term
    alike: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)  # case, kind, words -> term ids
    case_of: dict[str, str] = field(default_factory=dict)  # by watch id

    @classmethod
    def opened(cls, session: Session, watches: Iterable[str]) -> WatchedTerms:
        """The standing terms of some watches."""
        rows = watch.terms_of(session, list(watches))
        opened = {row.id: term(row.id, row.kind, watch.words(session, row)) for row in rows}
        terms = cls(NameIndex(opened.values()))
        for row in rows:
            terms._note(row, opened[row.id])
        return terms

    def follow(self, session: Session, changed: Iterable[str], active: set[str]) -> None:
        """Take out what changed watches no longer look for, and put in what they look for now."""
        for watch_id in changed:
            standing = watch.terms_of(session, [watch_id]) if watch_id in active else []
            known = self.of_watch.get(watch_id, {})
            gone = {term_id: known[term_id] for term_id in set(known) - {row.id for row in standing}}
            self.index.remove_all(list(gone.values()))
            for term_id, each in gone.items():
                self._forget(watch_id, term_id, each)
            come = [(row, term(row.id, row.kind, watch.words(session, row))) for row in standing if row.id not in known]
            self.index.add_all([opened for _, opened in come])
            for row, opened in come:
                self._note(row, opened)

    def _note(self, row: WatchTerm, opened: Term) -> None:
        self.watch_of[row.id], self.case_of[row.watch_id] = row.watch_id, row.case_id
        self.of_watch.setdefault(row.watch_id, {})[row.id] = opened
        alike = self.alike.setdefault((row.case_id, row.kind, folded_words(opened.value)), [])
        alike.append(row.id)
        self._settle(alike)

    def _forget(self, watch_id: str, term_id: str, gone: Term) -> None:
        del self.of_watch[watch_id][term_id]
        self.watch_of.pop(term_id, None)
        self.same_as.pop(term_id, None)
        key = (self.case_of[watch_id], gone.kind, folded_words(gone.value))
        self.alike[key].remove(term_id)
        self._settle(self.alike[key])
        if not self.alike[key]:
            del self.alike[key]

    def _settle(self, alike: list[str]) -> None:
        """Of the terms of one case with the same words the oldest stands for all."""
        for term_id in alike:
            self.same_as[term_id] = min(alike)


def term(term_id: str, kind: str, words: dict[str, object]) -> Term:
    """A term of the pure matcher from the opened words of a stored one."""
    lists = {key: tuple(str(word) for word in words.get(key) or ()) for key in ("aliases", "context", "exclude")}  # type: ignore[attr-defined]
    return Term(term_id, kind, str(words["value"]), **lists)
