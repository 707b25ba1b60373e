"""The errors of the cases room: each message tells a person what to do next and names nobody."""

from __future__ import annotations


class CaseError(Exception):
    """The family of errors of this room."""


class CaseNotFound(CaseError):
    """There is no such case here, or it was erased: the two are told apart nowhere (trust.md B1)."""


class CaseRefused(CaseError):
    """What was asked does not fit the case, the account or the mandate as they stand."""


class DocumentError(CaseError):
    """A document that opens a case and is not right; nothing was changed."""
