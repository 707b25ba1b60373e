"""The one family of errors of the takedown room: sentences that tell a person what to do next."""

from __future__ import annotations


class TakedownError(Exception):
    """Something this room refuses; the message never holds a name, a watched term or an address of a person."""


class TrackError(TakedownError):
    """A state does not allow this step (see the tables of `takedown.track`)."""


class AddresseeError(TakedownError):
    """Nobody in the catalogue can be written to for this content."""


class NoticeError(TakedownError):
    """A notice lacks something: an element, a sign-off, an approval, an answer about safety."""


class GuardError(TakedownError):
    """An outgoing message holds a picture, a video or something that cannot be opened and looked into."""
