"""A letter: its head, its blocks, what is missing in it, and all that is needed to keep it and check it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from takedown.blocks import Block
from takedown.checklist import Missing, Remark, Status

NOTICE_CLOCKS = ("dsa16.decision", "dsa16.ack")
"""The rules of a letter kept before letters named theirs: all of those were notices to a platform."""

POSTAL_LINES, POSTAL_WIDTH = 6, 38
"""The most that fits the window of an envelope (dependencies.md 3.3)."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the text; `reference` is None when it would reveal a name, `stamp` when there is no stamp."""

    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    place_date: str
    subject_label: str
    reference_label: str
    reference: str | None
    page_label: str
    stamp: str | None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**{**kept, "sender": tuple(kept["sender"]), "addressee": tuple(kept["addressee"])})


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that can be read, edited, checked and rendered.

    `elements` is the checklist; `missing` must be empty before the letter can be ready; `specimen` and `draft` are the
    stamps; `expected` and `drafted` are kept so that an edited letter can be checked again; `confirmed` holds the ids
    of the elements a person ticked; `clocks` the deadline rules that start when it has left; `own_name` says that an
    association signs for itself, `awaits` that an answer is awaited once it has left.
    """

    id: str
    lang: str
    subject: str
    head: Head
    blocks: tuple[Block, ...]
    elements: Mapping[str, Status]
    missing: tuple[Missing, ...]
    warnings: tuple[Remark, ...]
    specimen: bool
    draft: bool
    expected: Mapping[str, tuple[str, ...]]
    drafted: Mapping[str, str]
    confirmed: frozenset[str] = field(default_factory=frozenset)
    clocks: tuple[str, ...] = NOTICE_CLOCKS
    own_name: bool = False
    awaits: bool = True

    def to_json(self) -> dict[str, Any]:
        """Everything, so that the same letter can be rendered and checked again later."""
        return {
            "id": self.id,
            "lang": self.lang,
            "subject": self.subject,
            "head": asdict(self.head),
            "blocks": [block.to_json() for block in self.blocks],
            "elements": dict(self.elements),
            "missing": [{"code": m.code, "params": dict(m.params), "element": m.element} for m in self.missing],
            "warnings": [{"code": w.code, "params": dict(w.params)} for w in self.warnings],
            "specimen": self.specimen,
            "draft": self.draft,
            "expected": {element: list(values) for element, values in self.expected.items()},
            "drafted": dict(self.drafted),
            "confirmed": sorted(self.confirmed),
            "clocks": list(self.clocks),
            "own_name": self.own_name,
            "awaits": self.awaits,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Raises LetterError for a block that is none, TypeError or KeyError for what `to_json` never wrote."""
        made = {
            "head": Head.from_json(kept["head"]),
            "blocks": tuple(Block.from_json(block) for block in kept["blocks"]),
            "missing": tuple(Missing(**remark) for remark in kept["missing"]),
            "warnings": tuple(Remark(**remark) for remark in kept["warnings"]),
            "expected": {element: tuple(values) for element, values in kept["expected"].items()},
            "confirmed": frozenset(kept["confirmed"]),
            "clocks": tuple(kept.get("clocks", NOTICE_CLOCKS)),
        }
        return cls(**{**kept, **made})
