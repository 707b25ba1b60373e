"""The errors of the evidence room: each message tells a person what to do next and names no address."""

from __future__ import annotations


class EvidenceError(Exception):
    """The family of errors of this room."""


class MediumFound(EvidenceError):
    """A picture or video was still in what was to be sealed: nothing of it is kept (design.md section 7)."""

    def __init__(self, kind: str) -> None:
        super().__init__("A picture or video was found in the page's text, so it was not kept: report this as a fault.")
        self.kind = kind
