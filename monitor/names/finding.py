"""What was found in a text: the window of tokens, how strong it is and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from monitor.names.form import Form
from monitor.names.layer import JOINED, Layer, Token
from monitor.names.term import Reason

# strong: the whole name or identifier; doubtful: the name, but perhaps of somebody else; weak: says too little alone.
Strength = Literal["strong", "doubtful", "weak"]
RANK: dict[Strength, int] = {"weak": 0, "doubtful": 1, "strong": 2}

ADDRESS_FIELDS = ("url", "link", "handle")


@dataclass(frozen=True, slots=True)
class Finding:
    """A form found at `start`..`end` of a text (code points), before its context is looked at.

    `whole`: every word of the name is there, letter for letter; nothing was dropped, added or misspelled.
    """

    term: int
    start: int
    end: int
    strength: Strength
    variant: str
    score: float
    reasons: tuple[Reason, ...] = ()
    whole: bool = True

    @property
    def order(self) -> tuple[int, float, int]:
        """Of two findings in one place the greater is the better."""
        return RANK[self.strength], self.score, self.end - self.start


@dataclass(frozen=True)
class Window:
    """Tokens `first`..`last` (both in) of a layer that spell a form."""

    layer: Layer
    first: int
    last: int
    form: Form
    field: str
    known_word: bool = False  # one written word that is a known word or name
    bearers: float = 0.0  # how many watched people would bear the words of the form by chance

    @property
    def start(self) -> int:
        return self.layer.tokens[self.first].start

    @property
    def end(self) -> int:
        return self.layer.tokens[self.last].end

    @property
    def written(self) -> str:
        return self.layer.text[self.start : self.end]

    @property
    def pieces(self) -> list[Token]:
        """The tokens of the window."""
        return [self.layer.tokens[index] for index in range(self.first, self.last + 1)]

    def inner_gaps(self) -> list[tuple[int, str]]:
        """(token index, what is written before it) of the written separations inside the window."""
        indexes = range(self.first + 1, self.last + 1)
        return [(index, self.layer.gap(index)) for index in indexes if not self.layer.tokens[index].soft_start]

    def is_part_end(self, index: int) -> bool:
        """Whether the separation before token `index` is one of the form's own."""
        place = self.layer.starts[index] - self.layer.starts[self.first]
        return place in self.form.ends

    @property
    def digits_around(self) -> int | None:
        """How many digits the written word has before and after the name; None when it has other letters there."""
        tokens, count = self.layer.tokens, 0
        for token, soft in (
            (self.first - 1, tokens[self.first].soft_start),
            (self.last + 1, tokens[self.last].soft_end),
        ):
            if soft and tokens[token].text.isdigit():
                count += len(tokens[token].text)
            elif soft and self._is_letter(token):
                return None
        return count

    def _is_letter(self, token: int) -> bool:
        """Whether a token is letters of the word, not a sign at its edge (@lea) or the Arabic "and" before it."""
        text = self.layer.tokens[token].text
        return self.layer.text[self.layer.tokens[token].start].isalnum() and not (
            len(text) == 1 and ord(text) in JOINED
        )

    def before(self, count: int = 1) -> str:
        return self.layer.text[max(0, self.start - count) : self.start]

    def after(self, count: int = 1) -> str:
        return self.layer.text[self.end : self.end + count]


@dataclass
class Worth:
    """What a window is worth so far: each doubt lowers it and is said."""

    strength: Strength
    variant: str
    score: float
    reasons: list[Reason] = field(default_factory=list)

    def lower(self, strength: Strength, code: str) -> None:
        """Bring the strength down to `strength` at most, for the reason of this code."""
        if RANK[strength] < RANK[self.strength]:
            self.strength = strength
        self.score = round(self.score * 0.7, 4)
        self.reasons.append(Reason(code))
