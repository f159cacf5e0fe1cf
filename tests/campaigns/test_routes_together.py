"""Two leads at one routing table: the second is told, and nothing anybody wrote is lost."""

from __future__ import annotations

import pytest

from campaigns import routes
from campaigns.models import Role, RouteRow, RouteTable, TableState, User
from campaigns.reference import Mode, Route
from campaigns.refusal import Refusal
from campaigns.routes import Overtaken
from campaigns.routing import Rule
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import PERONNE, Stage


@pytest.fixture
def lead(stage: Stage) -> User:
    return factories.user(stage.session, Role.LEAD, stage.campaign)


@pytest.fixture
def draft(stage: Stage, lead: User) -> RouteTable:
    """A draft with a row of its own."""
    table = routes.start(stage.session, stage.campaign, by=lead, at=TUESDAY)
    routes.drafting.add_row(stage.session, table, rule("CAF"), by=lead, at=TUESDAY)
    stage.session.flush()
    return table


def rule(destination: str) -> Rule:
    return Rule(Route("ALI_COURSES", 1, destination, "toujours", Mode.MAIL), insee=PERONNE)


def own(table: RouteTable) -> RouteRow:
    (row,) = (one for one in table.rows if one.insee == PERONNE)
    return row


def seen(destination: str) -> str:
    """What the page of somebody who saw this row sends back."""
    return routes.fingerprint([rule(destination)])


def change(stage: Stage, table: RouteTable, row_id: int, to: str, *, saw: str, by: User) -> None:
    routes.drafting.change_row(
        stage.session, table, row_id, rule(to), seen=seen(saw), by=by, at=TUESDAY
    )


def publish(stage: Stage, lead: User, **columns) -> RouteTable:
    return routes.publish(stage.session, stage.campaign, note="", by=lead, at=TUESDAY, **columns)


def test_the_second_to_change_a_row_is_told_and_the_first_s_change_stays(stage, lead, draft):
    row = own(draft)
    change(stage, draft, row.id, "MSA", saw="CAF", by=lead)
    with pytest.raises(Overtaken, match="pendant que vous écriviez") as told:
        change(stage, draft, row.id, "CPAM", saw="CAF", by=lead)
    assert told.value.row is not None
    assert told.value.row.destination == own(draft).destination == "MSA"
    change(stage, draft, row.id, "CPAM", saw="MSA", by=lead)  # saved again, knowingly
    assert own(draft).destination == "CPAM"


def test_a_row_taken_away_meanwhile_is_told_and_what_was_typed_may_be_added(stage, lead, draft):
    row_id = own(draft).id
    routes.drafting.drop_row(stage.session, draft, row_id, seen=seen("CAF"), by=lead, at=TUESDAY)
    with pytest.raises(Overtaken, match="quelqu’un l’a retirée") as told:
        change(stage, draft, row_id, "MSA", saw="CAF", by=lead)
    assert told.value.row is None


def test_a_row_changed_meanwhile_is_not_taken_away_unseen(stage, lead, draft):
    row_id = own(draft).id
    change(stage, draft, row_id, "MSA", saw="CAF", by=lead)
    with pytest.raises(Overtaken):
        routes.drafting.drop_row(
            stage.session, draft, row_id, seen=seen("CAF"), by=lead, at=TUESDAY
        )
    assert own(draft).destination == "MSA"


def test_a_draft_changed_since_its_trial_is_not_published_nor_abandoned_unseen(stage, lead, draft):
    tried = routes.fingerprint(routes.of_rows(draft.rows))
    change(stage, draft, own(draft).id, "MSA", saw="CAF", by=lead)
    with pytest.raises(Refusal, match="depuis votre essai"):
        publish(stage, lead, seen=tried)
    with pytest.raises(Overtaken, match="a changé depuis"):
        routes.drafting.drop(stage.session, stage.campaign, seen=tried, by=lead, at=TUESDAY)
    assert draft.state is TableState.DRAFT
    assert publish(stage, lead, seen=routes.fingerprint(routes.of_rows(draft.rows))) is draft


def test_a_draft_published_meanwhile_takes_no_row_any_more(stage, lead, draft):
    publish(stage, lead)
    with pytest.raises(Overtaken, match="publié ou abandonné"):
        routes.drafting.add_row(stage.session, draft, rule("MSA"), by=lead, at=TUESDAY)


def test_publishing_twice_is_refused_the_second_time(stage, lead, draft):
    publish(stage, lead)
    with pytest.raises(Refusal, match="pas de brouillon"):
        publish(stage, lead)
    assert [one.number for one in routes.history(stage.session, stage.campaign)] == [1]


def test_going_back_twice_is_refused_the_second_time(stage, lead, draft):
    publish(stage, lead)
    routes.go_back(stage.session, stage.campaign, 0, by=lead, at=TUESDAY)
    with pytest.raises(Refusal, match="déjà la table en vigueur"):
        routes.go_back(stage.session, stage.campaign, 0, by=lead, at=TUESDAY)
    assert len(routes.history(stage.session, stage.campaign)) == 2


def test_beginning_twice_goes_on_with_the_same_draft(stage, lead, draft):
    assert routes.start(stage.session, stage.campaign, by=lead, at=TUESDAY) is draft


def test_a_table_is_known_by_its_rules_whatever_their_order(draft):
    rules = routes.of_rows(draft.rows)
    assert routes.fingerprint(rules) == routes.fingerprint(reversed(rules))
    assert routes.fingerprint(rules) != routes.fingerprint(rules[1:])


def test_a_campaign_without_needs_is_tried_on_nothing(stage, draft):
    trial = routes.try_out(stage.session, stage.campaign, routes.of_rows(draft.rows))
    assert (trial.looked, trial.changes, trial.same) == (0, (), 0)
