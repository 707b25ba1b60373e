"""`python -m benchmarks`: every ratio, with the bound that an issue names where it names one.

What takes longer, or needs photographs, is called by itself: `python -m benchmarks.image_speed`, `.photographs DIR`
(collects the set), `.images --photos DIR`, `.videos --photos DIR`, `.local_cost`.
"""

from __future__ import annotations

import argparse

from benchmarks import images, letters, scan
from benchmarks.names import report

RATIOS = {"images": images, "letters": letters, "scan": scan}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], "names", *RATIOS], help="all of them when none is named")
    parser.add_argument("--full", action="store_true", help="a million watched persons too")
    parser.add_argument("--quick", action="store_true", help="a thousand persons and few pages: rows stay, unmeasured")
    parser.add_argument("--json", action="store_true", help="one JSON document (names)")
    asked = parser.parse_args()
    what = asked.what or ["names", *RATIOS]
    for name in (name for name in what if name in RATIOS):
        for ratio in RATIOS[name].ratios():
            print(ratio.line(), flush=True)
    if "names" in what:
        report.show(full=asked.full, as_json=asked.json, each=20 if asked.quick else 200, quick=asked.quick)


if __name__ == "__main__":
    main()
