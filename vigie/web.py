"""The portal's application, wired: apart from the wiring of commands, which must not load a web framework."""

from __future__ import annotations

from fastapi import FastAPI

from portal.app import create_app
from portal.services import Services
from vigie.wiring import Wiring


def application(loaded: Wiring) -> FastAPI:
    """The portal on this instance's database, clock, records and letters."""
    return create_app(
        Services(
            factory=loaded.factory,
            clock=loaded.clock,
            settings=loaded.settings,
            catalogue=loaded.catalogue,
            letterbook=loaded.letterbook,
            version=loaded.version,
        )
    )
