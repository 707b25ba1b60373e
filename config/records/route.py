"""Routes: for one harm and audience, the rungs of recourse and the wait at each (law.md sections 7, 20, 24)."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from config.records.record import Harm, Id, Part, Record, Text

Target = Literal[
    "platform",
    "host",
    "network",
    "search",
    "archive",
    "cdn",
    "registrar",
    "author",
    "publisher",
    "school",
    "tool_provider",
    "regulator",
    "dispute_body",
    "police",
    "court",
    "flagger",
    "helpline",
    "hash_service",
    "carrier",
]

Kind = Literal["platform", "host", "search", "archive", "cdn", "registrar", "site"]
"""What the service is at which the content stands; "site" is a page whose publisher answers for it."""

Condition = Literal[
    "danger",
    "ex_partner",
    "guarded",
    "author_known",
    "author_minor",
    "author_controls",
    "under_18_today",
    "minor_ladder",
    "closed",
    "private",
    "published",
    "covered",
    "agent",
    "association",
    "abroad",
    "press",
    "nothing_inside",
    "complaint_refused",
    "archive_copy",
]
"""What a step may depend on; each is a pure question of takedown.conditions."""

When = Literal["always", "silence", "refusal", "decision", "unresolved", "back"]
"""What must have happened before: unresolved is a refusal or a silence; back is content seen again."""


class Step(Part):
    """One rung. `do` is a letter id ("L01") or a guided act's id; `ground` the ids of the grounds it may rest on.

    `offences` are records of config/offences. `article_ex_partner` replaces `article` when the author is or was the
    person's partner (law.md 4). The wait is `rule`, a deadline rule, where the law sets it, else `after_hours`, which
    is operational (OP) and counted from the first notice; `after` names the acts it counts from and whose refusal it
    answers. A step is on the ladder where all of `only`, none of `unless`, and one of `kinds`, `harms`, `residence`
    (where given) fit; `not_before` is the day from which it may be taken.
    """

    id: Id
    do: Text
    to: Target
    ground: list[Id] = Field(default_factory=list)
    offences: list[Id] = Field(default_factory=list)
    channel: Text | None = None
    article: Text | None = None
    article_ex_partner: Text | None = None
    after_hours: int | None = Field(default=None, ge=0)
    rule: Id | None = None
    after: list[Text] = Field(default_factory=list)
    when: When
    parallel: bool = False
    signers: list[Text] = Field(default_factory=list)
    only: list[Condition] = Field(default_factory=list)
    unless: list[Condition] = Field(default_factory=list)
    kinds: list[Kind] = Field(default_factory=list)
    harms: list[Harm] = Field(default_factory=list)
    residence: list[Text] = Field(default_factory=list)
    not_before: date | None = None

    @model_validator(mode="after")
    def _one_kind_of_wait(self) -> Self:
        if self.rule and self.after_hours is not None:
            raise ValueError(f'the step "{self.id}" has both rule and after_hours: keep the one that sets its wait')
        return self


class Route(Record):
    """The ladder for one harm; audience "any" serves those that have no route of their own.

    With harm "*" it is no ladder: its steps join every ladder, at `place`, where each step's conditions fit.
    `press_question` says that the content may be a text, which opens the question of press law whatever its harm.
    """

    harm: Harm | Literal["*"]
    audience: Literal["public", "closed", "private", "any"]
    place: Literal["start", "service", "end"] = "end"
    press_question: bool = False
    steps: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _steps_have_their_own_ids(self) -> Self:
        ids = [step.id for step in self.steps]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"two steps are called {', '.join(twice)}: give each step its own id")
        return self
