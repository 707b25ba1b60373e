"""How much a run has used of what it may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Budget:
    """Pages and bytes of one run; `left_out` counts the pages that were wanted and no longer read."""

    most_pages: int
    most_bytes: int
    pages: int = 0
    bytes: int = 0
    left_out: int = 0

    def admits(self, *, page: bool) -> bool:
        """Whether one more request may begin; a page is counted when it begins."""
        if self.bytes >= self.most_bytes or (page and self.pages >= self.most_pages):
            self.left_out += page
            return False
        self.pages += page
        return True
