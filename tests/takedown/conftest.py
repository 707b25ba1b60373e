"""A desk with a case on it, for the tests of sending and following up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.takedown import desk as stage


@pytest.fixture
def desk(factory: sessionmaker[Session], now: dt.datetime, tmp_path: Path) -> stage.Desk:
    """Camille's case, Tuesday 24 November 2026, 9:00 UTC."""
    return stage.set_up(factory, now, tmp_path)
