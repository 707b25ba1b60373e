"""`python -m benchmarks.fuzz page|match [-max_total_time=180] [CORPUS]`: feeds mutated input until something breaks.

`page` gives bytes to the reader of pages in every type; `match` gives lines to the readers of `vigie match text` and to
the matcher. What holds is asserted here; the arguments after the target are libFuzzer's. Needs atheris (pip install
atheris), which has wheels for Linux and CPython only and is therefore in no lock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

try:
    import atheris
except ImportError:
    atheris = None

TARGETS = ("page", "match")


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(__doc__)
    if atheris is None:
        sys.exit("Fuzzing needs atheris: pip install atheris, then run this again.")
    with atheris.instrument_imports(include=["crawler", "monitor", "vigie.cli.match"]):
        from benchmarks.fuzz import targets  # noqa: PLC0415 - atheris instruments what is imported inside this block
    target: Callable[[bytes], None] = targets.page if sys.argv[1] == "page" else targets.match
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
