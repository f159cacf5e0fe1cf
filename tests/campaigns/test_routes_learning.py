"""A draft tried on past needs; « hors compétence » said again becomes a proposed change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns import needs, routes
from campaigns.models import Need, Role, User
from campaigns.needs import PartnerAnswer
from campaigns.reference import Mode, Route
from campaigns.refusal import Refusal
from campaigns.routing import Rule
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import AMIENS, PERONNE, Stage


@pytest.fixture
def lead(stage: Stage) -> User:
    return factories.user(stage.session, Role.LEAD, stage.campaign)


def with_rule(destination: str, category: str, **narrowing) -> tuple[Rule, ...]:
    extra = Rule(Route(category, 1, destination, "toujours", Mode.MAIL), **narrowing)
    return (*routes.house_rules(), extra)


# The simulator -----------------------------------------------------------------------------


def test_only_what_would_go_elsewhere_is_shown_side_by_side_with_its_reasons(stage):
    here = stage.raised()
    stage.raised(whom=stage.person(AMIENS))
    trial = routes.try_out(
        stage.session, stage.campaign, with_rule("CAF", "ALI_COURSES", insee=PERONNE)
    )
    (change,) = trial.changes
    assert (trial.looked, trial.same) == (2, 1)
    assert (change.reference, change.commune) == (here.reference, "Péronne")
    assert [step.destination.code for step in change.before] == ["CCAS_80620"]
    assert [step.destination.code for step in change.after] == ["CAF"]
    assert change.after[0].reason.endswith("c’est la CAF qui s’en occupe.")


def test_the_table_in_force_tried_on_itself_changes_nothing(stage):
    for category in ("ALI_COURSES", "PSY_SUICIDE", "SAN_RDV", "EMP_EMPLOI"):
        stage.raised(category, whom=stage.person(PERONNE))
    trial = routes.try_out(stage.session, stage.campaign, routes.house_rules())
    assert (trial.looked, trial.changes, trial.sensitive) == (4, (), 0)


def test_what_was_answered_then_is_told_by_where_the_need_went(stage):
    stage.raised("SAN_RDV", whom=stage.person(PERONNE), facts={"regime_agricole": True})
    only_general = tuple(
        one
        for one in routes.house_rules()
        if one.route.category != "SAN_RDV" or one.route.destination != "MSA"
    )
    (change,) = routes.try_out(stage.session, stage.campaign, only_general).changes
    assert [step.destination.code for step in change.before] == ["MSA"]
    assert change.after[0].is_fallback


def test_a_need_that_would_find_nobody_is_counted_apart(stage):
    stage.raised()
    rules = tuple(one for one in routes.house_rules() if one.route.category != "ALI_COURSES")
    trial = routes.try_out(stage.session, stage.campaign, rules)
    assert (trial.to_basket, len(trial.changes)) == (1, 1)


def test_sensitive_needs_are_counted_and_never_shown(stage):
    need = stage.raised("PRO_VIOLENCES")
    assert need.is_sensitive
    trial = routes.try_out(
        stage.session, stage.campaign, with_rule("CAF", "PRO_VIOLENCES", insee=PERONNE)
    )
    assert (trial.changes, trial.sensitive, trial.same) == ((), 1, 0)


def test_a_need_nobody_agreed_to_send_is_not_replayed_and_only_the_last_are(stage):
    stage.raised(agreement="non")
    for number in range(4):
        stage.raised(whom=stage.person(PERONNE), at=TUESDAY + timedelta(minutes=number))
    rules = with_rule("CAF", "ALI_COURSES", insee=PERONNE)
    assert routes.try_out(stage.session, stage.campaign, rules).looked == 4
    assert routes.try_out(stage.session, stage.campaign, rules, limit=2).looked == 2


# What answers teach -------------------------------------------------------------------------


def refused(stage: Stage, times: int, category: str = "ALI_COURSES", **columns) -> list[Need]:
    """Needs the partner they were first sent to sent back."""
    found = []
    for _ in range(times):
        need = stage.raised(category, whom=stage.person(PERONNE, **columns))
        stage.session.flush()
        needs.answer(
            stage.session,
            need.referrals[0],
            PartnerAnswer.NOT_OURS,
            words="Voyez le Département",
            at=TUESDAY,
        )
        found.append(need)
    return found


def proposals(stage: Stage, at=TUESDAY):
    return routes.proposals(stage.session, stage.campaign, at=at)


def test_three_refusals_in_three_months_propose_a_change_for_that_commune_alone(stage):
    refused(stage, 2)
    assert proposals(stage) == []
    (*_, last) = refused(stage, 1)
    (one,) = proposals(stage)
    assert (one.code, one.count, one.insee, one.where) == ("CCAS_80620", 3, PERONNE, "Péronne")
    assert one.instead == "COORDINATION"
    assert last.reference in one.references
    assert proposals(stage, TUESDAY + timedelta(days=91)) == []


def test_the_office_most_of_these_needs_went_to_afterwards_is_proposed_instead(stage):
    for need in refused(stage, 3):
        needs.refer_again(
            stage.session,
            need,
            "TERRITOIRE_HDS",
            reason="Le territoire s’en charge",
            by=stage.anne,
            version=need.version,
            at=TUESDAY,
        )
    (one,) = proposals(stage)
    assert one.instead == "TERRITOIRE"


def test_an_accepted_proposal_is_written_in_the_draft_and_proposed_no_more_once_published(
    stage, lead
):
    refused(stage, 3)
    (one,) = proposals(stage)
    routes.learning.accept(stage.session, stage.campaign, one.key, by=lead, at=TUESDAY)
    draft = routes.draft_of(stage.session, stage.campaign)
    ours = [row for row in draft.rows if row.category == "ALI_COURSES"]
    assert sorted((row.destination, row.insee) for row in ours) == [
        ("CCAS", ""),
        ("COORDINATION", PERONNE),
    ]
    stage.session.flush()
    routes.publish(stage.session, stage.campaign, note="", by=lead, at=TUESDAY)
    assert proposals(stage) == []
    with pytest.raises(Refusal, match="plus lieu d’être"):
        routes.learning.accept(stage.session, stage.campaign, one.key, by=lead, at=TUESDAY)


def test_an_office_of_the_whole_departement_is_replaced_in_the_territory_that_was_refused(
    stage, lead
):
    refused(stage, 3, "SAN_DROITS")
    (one,) = proposals(stage)
    assert (one.code, one.territory_code, one.where) == ("CPAM", "HDS", stage.here.name)
    routes.learning.accept(stage.session, stage.campaign, one.key, by=lead, at=TUESDAY)
    draft = routes.draft_of(stage.session, stage.campaign)
    ours = [row for row in draft.rows if row.category == "SAN_DROITS"]
    assert sorted(row.destination for row in ours if not row.territory_code) == [
        "CCAS",
        "CPAM",
        "MSA",
    ]
    here = [row.destination for row in ours if row.territory_code == "HDS"]
    assert sorted(here) == ["CCAS", "COORDINATION", "MSA"]


def test_refusals_of_two_territories_are_not_added_up(stage):
    refused(stage, 2, "SAN_DROITS")
    for _ in range(2):
        need = stage.raised("SAN_DROITS", whom=stage.person(AMIENS))
        stage.session.flush()
        needs.answer(
            stage.session, need.referrals[0], PartnerAnswer.NOT_OURS, words="Non", at=TUESDAY
        )
    assert proposals(stage) == []


def test_a_proposal_set_aside_says_why_and_comes_back_after_three_months(stage, lead):
    refused(stage, 3)
    (one,) = proposals(stage)
    with pytest.raises(Refusal, match="pourquoi"):
        routes.dismissing.dismiss(
            stage.session, stage.campaign, one.key, why="", by=lead, at=TUESDAY
        )
    stage.campaign.thresholds = {"routes": {"days": 400}, "care": {"first": 3}}
    stage.session.flush()
    until = routes.dismissing.dismiss(
        stage.session, stage.campaign, one.key, why="au_cas", by=lead, at=TUESDAY
    )
    assert proposals(stage) == []
    assert stage.campaign.thresholds["care"] == {"first": 3}
    last = TUESDAY + timedelta(days=89)
    assert until == last.date()
    assert proposals(stage, last) == []
    assert [found.key for found in proposals(stage, last + timedelta(days=1))] == [one.key]


def test_sensitive_needs_teach_nothing_on_the_lead_s_page(stage):
    for _ in range(3):
        need = stage.raised("SAN_ADDICTION", whom=stage.person(PERONNE))
        stage.session.flush()
        needs.answer(
            stage.session, need.referrals[0], PartnerAnswer.NOT_OURS, words="Non", at=TUESDAY
        )
    assert proposals(stage) == []
