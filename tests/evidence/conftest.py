"""Fixtures of the evidence room: a state folder, a way to ask for an exhibit, a way to capture it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from evidence import capture
from evidence.tables import Exhibit
from storage.database import transaction

_SPEC = importlib.util.spec_from_file_location("invented_exchanges", Path(__file__).parent / "invented.py")
assert _SPEC is not None
assert _SPEC.loader is not None
invented: Any = importlib.util.module_from_spec(_SPEC)
sys.modules["invented_exchanges"] = invented
_SPEC.loader.exec_module(invented)


@dataclasses.dataclass
class Room:
    """The evidence room of one test."""

    world: Any
    state_dir: Path
    now: dt.datetime

    def ask(self, *, age: str = "adult", address: str = "http://forum.example/s/12") -> str:
        with transaction(self.world.factory) as session:
            return capture.request(
                session, self.now, case_id=self.world.case.id, about="content-1", address=address,
                reason="before_notice", age_on_image=age, actor=self.world.agent,
            )  # fmt: skip

    def capture(self, exhibit_id: str, web: Callable[..., Any] | None = None, owner: str = "worker-1") -> str | None:
        return capture.run(
            self.world.factory, exhibit_id, owner=owner, clock=lambda: self.now, state_dir=self.state_dir,
            version="0.1.0", fetch=web or invented.Web(),
        )  # fmt: skip

    def row(self, exhibit_id: str) -> Exhibit:
        with transaction(self.world.factory) as session:
            return session.get_one(Exhibit, exhibit_id)

    def files(self) -> list[Path]:
        return sorted((self.state_dir / "evidence").glob("*"))

    def due(self) -> list[str]:
        with transaction(self.world.factory) as session:
            return capture.due(session, self.now)


@pytest.fixture
def room(world: Any, tmp_path: Path) -> Room:
    return Room(world, tmp_path / "state", world.now)


@pytest.fixture
def session(room: Room) -> Any:
    opened: Session
    with transaction(room.world.factory) as opened:
        yield opened
