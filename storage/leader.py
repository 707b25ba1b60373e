"""The leader's lock: of all processes that could play a named role (the clock), one at a time does."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from storage.database import changed, insert_new
from storage.standing import SLACK
from storage.tables import Leader


def take(session: Session, name: str, owner: str, now: dt.datetime, lease: dt.timedelta) -> bool:
    """Take or renew a role until `now + lease`; False when another owner's lease still runs.

    A leader that dies gives the role up by silence: the next to ask after its lease has ended takes it. A lease that
    ends later than any could was taken before the clock was set back: it holds nobody up.
    """
    until = now + lease
    if insert_new(session, Leader, name=name, owner=owner, lease_until=until):
        return True
    mine_or_free = or_(Leader.owner == owner, Leader.lease_until < now, Leader.lease_until > until + SLACK)
    claim = update(Leader).where(Leader.name == name, mine_or_free).values(owner=owner, lease_until=until)
    return changed(session.execute(claim)) == 1
