"""What the portal is given by the wiring: it opens nothing and reads no clock by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, sessionmaker

from config.catalogue import Catalogue
from config.settings import Settings
from portal.slowdown import Slowdown
from takedown.letterbook import Letterbook


@dataclass(frozen=True)
class Services:
    """The parts every page works with; `clock` is the only source of time."""

    factory: sessionmaker[Session]
    clock: Callable[[], dt.datetime]
    settings: Settings
    catalogue: Catalogue
    letterbook: Letterbook
    version: str
    slowdown: Slowdown = field(default_factory=Slowdown)

    @property
    def personal(self) -> bool:
        return self.settings.mode == "personal"
