"""The words of name matching: a watched term, a reason, and a match of the term in a field of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from config import messages
from monitor.errors import MonitorError
from monitor.names.usable import fault

ALGORITHM = "names-v5"
KINDS = ("name", "alias", "handle", "phone", "email", "address", "phrase")

Band = Literal["automatic", "context", "rejected"]
BANDS: tuple[Band, ...] = ("automatic", "context", "rejected")


class TermError(MonitorError):
    """A watched term that cannot be used; the sentence names the key, never the person's words."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match has its score and band: a code of config/texts/matching.toml and its parameters."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The reason with its sentence in both languages."""
        params = dict(self.params)
        return {"code": self.code, "params": params, "text": messages.both(f"match.{self.code}", params)}


@dataclass(frozen=True, slots=True)
class Term:
    """A watched term (terme surveillé): its value, its other spellings, the words that confirm it or speak against it.

    Raises TermError when the kind is unknown, or when the value or another spelling could never be found.
    """

    id: str
    kind: str
    value: str
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise TermError(f"`kind` must be one of {', '.join(KINDS)}.")
        for key, value in (("value", self.value), *(("aliases", alias) for alias in self.aliases)):
            missing = fault(self.kind, value)
            if missing:
                raise TermError(f"`{key}` of kind {self.kind} {missing}.")

    @classmethod
    def stored(
        cls,
        key: str,
        kind: str,
        value: str,
        aliases: tuple[str, ...],
        context: tuple[str, ...],
        exclude: tuple[str, ...],
    ) -> Term:
        """A term that was checked before: made again without the check."""
        term = object.__new__(cls)
        for name, part in zip(cls.__slots__, (key, kind, value, aliases, context, exclude), strict=True):
            object.__setattr__(term, name, part)
        return term

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Term:
        """The term of design.md section 8. Raises TermError on a missing, unknown or wrongly shaped key."""
        unknown = sorted(set(row) - {"id", "kind", "value", "aliases", "context", "exclude"})
        if unknown:
            raise TermError(f"`{unknown[0]}` is no key of a term: use id, kind, value, aliases, context, exclude.")
        texts = {key: _text(row, key) for key in ("id", "kind", "value")}
        lists = {key: _texts(row, key) for key in ("aliases", "context", "exclude")}
        return cls(texts["id"], texts["kind"], texts["value"], lists["aliases"], lists["context"], lists["exclude"])


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A term found in a named field; `start` and `end` count code points of that field, `matched` quotes it exactly."""

    term: str
    score: float
    band: Band
    field: str
    start: int
    end: int
    matched: str
    variant: str
    algorithm: str
    reasons: tuple[Reason, ...]
    field_index: int = 0  # which of the fields given, where two have one name

    def to_json(self, page: str) -> dict[str, Any]:
        """The match of design.md section 8."""
        return {
            "page": page,
            "term": self.term,
            "score": self.score,
            "band": self.band,
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "matched": self.matched,
            "variant": self.variant,
            "algorithm": self.algorithm,
            "reasons": [reason.to_json() for reason in self.reasons],
        }


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise TermError(f"`{key}` must be a text that is not empty.")
    return value


def _texts(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = row.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TermError(f"`{key}` must be a list of texts.")
    return tuple(value for value in values if value.strip())
