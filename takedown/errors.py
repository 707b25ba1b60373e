"""The one family of errors of the takedown room: sentences that tell a person what to do next."""

from __future__ import annotations

from typing import Self

from config import messages


class TakedownError(Exception):
    """Something this room refuses; the message never holds a name, a watched term or an address of a person.

    `code` and `params` say the same in both languages (config/texts/refusals.toml); where a refusal has no text of its
    own, its code is that of its kind. The message is always the English sentence.
    """

    code = "refusal.other"

    def __init__(self, sentence: str, code: str | None = None, **params: object) -> None:
        super().__init__(sentence)
        self.code = code or self.code
        self.params = params

    @classmethod
    def coded(cls, code: str, **params: object) -> Self:
        """The error of a code: its English text is the message, so that each sentence is written once."""
        return cls(messages.render(code, params, "en"), code, **params)


class TrackError(TakedownError):
    """A state does not allow this step (see the tables of `takedown.track`)."""

    code = "refusal.state"


class AddresseeError(TakedownError):
    """Nobody in the catalogue can be written to for this content."""

    code = "refusal.addressee"


class NoticeError(TakedownError):
    """A notice lacks something: an element, a sign-off, an approval, an answer about safety."""

    code = "refusal.letter"


class GuardError(TakedownError):
    """An outgoing message holds a picture, a video or something that cannot be opened and looked into."""


class UnknownRow(TakedownError):
    """There is nothing with this id: it was mistyped, or it is another case's."""
