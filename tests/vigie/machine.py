"""One machine of several, for a test that may kill it: real clock and rings, over rows that are files."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from storage.database import open_engine, session_factory
from vigie import rings
from vigie.clock import real_clock
from vigie.machines import Machines
from vigie.rings import Clockwork

SILENCE = 4.0  # seconds after which a machine counts as dead


class Files:
    """Rows: `ROW.due` holds the lock, `ROW.log` who began and ended when; a row whose work ended is not due."""

    def __init__(self, folder: Path, owner: str) -> None:
        self.folder, self.owner = folder, owner
        self.kinds = {"file": None}

    def due(self, _kind: str) -> Sequence[str]:
        return sorted(path.stem for path in self.folder.glob("*.due"))

    def locks(self, _kind: str, rows: Sequence[str]) -> Mapping[str, str]:
        return {row: (self.folder / f"{row}.due").read_text() for row in rows}

    def do(self, _kind: str, row: str) -> bool:
        """Claim the row, for a ring may ring twice, and work on it; the first time, `hangs` takes for ever."""
        if not (self.folder / f"{row}.due").exists():
            return False
        again = (self.folder / f"{row}.log").exists()
        self._note(row, "began")
        time.sleep(0.1 if again or row != "hangs" else 600)
        self._note(row, "ended")
        (self.folder / f"{row}.due").unlink(missing_ok=True)
        return True

    def sweep(self) -> None:
        """Nothing has a retention here."""

    def _note(self, row: str, what: str) -> None:
        with (self.folder / f"{row}.log").open("a") as log:
            log.write(f"{what} {self.owner} {time.time()}\n")


def main(url: str, folder: str, owner: str) -> None:
    rings.TICK, rings.LEADERSHIP = dt.timedelta(seconds=1), dt.timedelta(seconds=3)
    engine = open_engine(url)
    files = Files(Path(folder), owner)
    bells = Machines(files, engine, silence=SILENCE)
    Clockwork(files, bells, session_factory(engine, None), real_clock()).start()
    bells.serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
