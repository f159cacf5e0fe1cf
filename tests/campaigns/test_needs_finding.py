"""The inbox narrowed, sorted and kept as views; several needs at once; needs nobody moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns import needs
from campaigns.clocks import Opening
from campaigns.models import Need, NeedState
from campaigns.needs import Basket, facets, finding, idle, together, working
from campaigns.needs.finding import Filters, Sort
from campaigns.needs.inbox import page
from campaigns.refusal import Refusal
from tests.factories import TUESDAY
from tests.needs_stage import AMIENS, Stage

LATER = TUESDAY + timedelta(hours=1)


def found(stage: Stage, filters: Filters, basket: Basket | None = Basket.NEW) -> list[Need]:
    return page(stage.session, stage.anne, stage.campaign, basket, filters, at=LATER).needs


# Filters -------------------------------------------------------------------------------------


def test_each_filter_keeps_what_it_says(stage: Stage) -> None:
    food = stage.raised("ALI_COURSES")
    urgent = stage.raised("ALI_URGENCE", whom=stage.person(None, town="Quelque part"))
    urgent.territory_id = stage.here.id
    secret = stage.raised("PRO_VIOLENCES")
    met = stage.raised("DRO_CAF")
    working.mark_face_to_face(
        stage.session, met, wanted=True, by=stage.anne, version=met.version, at=LATER
    )
    working.send_to_review(stage.session, met, by=stage.anne, version=met.version, at=LATER)
    stage.session.flush()
    kept: dict[str, tuple[Filters, set[Need]]] = {
        "category": (Filters(category="ALI_COURSES"), {food}),
        "urgency": (Filters(urgency="U1"), {urgent, secret}),
        "nowhere": (Filters(commune=finding.NOWHERE), {urgent}),
        "commune": (Filters(commune="80620"), {food, secret, met}),
        "sensitive": (Filters(sensitive=True), {secret}),
        "face": (Filters(face_to_face=True), {met}),
        "review": (Filters(joint_review=True), {met}),
        "nobody": (Filters(owner=finding.NOBODYS), {food, urgent, secret, met}),
        "mine": (Filters(owner=finding.MINE), set()),
        "partner": (Filters(partner="CCAS_80620"), {food}),
        "name": (Filters(name="dupont PAULETTE"), {food, secret, met}),
        "nothing": (Filters(name="introuvable"), set()),
    }
    assert {name: set(found(stage, one)) for name, (one, _) in kept.items()} == {
        name: expected for name, (_, expected) in kept.items()
    }


def test_filters_come_back_from_their_address_and_nonsense_asks_nothing() -> None:
    asked = Filters(
        category="ALI_COURSES", urgency="U1", owner="moi", idle=5, sensitive=True, sort=Sort.IDLE
    )
    assert Filters.of(asked.args()) == asked
    assert "Dupont" not in str(Filters(name="Dupont").args())
    nonsense = {"age": "99", "urgence": "U9", "tri": "zut", "presence": "non"}
    assert Filters.of(nonsense) == Filters()


def test_the_orders_end_with_the_last_tie(stage: Stage) -> None:
    slow = stage.raised("DRO_RETRAITE", at=TUESDAY - timedelta(days=2))
    urgent = stage.raised("ALI_URGENCE")
    slow.moved_at = LATER
    stage.session.flush()
    assert found(stage, Filters()) == [urgent, slow]
    assert found(stage, Filters(sort=Sort.OLDEST)) == [slow, urgent]
    assert found(stage, Filters(sort=Sort.IDLE)) == [urgent, slow]
    assert found(stage, Filters(sort=Sort.COMMUNE)) == [urgent, slow]


def test_a_page_beyond_the_last_one_is_the_last_one(stage: Stage) -> None:
    for _ in range(5):
        stage.raised("DIV_AUTRE")
    shown = page(
        stage.session,
        stage.anne,
        stage.campaign,
        Basket.NEW,
        Filters(),
        at=LATER,
        limit=2,
        offset=90,
    )
    assert (len(shown.needs), shown.total, shown.offset) == (1, 5, 4)


def test_what_there_is_to_choose_is_counted_over_ones_own_needs(stage: Stage) -> None:
    stage.raised("ALI_COURSES")
    old = stage.raised("DRO_CAF", at=TUESDAY - timedelta(days=8))
    stage.raised("AUT_APA", whom=stage.person(AMIENS))
    needs.take(stage.session, old, by=stage.bob, version=old.version, at=old.raised_at)
    finding.keep_view(stage.session, stage.anne, "Courses", Filters(category="ALI_COURSES"))
    counted = facets.facets(
        stage.session,
        stage.anne,
        stage.campaign,
        states=[NeedState.NEW, NeedState.TAKEN],
        at=LATER,
    )
    assert counted.states == {NeedState.NEW: 1, NeedState.TAKEN: 1}
    assert [(one.key, one.count) for one in counted.categories] == [
        ("ALI_COURSES", 1),
        ("DRO_CAF", 1),
    ]
    assert [(one.label, one.count) for one in counted.communes] == [("Péronne", 2)]
    assert [one.label for one in counted.owners] == [stage.bob.full_name]
    assert counted.idle == {2: 1, 5: 1, 10: 0, 21: 0}
    assert [one.label for one in counted.views] == ["Courses"]


def test_a_view_is_kept_under_its_name_replaced_and_taken_away(stage: Stage) -> None:
    session, anne = stage.session, stage.anne
    for name, filters in ((" ", Filters(urgency="U1")), ("Rien", Filters())):
        with pytest.raises(Refusal):
            finding.keep_view(session, anne, name, filters)
    view = finding.keep_view(session, anne, "Urgents", Filters(urgency="U1"), basket="en-cours")
    again = finding.keep_view(session, anne, "Urgents", Filters(urgency="U2", name="Dupont"))
    assert view is again
    assert view.filters == {"urgence": "U2"}
    assert not finding.drop_view(session, stage.bob, view.id)
    assert finding.drop_view(session, anne, view.id)
    assert finding.views(session, anne) == []


@pytest.mark.parametrize(
    ("written", "number"),
    [("B-2031", 2031), ("b 12", 12), ("7", 7), ("Dupont", None), ("B-", None), ("1 2", None)],
)
def test_a_reference_is_known_from_a_name(written: str, number: int | None) -> None:
    assert finding.number(written) == number


# Needs nobody moves --------------------------------------------------------------------------

OPENING = Opening(holidays=frozenset({date(2026, 11, 11)}))


@pytest.mark.parametrize(
    ("moved", "days"),
    [
        (datetime(2026, 11, 24, 6, tzinfo=UTC), 0),  # today
        (datetime(2026, 11, 20, 20, tzinfo=UTC), 2),  # Friday: Monday and Tuesday
        (datetime(2026, 11, 21, 9, tzinfo=UTC), 2),  # Saturday
        (datetime(2026, 11, 10, 9, tzinfo=UTC), 9),  # the eleventh is a holiday
        (datetime(2020, 1, 1, 9, tzinfo=UTC), 60),
    ],
)
def test_working_days_leave_out_week_ends_and_holidays(moved: datetime, days: int) -> None:
    assert idle.working_days(moved, at=TUESDAY, opening=OPENING) == days


@pytest.mark.parametrize("hours", range(0, 24 * 40, 7))
def test_the_basket_of_a_need_and_the_filter_agree(hours: int) -> None:
    moved = TUESDAY - timedelta(hours=hours)
    reached = [
        days for days in idle.STAGES if moved < idle.cutoff(days, at=TUESDAY, opening=OPENING)
    ]
    assert idle.stage(moved, at=TUESDAY, opening=OPENING) == max(reached, default=None)


@pytest.mark.parametrize("days", idle.STAGES)
@pytest.mark.parametrize("state", [one for one in NeedState if one is not NeedState.CLOSED])
def test_each_basket_names_one_act_and_a_draft_with_the_reference_only(
    state: NeedState, days: int
) -> None:
    advice = idle.advice("B-2031", state, days)
    assert advice.action.endswith(".")
    assert "B-2031" in advice.draft


# Several at once -----------------------------------------------------------------------------


def test_twenty_needs_are_assigned_in_one_go_and_the_others_say_why(stage: Stage) -> None:
    twenty = [stage.raised(whom=stage.person("80620")) for _ in range(20)]
    moved, elsewhere = stage.raised("DRO_CAF"), stage.raised(whom=stage.person(AMIENS))
    ticked = {one.id: one.version for one in (*twenty, moved, elsewhere)}
    needs.take(stage.session, moved, by=stage.bob, version=moved.version, at=LATER)
    noted = len(stage.session.info.get("journal", ()))

    def act(need: Need, version: int) -> None:
        needs.hand_over(stage.session, need, stage.bob, by=stage.anne, version=version, at=LATER)

    outcome = together.each(stage.session, stage.anne, stage.campaign, ticked, act, at=LATER)
    assert len(outcome.done) == 20
    assert {one.owner for one in twenty} == {stage.bob}
    assert dict(outcome.left) == {
        moved.reference: "Modifié par Bob entre-temps. Rien n’a été changé.",
        elsewhere.reference: "Ce besoin n’est plus dans votre liste.",
    }
    assert len(stage.session.info["journal"]) == noted + 20


def test_nothing_ticked_or_too_much_is_refused(stage: Stage) -> None:
    def act(need: Need, version: int) -> None:
        raise AssertionError

    for ticked in ({}, dict.fromkeys(range(together.MOST + 1), 1)):
        with pytest.raises(Refusal):
            together.each(stage.session, stage.anne, stage.campaign, ticked, act, at=LATER)
