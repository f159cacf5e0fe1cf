"""The coordinator's acts: one owner, steps that follow, nothing overwritten, on both engines."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import product

import pytest

from appel_solidaire.db import Database
from campaigns import access, needs
from campaigns.models import Need, NeedState, ReferralState, Result, User
from campaigns.needs import Basket
from campaigns.refusal import Refusal
from tests.factories import TUESDAY
from tests.needs_stage import AMIENS, Stage, set_up

LATER = TUESDAY + timedelta(hours=1)


def take(stage: Stage, need: Need, by: User, version: int | None = None) -> None:
    shown = need.version if version is None else version
    needs.take(stage.session, need, by=by, version=shown, at=LATER)


def close(stage: Stage, need: Need, say: str = "Livraison mise en place") -> None:
    needs.close(
        stage.session,
        need,
        Result.SOLVED,
        say=say,
        by=stage.anne,
        version=need.version,
        at=LATER,
    )


def refer(stage: Stage, need: Need, destination: str, reason: str = "Elle a déménagé") -> None:
    needs.refer_again(
        stage.session,
        need,
        destination,
        reason=reason,
        by=stage.anne,
        version=need.version,
        at=LATER,
    )


def seen(stage: Stage, user: User, basket: Basket = Basket.NEW) -> list[Need]:
    return needs.inbox(stage.session, user, stage.campaign, basket, at=TUESDAY)


# Take, hand over ---------------------------------------------------------------------------


def test_who_takes_a_need_answers_for_it_from_then_on(stage: Stage) -> None:
    need = stage.raised("AUT_APA")
    take(stage, need, stage.anne)
    assert (need.state, need.owner, need.acknowledged_at) == (NeedState.TAKEN, stage.anne, LATER)
    assert need.referrals[0].state is ReferralState.TAKEN
    assert seen(stage, stage.bob) == []
    assert seen(stage, stage.bob, Basket.IN_PROGRESS) == [need]


def test_the_second_of_two_people_overwrites_nothing_and_reads_who_was_first(stage: Stage) -> None:
    need = stage.raised()
    stage.session.flush()
    shown = need.version
    take(stage, need, stage.anne, shown)
    stage.session.flush()
    with pytest.raises(needs.Changed) as changed:
        take(stage, need, stage.bob, shown)
    assert (changed.value.who, changed.value.at) == ("Anne", LATER)
    assert need.owner is stage.anne


def test_a_colleagues_need_is_not_taken_from_them(stage: Stage) -> None:
    need = stage.raised()
    take(stage, need, stage.anne)
    with pytest.raises(Refusal, match="Anne"):
        take(stage, need, stage.bob)


def test_a_need_is_handed_over_to_a_colleague_and_the_clock_goes_on(stage: Stage) -> None:
    need = stage.raised()
    due = need.due_at
    take(stage, need, stage.anne)
    needs.hand_over(stage.session, need, stage.bob, by=stage.anne, version=need.version, at=LATER)
    assert (need.owner, need.due_at, need.state) == (stage.bob, due, NeedState.TAKEN)
    assert need.steps[-1].say == "Confié à Bob."


def test_a_sensitive_need_is_handed_over_to_named_readers_only(stage: Stage) -> None:
    need = stage.raised("PRO_VIOLENCES")
    assert needs.colleagues(stage.session, need) == [stage.anne, stage.odile]
    for stranger in (stage.bob, stage.claire, stage.karim):
        with pytest.raises(Refusal):
            needs.hand_over(
                stage.session, need, stranger, by=stage.anne, version=need.version, at=LATER
            )


# Move, close -------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end"), list(product(NeedState, NeedState)))
@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_need_moves_along_the_table_and_nowhere_else(
    stage: Stage, start: NeedState, end: NeedState
) -> None:
    need = stage.raised()
    if start is NeedState.CLOSED:
        close(stage, need)
    else:
        need.state = start

    def act() -> None:
        if end is NeedState.CLOSED:
            close(stage, need)
        else:
            needs.move(
                stage.session, need, end, say="", by=stage.anne, version=need.version, at=LATER
            )

    stage.session.flush()
    if end in needs.MOVES[start]:
        act()
        assert need.state is end
    else:
        with pytest.raises(Refusal):
            act()
        assert need.state is start


def test_who_moves_a_need_nobody_had_answers_for_it(stage: Stage) -> None:
    need = stage.raised()
    needs.move(
        stage.session,
        need,
        NeedState.WITH_PARTNER,
        say="Vu avec la mairie",
        by=stage.bob,
        version=need.version,
        at=LATER,
    )
    assert need.owner is stage.bob
    assert needs.say_to_volunteer(need) == "Chez un partenaire. Vu avec la mairie"


def test_a_need_is_closed_with_a_word_the_volunteer_reads(stage: Stage) -> None:
    need = stage.raised("AUT_APA")
    with pytest.raises(Refusal) as refused:
        close(stage, need, say=" ")
    assert refused.value.field == "note"
    close(stage, need)
    assert (need.result, need.closed_at) == (Result.SOLVED, LATER)
    assert need.referrals[0].state is ReferralState.DONE
    (told,) = needs.of_person(stage.session, stage.paulette, stage.campaign)
    assert needs.say_to_volunteer(told) == "Résolu. Livraison mise en place"


def test_a_closed_need_changes_no_more(stage: Stage) -> None:
    need = stage.raised()
    close(stage, need)
    for act in (
        lambda: take(stage, need, stage.anne),
        lambda: refer(stage, need, "COORDINATION"),
        lambda: close(stage, need),
        lambda: needs.hand_over(
            stage.session, need, stage.bob, by=stage.anne, version=need.version, at=LATER
        ),
    ):
        with pytest.raises(Refusal):
            act()


def test_a_volunteer_never_reads_what_was_told_to_somebody_else_in_confidence(
    stage: Stage,
) -> None:
    stage.raised("PRO_VIOLENCES")
    assert list(needs.of_person(stage.session, stage.paulette, stage.campaign)) == []


# Send elsewhere ----------------------------------------------------------------------------


def test_another_territory_receives_the_need_and_ours_sees_it_no_more(stage: Stage) -> None:
    need = stage.raised("AUT_APA")
    due = need.due_at
    take(stage, need, stage.anne)
    refer(stage, need, "TERRITOIRE_AMI")
    stage.session.flush()
    assert (need.territory, need.state, need.owner) == (stage.elsewhere, NeedState.NEW, None)
    assert need.due_at == due
    assert [r.state for r in need.referrals] == [ReferralState.NOT_OURS, ReferralState.TO_SEND]
    assert need.referrals[-1].reason == "Elle a déménagé"
    assert "claire@example.org" in stage.mails(need)
    assert seen(stage, stage.anne) == []
    assert seen(stage, stage.claire) == [need]


def test_a_vital_emergency_sent_to_another_territory_rings_there(stage: Stage) -> None:
    need = stage.raised("SAN_VITAL")
    take(stage, need, stage.anne)
    assert needs.alert.unseen(stage.session, stage.claire, stage.campaign, at=TUESDAY) == []
    refer(stage, need, "TERRITOIRE_AMI")
    assert needs.alert.unseen(stage.session, stage.claire, stage.campaign, at=TUESDAY) == [need]


def test_a_partner_receives_the_need_with_the_reason(stage: Stage) -> None:
    need = stage.raised("AUT_APA")
    take(stage, need, stage.anne)
    refer(stage, need, "CCAS_80620", "Le CCAS peut y passer demain")
    assert (need.state, need.owner) == (NeedState.WITH_PARTNER, stage.anne)
    assert "ccas.peronne@communes80.example.org" in stage.mails(need)
    assert need.steps[-1].by is stage.anne or need.steps[-1].by_id == stage.anne.id


@pytest.mark.parametrize(
    ("destination", "reason", "field"),
    [
        ("CCAS_80620", "  ", "reason"),
        ("RIEN", "Parce que", "destination"),
        ("SAMU", "Parce que", "destination"),
    ],
)
def test_a_need_is_not_sent_without_a_reason_or_where_nobody_is(
    stage: Stage, destination: str, reason: str, field: str
) -> None:
    need = stage.raised()
    with pytest.raises(Refusal) as refused:
        refer(stage, need, destination, reason)
    assert refused.value.field == field
    assert len(need.referrals) == 1


# What each one sees ------------------------------------------------------------------------


def test_the_inbox_is_urgent_first_then_what_runs_out_first_and_counts_agree(stage: Stage) -> None:
    slow = stage.raised("DRO_RETRAITE")
    second = stage.raised("ALI_URGENCE", at=TUESDAY + timedelta(minutes=5))
    first = stage.raised("AUT_AIDE_DOM")
    stage.raised("AUT_APA", whom=stage.person(AMIENS))
    assert seen(stage, stage.bob) == [first, second, slow]
    assert seen(stage, stage.bob)[1:] == needs.inbox(
        stage.session, stage.bob, stage.campaign, Basket.NEW, limit=2, offset=1, at=TUESDAY
    )
    take(stage, slow, stage.anne)
    close(stage, second)
    for user in (stage.anne, stage.bob, stage.claire, stage.odile):
        counted = needs.counts(stage.session, user, stage.campaign, at=TUESDAY)
        assert counted == {basket: len(seen(stage, user, basket)) for basket in Basket}
    assert needs.counts(stage.session, stage.odile, stage.campaign, at=TUESDAY)[Basket.NEW] == 2


def test_a_need_of_another_territory_does_not_exist(stage: Stage) -> None:
    need = stage.raised()
    for user in (stage.claire, stage.karim):
        assert (
            access.need_of(stage.session, user, need.id, campaign=stage.campaign, at=TUESDAY)
            is None
        )
        assert needs.with_story(stage.session, user, need.id, stage.campaign, at=TUESDAY) is None


def test_the_week_in_counts_is_that_of_ones_own_needs(stage: Stage) -> None:
    stage.raised("DRO_RETRAITE", at=TUESDAY - timedelta(weeks=1))
    done = stage.raised("ALI_COURSES")
    stage.raised("PRO_VIOLENCES")
    stage.raised("AUT_APA", whom=stage.person(AMIENS))
    close(stage, done)
    week = needs.of_week(stage.session, stage.anne, stage.campaign, "2026-W48", at=TUESDAY)
    assert (week.raised, week.closed, week.is_open) == (2, 1, 2)
    assert (
        needs.of_week(stage.session, stage.bob, stage.campaign, "2026-W48", at=TUESDAY).raised == 1
    )
    before = needs.of_week(stage.session, stage.anne, stage.campaign, "2026-W47", at=TUESDAY)
    assert (before.raised, before.closed) == (1, 0)


def test_two_people_at_the_same_instant_make_one_owner(database: Database) -> None:
    with database.unit() as session:
        stage = set_up(session)
        need_id = stage.raised().id
        names = {user.id: user.first_name for user in (stage.anne, stage.bob)}
    start = threading.Barrier(2)
    ends: dict[str, str] = {}

    def try_to_take(user_id: int) -> None:
        try:
            with database.session(writes=False) as opened:
                user = opened.get_one(User, user_id)
                need = opened.get_one(Need, need_id)
                version = need.version
                start.wait(10)
                database.turn_to_writing(opened)
                needs.take(opened, need, by=user, version=version, at=LATER)
                database.settle(opened, done=True)
                ends[names[user_id]] = "took it"
        except needs.Changed as changed:
            ends[names[user_id]] = f"after {changed.who}"

    threads = [threading.Thread(target=try_to_take, args=(user_id,)) for user_id in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    winner = next(name for name, end in ends.items() if end == "took it")
    (loser,) = set(names.values()) - {winner}
    assert ends[loser] == f"after {winner}"
    with database.reading() as session:
        owner = session.get_one(Need, need_id).owner
        assert owner is not None
        assert owner.first_name == winner
