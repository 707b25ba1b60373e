"""A process that has loaded everything and run nothing: it forks one child for each question, which may be killed.

The test's own process may not fork: the letters it renders leave threads behind, and a fork of those can lock up.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from tests.vigie.killed_chain import opened


def run(about: dict[str, Any], point: int) -> None:
    """The chain, killed at this boundary; what it counted by stage, or what went wrong, is left in a file."""
    count, passed = Path(about["folder"]) / "count", Counter[str]()

    def boundary() -> None:
        passed[chain.stage] += 1
        if passed.total() == point:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with opened(about, boundary) as chain:
            chain.run()
        count.write_text(json.dumps(passed))
    except BaseException:  # noqa: BLE001 - it is told to the test, which asserts on it
        count.write_text(traceback.format_exc())
    finally:
        os._exit(0)


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            run(asked["about"], asked["point"])
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
