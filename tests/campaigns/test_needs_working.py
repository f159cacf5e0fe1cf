"""What a coordinator does about a need beside moving it, on both engines."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from appel_solidaire.db import Database
from campaigns import needs
from campaigns.models import (
    Agreement,
    Appointment,
    DeskSlot,
    MeetingKind,
    MeetingState,
    Need,
    NeedState,
    Office,
    Organisation,
    OutgoingMail,
    Result,
    Urgency,
    User,
    VoucherState,
)
from campaigns.needs import asking, joining, meetings, vouchers, working
from campaigns.needs.working import Reached
from campaigns.refusal import Refusal
from tests.factories import TUESDAY
from tests.needs_stage import Stage, set_up

LATER = TUESDAY + timedelta(hours=1)
SOON = TUESDAY + timedelta(days=3)


def called(stage: Stage, need: Need, reached: Reached, words: str = "") -> None:
    working.log_call(
        stage.session,
        need,
        reached,
        words=words,
        by=stage.anne,
        version=need.version,
        at=LATER,
    )


# Calls, notes, marks -------------------------------------------------------------------------


def test_calls_to_the_person_are_counted_and_the_words_stay_between_colleagues(
    stage: Stage,
) -> None:
    need = stage.raised()
    called(stage, need, Reached.NO_ANSWER)
    called(stage, need, Reached.MESSAGE, "Messagerie pleine, fille prévenue")
    assert (working.attempts(need), working.missed_in_a_row(need)) == (2, 2)
    assert [step.say for step in need.steps if step.is_internal] == [
        "Messagerie pleine, fille prévenue"
    ]
    called(stage, need, Reached.SPOKE)
    assert (working.attempts(need), working.missed_in_a_row(need)) == (3, 0)
    assert (need.owner, need.state) == (stage.anne, NeedState.TAKEN)


def test_the_message_after_a_missed_call_holds_the_official_number_and_no_detail(
    stage: Stage,
) -> None:
    organisation = stage.session.get_one(Organisation, 1)
    organisation.switchboard_phone = "+33353010080"
    said = working.missed_call_message(organisation)
    assert "03 53 01 00 80" in said.replace("\u00a0", " ")
    assert "besoin" not in said


def test_a_professional_note_is_internal_and_does_not_move_the_need(stage: Stage) -> None:
    need = stage.raised()
    moved, shown = need.moved_at, need.version
    working.write_note(
        stage.session, need, "Suivie par Mme R.", by=stage.anne, version=shown, at=LATER
    )
    assert need.steps[-1].is_internal
    assert (need.moved_at, need.version) == (moved, shown + 1)
    assert "Suivie" not in needs.say_to_volunteer(need)


def test_every_act_holds_the_version_its_page_showed(stage: Stage) -> None:
    need, other = stage.raised(), stage.raised("DRO_CAF")
    session, old = stage.session, need.version
    needs.take(session, need, by=stage.anne, version=old, at=LATER)
    by = {"by": stage.bob, "version": old, "at": LATER}
    slot = a_slot(stage, places=1)
    for act in (
        lambda: working.log_call(session, need, Reached.SPOKE, words="", **by),
        lambda: working.write_note(session, need, "Vu", **by),
        lambda: working.mark_face_to_face(session, need, wanted=True, **by),
        lambda: working.send_to_review(session, need, **by),
        lambda: working.leave_review(session, need, say="Vu", **by),
        lambda: working.reopen(session, need, reason="Non", **by),
        lambda: asking.ask(session, need, stage.karim, "Depuis quand ?", **by),
        lambda: joining.join(session, need, other, **by),
        lambda: meetings.book(
            session, need, MeetingKind.HOME, when=SOON, place="", with_whom="", **by
        ),
        lambda: meetings.book_place(session, need, slot.id, **by),
        lambda: vouchers.ask_voucher(session, need, "50", campaign=stage.campaign, why="", **by),
    ):
        with pytest.raises(needs.Changed) as changed:
            act()
        assert changed.value.who == "Anne"


def test_two_acts_of_one_instant_are_two_versions(stage: Stage) -> None:
    need = stage.raised()
    shown = need.version
    called(stage, need, Reached.NO_ANSWER)
    called(stage, need, Reached.NO_ANSWER)
    assert need.version == shown + 2


def test_the_joint_meeting_lists_what_was_sent_to_it_until_it_decided(stage: Stage) -> None:
    need, secret = stage.raised(), stage.raised("PRO_VIOLENCES")
    for one in (need, secret):
        working.send_to_review(stage.session, one, by=stage.anne, version=one.version, at=LATER)
    with pytest.raises(Refusal, match="déjà"):
        working.send_to_review(stage.session, need, by=stage.anne, version=need.version, at=LATER)
    listed = working.to_review(stage.session, stage.bob, stage.campaign, at=LATER)
    assert listed == [need]
    assert len(working.to_review(stage.session, stage.anne, stage.campaign, at=LATER)) == 2
    working.leave_review(
        stage.session, need, say="Visite", by=stage.anne, version=need.version, at=LATER
    )
    assert working.to_review(stage.session, stage.bob, stage.campaign, at=LATER) == []


def test_a_closed_need_is_opened_again_with_a_reason_and_an_owner(stage: Stage) -> None:
    need = stage.raised()
    needs.close(
        stage.session,
        need,
        Result.SOLVED,
        say="Livré",
        by=stage.anne,
        version=need.version,
        at=LATER,
    )
    again = {"by": stage.bob, "at": SOON}
    with pytest.raises(Refusal):
        working.reopen(stage.session, need, reason=" ", version=need.version, **again)
    working.reopen(stage.session, need, reason="Rien n’est venu", version=need.version, **again)
    assert (need.state, need.owner, need.result) == (NeedState.TAKEN, stage.bob, None)
    assert (need.reopened_at, need.closed_at) == (SOON, None)
    with pytest.raises(Refusal, match="pas clos"):
        working.reopen(stage.session, need, reason="Encore", version=need.version, **again)


def test_what_the_person_did_not_want_handed_on_is_never_opened_again(stage: Stage) -> None:
    need = stage.raised(agreement=Agreement.NO)
    with pytest.raises(Refusal, match="pas voulu"):
        working.reopen(
            stage.session, need, reason="Quand même", by=stage.anne, version=need.version, at=SOON
        )


# Questions -----------------------------------------------------------------------------------


def test_a_question_reaches_the_volunteer_and_its_answer_comes_back(stage: Stage) -> None:
    need = stage.raised()
    question = asking.ask(
        stage.session,
        need,
        stage.karim,
        "Peut-elle sortir ?",
        by=stage.anne,
        version=need.version,
        at=LATER,
    )
    (asked,) = asking.questions_for(stage.session, stage.karim, stage.campaign)
    assert (asked.reference, asked.text, asked.asked_by) == (
        need.reference,
        "Peut-elle sortir ?",
        "Anne",
    )
    mail = stage.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.kind == "need_question")
    ).one()
    assert mail.to_address == "karim@example.org"
    assert mail.about == {"need": need.id, "question": question.id}
    assert asking.question_for(stage.session, stage.bob, stage.campaign, question.id) is None
    asking.answer_question(stage.session, question, "Plus depuis mars", by=stage.karim, at=SOON)
    assert asking.questions_for(stage.session, stage.karim, stage.campaign) == []
    assert need.steps[-1].say == "Réponse de Karim : Plus depuis mars".replace(" :", "\u00a0:")
    with pytest.raises(Refusal, match="déjà répondu"):
        asking.answer_question(stage.session, question, "Encore", by=stage.karim, at=SOON)


def test_about_a_sensitive_need_only_who_heard_it_is_asked_and_no_name_is_shown(
    stage: Stage,
) -> None:
    need = stage.raised("PRO_VIOLENCES")
    assert asking.askable(stage.session, need, at=LATER) == [stage.karim]
    asking.ask(
        stage.session,
        need,
        stage.karim,
        "Quand ?",
        by=stage.anne,
        version=need.version,
        at=LATER,
    )
    (asked,) = asking.questions_for(stage.session, stage.karim, stage.campaign)
    assert asked.person == ""
    stage.karim.suspended_at = LATER
    assert asking.askable(stage.session, need, at=LATER) == []


# Joining -------------------------------------------------------------------------------------


def join(stage: Stage, need: Need, kept: Need) -> None:
    joining.join(stage.session, need, kept, by=stage.anne, version=need.version, at=LATER)


def test_duplicates_become_one_with_the_earlier_time_and_the_partners_of_both(
    stage: Stage,
) -> None:
    kept, need = stage.raised("DRO_CAF"), stage.raised("ALI_URGENCE")
    partners = [one for one in need.referrals if not needs.is_internal(one)]
    due = need.due_at
    join(stage, need, kept)
    assert (need.state, need.result, need.joined_to_id) == (
        NeedState.CLOSED,
        Result.DUPLICATE,
        kept.id,
    )
    assert (kept.urgency, kept.due_at) == (Urgency.U1, due)
    stage.session.expire_all()
    assert [one.need_id for one in partners] == [kept.id] * len(partners)
    assert joining.joined(stage.session, kept) == [need]
    assert need.reference in kept.steps[-1].say
    (news,) = asking.joined_news(stage.session, stage.karim, stage.campaign, at=SOON)
    assert (news.reference, news.kept) == (need.reference, kept.reference)


def test_what_a_duplicate_still_waits_for_goes_on_with_the_need_it_is_joined_to(
    stage: Stage,
) -> None:
    need, kept = stage.raised(), stage.raised("ALI_PORTAGE")
    session, anne = stage.session, stage.anne
    meetings.book(
        session, need, MeetingKind.HOME, when=SOON, place="", with_whom="",
        by=anne, version=need.version, at=LATER,
    )  # fmt: skip
    asking.ask(
        session, need, stage.karim, "Depuis quand ?", by=anne, version=need.version, at=LATER
    )
    vouchers.ask_voucher(
        session, need, "30", campaign=stage.campaign, why="", by=anne, version=need.version,
        at=LATER,
    )  # fmt: skip
    join(stage, need, kept)
    session.flush()
    assert len(meetings.of_need(session, kept)) == len(vouchers.of_need(session, kept)) == 1
    (question,) = asking.questions_for(session, stage.karim, stage.campaign)
    assert question.reference == kept.reference
    assert not meetings.of_need(session, need)


def test_needs_of_two_people_or_read_by_different_people_are_not_joined(stage: Stage) -> None:
    need = stage.raised()
    strangers = stage.raised("DRO_CAF", whom=stage.person("80620"))
    secret = stage.raised("PRO_VIOLENCES")
    done = stage.raised("AUT_APA")
    needs.close(
        stage.session,
        done,
        Result.SOLVED,
        say="Fait",
        by=stage.anne,
        version=done.version,
        at=LATER,
    )
    for other in (strangers, secret, done, need):
        with pytest.raises(Refusal):
            join(stage, need, other)
    assert joining.candidates(stage.session, stage.anne, stage.campaign, need, at=LATER) == []


# Vouchers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [("50", 5000), ("50,5", 5050), ("50.05 €", 5005), ("1 000", 100000), ("-5", None), ("x", None)],
)
def test_an_amount_is_read_as_it_is_written(written: str, expected: int | None) -> None:
    assert vouchers.cents(written) == expected


def test_a_voucher_is_asked_then_granted_by_who_may_with_a_number_of_its_own(
    stage: Stage,
) -> None:
    need = stage.raised("ALI_URGENCE")

    def ask(amount: str) -> None:
        vouchers.ask_voucher(
            stage.session,
            need,
            amount,
            campaign=stage.campaign,
            why="Courses",
            by=stage.anne,
            version=need.version,
            at=LATER,
        )

    for wrong in ("0", "zut", "301"):
        with pytest.raises(Refusal):
            ask(wrong)
    ask("50")
    with pytest.raises(Refusal, match="déjà demandé"):
        ask("20")
    (slip,) = vouchers.of_need(stage.session, need)

    def grant(by: User, number: str) -> None:
        vouchers.grant(
            stage.session,
            slip.voucher,
            number,
            campaign=stage.campaign,
            by=by,
            version=need.version,
            at=SOON,
        )

    with pytest.raises(Refusal, match="coordination de la campagne"):
        grant(stage.anne, "BS-1")
    with pytest.raises(Refusal, match="numéro"):
        grant(stage.odile, " ")
    grant(stage.odile, "BS-1")
    (slip,) = vouchers.of_need(stage.session, need)
    assert (slip.voucher.state, slip.voucher.number, slip.decided_by) == (
        VoucherState.GRANTED,
        "BS-1",
        "Odile",
    )
    with pytest.raises(Refusal, match="déjà sa réponse"):
        grant(stage.odile, "BS-2")


def test_a_campaign_sets_who_decides_and_how_much(stage: Stage) -> None:
    stage.campaign.thresholds = {"vouchers": {"deciders": ["coordinator"], "most_cents": 1000}}
    assert vouchers.may_decide(stage.campaign, stage.anne)
    assert not vouchers.may_decide(stage.campaign, stage.odile)
    with pytest.raises(ValueError, match="vouchers"):
        vouchers.VoucherRules.of({"vouchers": {"deciders": ["volunteer"]}})


# Appointments --------------------------------------------------------------------------------


def a_slot(stage: Stage, *, places: int) -> DeskSlot:
    office = stage.session.scalars(sa.select(Office).order_by(Office.id).limit(1)).one()
    return meetings.open_slot(
        stage.session, office, starts_at=SOON, places=places, by=stage.anne, at=TUESDAY
    )


def test_an_appointment_is_booked_then_kept_and_never_settled_before_its_hour(
    stage: Stage,
) -> None:
    need = stage.raised()
    made = meetings.book(
        stage.session,
        need,
        MeetingKind.HOME,
        when=SOON,
        place="Chez elle",
        with_whom="Mme Roux",
        by=stage.anne,
        version=need.version,
        at=LATER,
    )
    assert "27/11/2026 à 10" in need.steps[-1].say

    def settle(state: MeetingState, days: int) -> None:
        meetings.settle(
            stage.session,
            made,
            state,
            by=stage.anne,
            version=need.version,
            at=SOON + timedelta(days=days),
        )

    with pytest.raises(Refusal, match="pas encore"):
        settle(MeetingState.MISSED, -1)
    settle(MeetingState.KEPT, 1)
    with pytest.raises(Refusal, match="déjà sa suite"):
        settle(MeetingState.MISSED, 1)


def test_a_cancelled_place_is_free_again_and_a_full_desk_takes_nobody(stage: Stage) -> None:
    slot = a_slot(stage, places=1)
    first, second = stage.raised(), stage.raised("DRO_CAF", whom=stage.person("80620"))

    def place(need: Need) -> Appointment:
        return meetings.book_place(
            stage.session, need, slot.id, by=stage.anne, version=need.version, at=LATER
        )

    taken = place(first)
    with pytest.raises(Refusal, match="complet"):
        place(second)
    meetings.settle(
        stage.session,
        taken,
        MeetingState.CANCELLED,
        by=stage.anne,
        version=first.version,
        at=LATER,
    )
    place(second)
    assert [one.left for one in meetings.slots(stage.session, at=LATER)] == [0]
    with pytest.raises(Refusal, match="histoire"):
        meetings.close_slot(stage.session, slot, by=stage.anne, at=LATER)


def test_two_people_asking_at_once_for_the_last_place_get_one(database: Database) -> None:
    with database.unit() as session:
        stage = set_up(session)
        slot_id = a_slot(stage, places=1).id
        wanted = [stage.raised().id, stage.raised("DRO_CAF", whom=stage.person("80620")).id]
        user_id = stage.anne.id
    start, ends = threading.Barrier(2), []

    def book(need_id: int) -> None:
        with database.session(writes=False) as opened:
            user, need = opened.get_one(User, user_id), opened.get_one(Need, need_id)
            version = need.version
            start.wait(10)
            database.turn_to_writing(opened)
            try:
                meetings.book_place(opened, need, slot_id, by=user, version=version, at=LATER)
            except Refusal as refusal:
                database.settle(opened, done=False)
                ends.append(refusal.say)
            else:
                database.settle(opened, done=True)
                ends.append("booked")

    threads = [threading.Thread(target=book, args=(need_id,)) for need_id in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted("complet" if "complet" in end else end for end in ends) == ["booked", "complet"]
    with database.reading() as session:
        assert [one.left for one in meetings.slots(session, at=LATER)] == [0]
