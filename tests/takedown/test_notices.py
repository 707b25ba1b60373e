"""Letters before they leave: evidence first, complete, signed off, approved by the right person, and safe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from cases import mandate
from cases.tables import CaseFile, Mandate, Organisation
from config import messages
from storage import ledger
from storage.database import transaction
from takedown import guided, notices, statistics, store
from takedown.addressee import find
from takedown.blocks import LetterError
from takedown.errors import AddresseeError, NoticeError, TrackError
from takedown.events import CODES
from takedown.tables import DispatchRow, NoticeRow, SignOff, TrackRow
from tests.takedown import desk as stage
from tests.takedown.desk import Desk, Postman, book, catalogue, codes, dispatch, notice, platform, seal, track_of


def drafted(session: Session, desk: Desk, **changed: object) -> str:
    return desk.draft(session, [track_of(session, desk.content(session)).id], **changed)


@pytest.mark.parametrize(("state", "why"), [("capturing", "in a moment"), ("failed", "court officer")])
def test_nothing_is_drafted_before_the_evidence_is_sealed(desk: Desk, state: str, why: str) -> None:
    with transaction(desk.factory) as session:
        content_id = desk.content(session)
        seal(session, content_id, state)
        with pytest.raises(NoticeError, match=why):
            desk.draft(session, [track_of(session, content_id).id])


def test_the_ladder_chooses_the_letter_and_the_record_its_addressee(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk)
        row = notice(session, notice_id)
        assert (row.letter, row.ground, row.platform, row.status) == (
            "L01.intimate_image", "intimate_image", "images", "draft",
        )  # fmt: skip
        goes_to = store.open_addressee(session, row)
        assert (goes_to.entity, goes_to.value) == ("Imagerie Sociale Ltd", "notice@images.example")
        assert goes_to.discloses_to == "uploader"


def test_one_letter_covers_several_contents_of_one_site(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        ids = [track_of(session, desk.content(session, f"https://images.example/p/{n}")).id for n in (1, 2, 3)]
        text = str(store.open_letter(session, notice(session, desk.draft(session, ids))).to_json())
        assert all(f"images.example/p/{n}" in text for n in (1, 2, 3))
        elsewhere = track_of(session, desk.content(session, "https://formed.example/p/1")).id
        with pytest.raises(NoticeError, match="one site"):
            desk.draft(session, [*ids, elsewhere])


def test_a_site_without_a_record_has_no_addressee(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        track = track_of(session, desk.content(session, "https://petit-forum.example/1"))
        with pytest.raises(AddresseeError, match="add a platform record"):
            desk.draft(session, [track.id], letter="L01.intimate_image")


def test_a_channel_made_for_the_harm_wins_over_one_for_everything() -> None:
    general = platform().channels[0]
    own = general.model_copy(update={"harms": ["intimate_image"], "value": "intime@images.example"})
    chosen = catalogue(platform(channels=[general, own]))
    assert find(chosen, "images", "intimate_image").value == "intime@images.example"
    assert find(chosen, "images", "doxxing").value == "notice@images.example"
    assert find(chosen, "images", "doxxing", prefer=("post",)).channel == "post"
    regulator = next(one for one in chosen.authorities.values() if one.kind == "regulator" and one.form)
    assert find(chosen, regulator.id, "doxxing").value == regulator.form


def test_a_letter_is_not_ready_while_the_person_has_not_vouched_for_it(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk)
        with pytest.raises(NoticeError, match=r"dsa16\.2\.d \(to_confirm\)"), session.begin_nested():
            notices.mark_ready(
                session, desk.clock(), notice_id, actor=desk.agent, letterbook=book(), catalogue=desk.catalogue
            )
        assert notice(session, notice_id).status == "draft"
        desk.ready(session, notice_id)
        assert notice(session, notice_id).status == "ready"


def test_a_letter_that_lacks_an_element_is_refused_with_its_name(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk)
        letter = store.open_letter(session, notice(session, notice_id))
        kept = [block for block in letter.blocks if block.element != "dsa16.2.b"]
        edited = notices.edit(session, desk.clock(), notice_id, kept, actor=desk.agent, letterbook=book())
        assert [missing.element for missing in edited.missing] == ["dsa16.2.b"]
        with pytest.raises(NoticeError, match=r"dsa16\.2\.b \(missing\)"):
            desk.ready(session, notice_id)


def test_the_preview_says_to_whom_it_goes_and_who_will_learn_of_it(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        seen = notices.preview(session, drafted(session, desk), letterbook=book(), catalogue=desk.catalogue)
        assert seen.checklist["dsa16.2.b"] == "present"
        for lang, words in (("fr", "formulaire|courriel"), ("en", "e-mail")):
            remarks = list(seen.remarks(lang))
            assert any(word in remarks[0] for word in words.split("|"))
            assert len(remarks) > 3
        assert seen.to_json()["addressee"]["entity"] == "Imagerie Sociale Ltd"


def test_an_edit_drops_the_approval_and_the_sending(desk: Desk) -> None:
    postman = Postman()
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
        letter = store.open_letter(session, notice(session, notice_id))
        first = replace(letter.blocks[0], text="Madame, Monsieur, bonjour,")
        notices.edit(session, desk.clock(), notice_id, (first, *letter.blocks[1:]), actor=desk.agent, letterbook=book())
        row = notice(session, notice_id)
        assert (row.status, row.approved_by) == ("draft", None)
        assert dispatch(session, dispatch_id).status == "withdrawn"
    desk.clock.forward(hours=1)
    assert desk.send(dispatch_id, postman) is None
    assert postman.given == []


def test_without_a_lawyers_signature_nothing_is_ready_and_nothing_is_approved(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk)
        desk.ready(session, notice_id)
        session.query(SignOff).delete()
        with pytest.raises(NoticeError, match="No lawyer signed"):
            desk.approve(session, notice_id)
        unsigned = drafted(session, desk)
        assert store.open_letter(session, notice(session, unsigned)).head.stamp is not None
        with pytest.raises(NoticeError, match="No lawyer signed"):
            desk.ready(session, unsigned)


def test_a_letter_drafted_before_its_sign_off_leaves_without_the_draft_stamp(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        session.query(SignOff).delete()
        notice_id = drafted(session, desk)
        stage.sign_all(session, desk.clock(), desk.lawyer)
        desk.ready(session, notice_id)
        desk.approve(session, notice_id)
        letter = store.open_letter(session, notice(session, notice_id))
        assert (letter.draft, letter.head.stamp) == (False, None)


def test_a_specimen_leaves_only_in_the_demo_where_it_keeps_its_stamp(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk, specimen=True)
        desk.ready(session, notice_id)
        with pytest.raises(NoticeError, match="only in the demo"):
            desk.approve(session, notice_id)
        desk.settings = replace(desk.settings, demo=True)
        desk.approve(session, notice_id)
        assert "SPÉCIMEN" in str(store.open_letter(session, notice(session, notice_id)).head.stamp)


def test_one_approval_is_enough_where_the_organisation_asks_no_second_person(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk)
        desk.ready(session, notice_id)
        assert session.query(DispatchRow).count() == 0
        assert desk.approve(session, notice_id, actor=desk.agent) is not None


def test_who_drafted_and_one_other_are_two_people(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        session.execute(update(Organisation).values(two_people=True))
        notice_id = drafted(session, desk)
        desk.ready(session, notice_id)
        assert desk.approve(session, notice_id, actor=desk.agent) is None
        assert desk.approve(session, notice_id, actor=desk.lead) is not None


def test_in_personal_mode_the_owner_does_both_and_the_waiver_is_kept(desk: Desk) -> None:
    desk.settings = replace(desk.settings, mode="personal")
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk, signer="subject")
        desk.ready(session, notice_id)
        assert desk.approve(session, notice_id, actor=desk.agent) is not None
        told = statistics.timeline(session, desk.case_id)[-1]
        assert (told["code"], told["codes"]["review"]) == ("notice.approved", "waived")


def test_where_the_organisation_asks_two_people_two_people_approve(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        session.execute(update(Organisation).values(two_people=True))
        notice_id = drafted(session, desk, signer="subject")
        desk.ready(session, notice_id)
        assert desk.approve(session, notice_id) is None
        assert notice(session, notice_id).status == "approved"
        with pytest.raises(NoticeError, match="second person"):
            desk.approve(session, notice_id)
        assert desk.approve(session, notice_id, actor=desk.lawyer) is not None
        row = notice(session, notice_id)
        assert (row.status, row.approved_by, row.second_approved_by) == ("queued", desk.lead, desk.lawyer)


def test_an_association_signs_others_letters_only_under_a_mandate_valid_today(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        session.execute(update(Mandate).values(valid_until=desk.clock().date() - dt.timedelta(days=1)))
        lawyers = drafted(session, desk, signer="lawyer")
        desk.ready(session, lawyers)
        with pytest.raises(NoticeError, match="No mandate"):
            desk.approve(session, lawyers)
        mandate.grant(session, desk.clock(), case_id=desk.case_id, account_id=desk.lawyer, kind="lawyer",
                      scope=("notify",), valid_from=desk.clock().date(), actor="subject")  # fmt: skip
        assert desk.approve(session, lawyers, actor=desk.lawyer) is not None


def test_with_an_ex_partner_each_sending_asks_first_whether_it_is_safe(
    factory: sessionmaker[Session], now: dt.datetime, tmp_path: Path
) -> None:
    desk = stage.set_up(factory, now, tmp_path, ex_partner=True)
    with transaction(factory) as session:
        notice_id = drafted(session, desk)
        desk.ready(session, notice_id)
        with pytest.raises(NoticeError, match="Is it safe"):
            desk.approve(session, notice_id)
        with pytest.raises(NoticeError, match="Not safe"):
            desk.approve(session, notice_id, safe_to_notify=False)
        text = str(store.open_letter(session, notice(session, notice_id)).to_json())
        assert "Camille" not in text  # in danger, the person is not named unless she asks
        assert desk.approve(session, notice_id, safe_to_notify=True) is not None


def test_with_danger_a_letter_that_may_reach_the_person_in_question_never_leaves(
    factory: sessionmaker[Session], now: dt.datetime, tmp_path: Path
) -> None:
    desk = stage.set_up(factory, now, tmp_path, danger=True)
    with transaction(factory) as session:
        notice_id = drafted(session, desk)
        desk.ready(session, notice_id)
        for letter in ("L16", "L17", "L18", "L28"):
            session.execute(update(NoticeRow).values(letter=letter))
            session.execute(update(SignOff).values(letter=letter).where(SignOff.letter == "L03"))
            row = notice(session, notice_id)
            stage.signoff.sign(
                session, now, letter=letter, lang="fr", sha=row.template_sha256, account=desk.lawyer
            )  # fmt: skip
            with pytest.raises(NoticeError, match="may reach the person"):
                desk.approve(session, notice_id, safe_to_notify=True)


@pytest.mark.parametrize("standing", [{"status": "paused"}, {"frozen": True}])
def test_nothing_is_approved_in_a_case_that_is_paused_or_frozen(desk: Desk, standing: dict[str, object]) -> None:
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk)
        desk.ready(session, notice_id)
        session.execute(update(CaseFile).values(**standing))
        with pytest.raises(NoticeError, match="paused, closed or under review"):
            desk.approve(session, notice_id)


def test_the_same_letter_drafted_twice_is_sent_once(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
        twin = desk.draft(session, [session.query(TrackRow.id).scalar()])
        desk.ready(session, twin)
        with pytest.raises(NoticeError, match="This very letter"):
            desk.approve(session, twin)
        assert dispatch(session, dispatch_id).notice_id == notice_id


def test_a_comment_on_a_returned_letter_is_sealed(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id = drafted(session, desk)
        desk.ready(session, notice_id)
        notices.return_(session, desk.clock(), notice_id, comment="Ôtez le prénom.", actor=desk.lead)
        assert notice(session, notice_id).status == "draft"
        assert "prénom" not in str(statistics.timeline(session, desk.case_id))
        assert ledger.detail(session, ledger.read(session, desk.case_id)[-1])["comment"] == "Ôtez le prénom."


def test_a_letter_given_up_never_leaves(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        notice_id, dispatch_id = desk.approved(session)
        notices.withdraw(session, desk.clock(), notice_id, actor=desk.lead)
        assert notice(session, notice_id).status == "retracted"
        with pytest.raises(NoticeError, match="has not left"):
            notices.retract(session, desk.clock(), notice_id, actor=desk.lead)
    desk.clock.forward(hours=1)
    assert desk.send(dispatch_id, Postman()) is None


def test_a_notice_sent_by_mistake_stops_its_clocks(desk: Desk) -> None:
    notice_id, track_id = desk.sent()
    with transaction(desk.factory) as session:
        with pytest.raises(NoticeError, match="has left"):
            notices.withdraw(session, desk.clock(), notice_id, actor=desk.lead)
        notices.retract(session, desk.clock(), notice_id, actor=desk.lead)
        track = session.get_one(TrackRow, track_id)
        assert (track.status, track.due_at) == ("to_act", None)
        assert statistics.coming(session, desk.clock()) == []


def test_a_form_is_approved_then_sent_by_a_person_with_its_number_and_day(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        track = track_of(session, desk.content(session, "https://formed.example/p/1"))
        notice_id = desk.draft(session, [track.id])
        desk.ready(session, notice_id)
        with pytest.raises(NoticeError, match="approve it first"):
            notices.mark_sent(session, desk.clock(), notice_id, actor=desk.agent, catalogue=desk.catalogue)
        dispatch_id = desk.approve(session, notice_id)
        assert dispatch_id is not None
        assert notice(session, notice_id).status == "approved"
    desk.clock.forward(days=1)
    assert desk.send(dispatch_id, Postman(kind="form")) is None  # no machine fills a form in
    with transaction(desk.factory) as session:
        given = {"actor": desk.agent, "catalogue": desk.catalogue, "number": "F-7781"}
        with pytest.raises(NoticeError, match="still to come"):
            notices.mark_sent(session, desk.clock(), notice_id, on=desk.clock().date() + dt.timedelta(1), **given)
        notices.mark_sent(session, desk.clock(), notice_id, on=desk.clock().date(), **given)
        row = session.get_one(TrackRow, track.id)
        assert (notice(session, notice_id).status, row.status) == ("sent", "waiting")
        assert row.due_at == desk.clock() + dt.timedelta(hours=48)


def test_a_reminder_names_the_first_notice_and_its_form_number(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        track = track_of(session, desk.content(session, "https://formed.example/p/1"))
        first = desk.draft(session, [track.id])
        desk.ready(session, first)
        desk.approve(session, first)
        notices.mark_sent(
            session, desk.clock(), first, actor=desk.agent, catalogue=desk.catalogue, number="F-7781"
        )  # fmt: skip
        reminder = notice(session, desk.draft(session, [track.id]))
        text = str([block.to_json() for block in store.open_letter(session, reminder).blocks])
        assert reminder.letter == "L03"
        assert reminder.earlier_notice_id == first
        assert notice(session, first).reference in text
        assert "F-7781" in text


def test_a_guided_act_keeps_its_number_sealed_and_counts_as_done(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        track = track_of(session, desk.content(session))
        today = desk.clock().date()
        guided.record(
            session, desk.clock(), track_id=track.id, act="pharos", number="P-123", done_on=today, actor=desk.agent
        )
        (done,) = guided.of_track(session, track.id)
        assert (done["act"], done["on"], done["number"]) == ("pharos", today.isoformat(), "P-123")
        assert "P-123" not in str(statistics.timeline(session, desk.case_id))


def test_a_letter_for_another_harm_is_refused_in_words(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        track = track_of(session, desk.content(session))
        with pytest.raises(NoticeError, match="No ground in force"):
            desk.draft(session, [track.id], letter="L01.doxxing")
        with pytest.raises(LetterError, match="There is no letter"):
            desk.draft(session, [track.id], letter="L99")


def test_a_resolved_or_closed_track_needs_no_letter(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        track = track_of(session, desk.content(session))
        for status in ("resolved", "closed"):
            track.status = status
            with pytest.raises(NoticeError, match="needs no letter"):
                desk.draft(session, [track.id])


REPEATED: list[Callable[[Session, Desk, str], object]] = [
    lambda session, desk, one: notices.undo(session, desk.clock(), one, actor=desk.lead),
    lambda session, desk, one: desk.ready(session, one),
    lambda session, desk, one: desk.approve(session, one),
]


@pytest.mark.parametrize("act", REPEATED)
def test_what_has_left_can_be_neither_undone_nor_approved_again(
    desk: Desk, act: Callable[[Session, Desk, str], object]
) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session, pytest.raises((NoticeError, TrackError)):
        act(session, desk, notice_id)


def test_every_event_can_be_told_in_both_languages(desk: Desk) -> None:
    notice_id, _ = desk.sent()
    with transaction(desk.factory) as session:
        notices.retract(session, desk.clock(), notice_id, actor=desk.lead)
        for event in statistics.timeline(session, desk.case_id):
            for lang in ("fr", "en"):
                assert messages.render(event["code"], event["params"], lang)
    assert messages.messages().keys() >= CODES


def test_no_event_holds_a_name_an_address_or_a_mailbox(desk: Desk) -> None:
    desk.sent()
    with transaction(desk.factory) as session:
        told = str([row["codes"] for row in statistics.timeline(session, desk.case_id)])
        for personal in ("Camille", "8841", "@", "Lyon"):
            assert personal not in told
        assert codes(session, desk.case_id).count("notice.sent") == 1


def test_a_notice_sent_by_mistake_is_taken_back_by_a_letter_that_two_people_approve(desk: Desk) -> None:
    wrong = {
        "mistakes": "L'adresse désignait une page sans rapport avec la personne.",
        "withdrawn": "en totalité",
        "corrected": "néant",
    }
    postman = Postman()
    with transaction(desk.factory) as session:
        track = track_of(session, desk.content(session))
        first = desk.draft(session, [track.id])
        desk.ready(session, first)
        sent = desk.approve(session, first)
    desk.clock.forward(hours=1)
    desk.send(sent, postman)
    with transaction(desk.factory) as session:
        notices.retract(session, desk.clock(), first, actor=desk.lead)
        taken_back = desk.draft(session, [track.id], letter="L31", facts=wrong)
        said = str([block.to_json() for block in store.open_letter(session, notice(session, taken_back)).blocks])
        assert notice(session, first).reference in said
        desk.ready(session, taken_back)
        assert desk.approve(session, taken_back) is None  # one is not enough
        dispatch_id = desk.approve(session, taken_back, actor=desk.agent)
        assert dispatch_id is not None
    desk.clock.forward(hours=1)
    desk.send(dispatch_id, postman)
    with transaction(desk.factory) as session:
        assert notice(session, taken_back).status == "sent"
        assert session.get_one(TrackRow, track.id).status != "waiting"  # nothing is awaited of a retraction


def test_a_complaint_carries_the_dated_chronology_of_what_was_sent(desk: Desk) -> None:
    told = {
        "service": "Images inventées",
        "breaches": "Article 16, paragraphe 4 : aucun accusé de réception n'a été envoyé.",
    }
    with transaction(desk.factory) as session:
        track = track_of(session, desk.content(session, "https://formed.example/p/1"))
        first = desk.draft(session, [track.id])
        desk.ready(session, first)
        desk.approve(session, first)
        notices.mark_sent(session, desk.clock(), first, actor=desk.agent, catalogue=desk.catalogue, number="F-7781")
        today = desk.clock().date()
        guided.record(
            session, desk.clock(), track_id=track.id, act="pharos", number="P-123", done_on=today, actor=desk.agent
        )
        complaint = notice(session, desk.draft(session, [track.id], letter="L06", facts=told))
        letter = store.open_letter(session, complaint)
        rows = [row for block in letter.blocks if block.element == "chronology" for row in block.items[1:]]
        assert [row[0] for row in rows] == ["24\u00a0novembre 2026"] * 3
        lines = " ".join(row[1] for row in rows)
        assert notice(session, first).reference in lines
        assert "PHAROS" in lines
        assert "P-123" not in str(letter.to_json())  # a police number stays sealed


def test_a_ground_that_nobody_read_for_a_year_keeps_a_letter_from_being_ready(desk: Desk) -> None:
    with transaction(desk.factory) as session:
        letter = desk.draft(session, [track_of(session, desk.content(session)).id])
        desk.clock.forward(days=380)
        with pytest.raises(NoticeError, match="more than a year ago"):
            desk.ready(session, letter)
