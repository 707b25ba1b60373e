"""The health of the instance, and two addresses for whoever supervises it; no content of any case."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cases import audit
from portal import reading
from portal.access import Entered
from storage import migrate, standing

router = APIRouter(include_in_schema=False)
REVISION = text("SELECT version_num FROM alembic_version")


@router.get("/sante", name="health")
def health(visit: Entered, chains: str = "") -> Response:
    """Sources, queue, clock; the journals are walked only when asked, for it takes a while."""
    enabled = {source.id: source.enabled for source in visit.services.catalogue.sources.values()}
    reports = list(audit.chains(visit.session)) if chains and visit.may("audit.verify") else None
    return visit.page(
        "health", sources=reading.sources_health(visit.session, enabled), queue=reading.queue(visit.session),
        reports=reports, version=visit.services.version, now=visit.now,
        full=standing.is_full(visit.services.settings.state_dir), behind=standing.set_back(visit.session, visit.now),
    )  # fmt: skip


@router.get("/healthz", name="alive")
def alive(visit: Entered) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive", "version": visit.services.version})


@router.get("/readyz", name="ready")
def ready(visit: Entered) -> Response:
    """Whether the database is the one this release expects and the clock ticks; 503 and what is wrong otherwise."""
    try:
        current = visit.session.scalar(REVISION)
    except SQLAlchemyError:
        current = None
    clock = reading.queue(visit.session)["clock_until"]
    found = {"database": current == migrate.newest(), "clock": clock is not None and clock > visit.now}
    return JSONResponse(found, 200 if all(found.values()) else 503)
