"""One code, two sizes: `make test` samples, `make deep` (VIGIE_TEST_SIZE=deep) runs the full size of the issues."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")
DEEP = os.environ.get("VIGIE_TEST_SIZE") == "deep"


def chosen(*, sampled: T, deep: T) -> T:
    """The value for the size of this run."""
    return deep if DEEP else sampled
