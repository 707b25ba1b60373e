"""Routes: for one harm and audience, the rungs of recourse and the wait at each (law.md sections 7, 20, 24)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from config.records.record import Harm, Id, Part, Record, Text

Target = Literal[
    "platform",
    "host",
    "search",
    "cdn",
    "author",
    "publisher",
    "regulator",
    "police",
    "court",
    "flagger",
    "hash_service",
]


class Step(Part):
    """One rung. `do` is a letter id ("L01") or a guided act's id; `ground` the ids of the grounds it may rest on.

    `article_ex_partner` replaces `article` when the author is or was the person's partner (law.md 4).
    `after_hours` is operational (OP), counted from the first act; `when` what must have happened before.
    """

    id: Id
    do: Text
    to: Target
    ground: list[Id] = Field(default_factory=list)
    channel: Text | None = None
    article: Text | None = None
    article_ex_partner: Text | None = None
    after_hours: int | None = Field(default=None, ge=0)
    when: Literal["always", "silence", "refusal", "decision", "back"]
    parallel: bool = False
    signers: list[Text] = Field(default_factory=list)


class Route(Record):
    """The ladder for one harm; audience "any" serves those that have no route of their own."""

    harm: Harm
    audience: Literal["public", "closed", "private", "any"]
    steps: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _steps_have_their_own_ids(self) -> Self:
        ids = [step.id for step in self.steps]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"two steps are called {', '.join(twice)}: give each step its own id")
        return self
