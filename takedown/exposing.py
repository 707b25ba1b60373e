"""What one notice would expose, from the rows it was drafted from and the records of its addressee."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cases.tables import CaseFile
from config.catalogue import Catalogue
from takedown import guided, proposal, store
from takedown.exposure import Exposure, Sending, exposure_of
from takedown.tables import NoticeRow


def of_notice(session: Session, notice_id: str, catalogue: Catalogue) -> Exposure:
    """The exposure of a notice as it stands: read again before each approval, never kept."""
    notice = store.get(session, NoticeRow, notice_id)
    case, goes_to = session.get_one(CaseFile, notice.case_id), store.open_addressee(session, notice)
    record, ground = catalogue.platforms.get(goes_to.record), catalogue.grounds.get(notice.ground)
    official = goes_to.record in catalogue.authorities
    sending = Sending(
        letter=proposal.letter_number(notice.letter), signer=notice.signer,
        named=notice.signer == "subject" or not (case.ex_partner or case.danger), discloses_to=goes_to.discloses_to,
        forwards=record.forwards_to_customer if record else ("no" if official else "unknown"),
        guarded=case.ex_partner or case.danger,
        attached=("mandate",) if notice.signer == "association" else (),
        complaint_needed=ground is not None and ground.complaint_needed,
        complaint_filed=guided.complaint_filed(session, notice.case_id),
    )  # fmt: skip
    return exposure_of(sending, catalogue.offences)
