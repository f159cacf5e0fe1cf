"""The routing table of a campaign: drafted, published, taken back; what it leaves out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns import needs, reference, routes, routing
from campaigns.models import Office, Role, RouteRow, RouteTable, TableState, Territory, User
from campaigns.reference import Mode, Route
from campaigns.refusal import Refusal
from campaigns.routing import Rule
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import ACHEUX, AMIENS, PERONNE, Stage


@pytest.fixture
def lead(stage: Stage) -> User:
    return factories.user(stage.session, Role.LEAD, stage.campaign)


def rule(destination: str, category: str = "ALI_COURSES", **columns) -> Rule:
    route = {"rank": 1, "condition": "toujours", "mode": Mode.MAIL} | {
        name: columns.pop(name) for name in ("rank", "condition", "mode") if name in columns
    }
    return Rule(Route(category=category, destination=destination, **route), **columns)


def seen(row: RouteRow) -> str:
    return routes.fingerprint([routes.rule_of(row)])


def add(stage: Stage, lead: User, one: Rule) -> RouteTable:
    draft = routes.start(stage.session, stage.campaign, by=lead, at=TUESDAY)
    routes.drafting.add_row(stage.session, draft, one, by=lead, at=TUESDAY)
    return draft


def publish(stage: Stage, lead: User, at=TUESDAY, note: str = "") -> RouteTable:
    stage.session.flush()
    return routes.publish(stage.session, stage.campaign, note=note, by=lead, at=at)


def goes(stage: Stage, insee: str = PERONNE, category: str = "ALI_COURSES", **columns) -> list[str]:
    need = stage.raised(category, whom=stage.person(insee, **columns))
    return [referral.destination for referral in need.referrals]


def test_a_campaign_follows_the_table_of_the_house_until_it_publishes_its_own(stage, lead):
    assert routes.in_force(stage.session, stage.campaign) == routes.house_rules()
    add(stage, lead, rule("CAF", insee=PERONNE))
    assert goes(stage) == ["CCAS_80620"]
    publish(stage, lead)
    assert goes(stage) == ["CAF"]
    assert goes(stage, AMIENS) == ["CCAS_80021"]


def test_the_table_in_force_is_asked_once_a_request(stage, engine):
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    stage.session.info.pop("rules_in_force", None)
    for _ in range(3):
        routes.in_force(stage.session, stage.campaign)
    assert len([statement for statement in asked if "route_row" in statement]) == 1


def test_a_row_for_one_audience_leaves_the_others_where_they_were(stage, lead):
    add(stage, lead, rule("MDPH", audience="PCH"))
    publish(stage, lead)
    assert goes(stage, schemes="PCH") == ["MDPH"]
    assert goes(stage, schemes="APA") == ["CCAS_80620"]
    assert goes(stage) == ["CCAS_80620"]


def test_a_row_for_a_territory_leaves_the_other_territories_where_they_were(stage, lead):
    add(stage, lead, rule("TERRITOIRE", territory_code="HDS"))
    publish(stage, lead)
    assert goes(stage, ACHEUX) == ["TERRITOIRE_HDS"]
    assert goes(stage, AMIENS) == ["CCAS_80021"]


def test_what_the_volunteer_sees_before_sending_follows_the_table_too(stage, lead):
    add(stage, lead, rule("CAF", condition="allocataire_rsa", insee=PERONNE))
    publish(stage, lead)
    person = stage.person(PERONNE)
    shown = needs.preview(
        stage.session, person, needs.Draft("ALI_COURSES"), campaign=stage.campaign
    )
    assert shown.conditions == ("allocataire_rsa",)
    told = needs.Draft("ALI_COURSES", facts={"allocataire_rsa": True})
    shown = needs.preview(stage.session, person, told, campaign=stage.campaign)
    assert [step.destination.code for step in shown.steps] == ["CAF"]


def test_publishing_keeps_the_old_table_and_one_may_go_back_to_it(stage, lead):
    session = stage.session
    add(stage, lead, rule("CAF", insee=PERONNE))
    first = publish(stage, lead, note="Essai à la CAF")
    add(stage, lead, rule("MSA", insee=PERONNE, rank=2))
    second = publish(stage, lead, at=TUESDAY + timedelta(hours=1))
    session.refresh(first)
    assert (first.state, second.state) == (TableState.REPLACED, TableState.PUBLISHED)
    back = routes.go_back(
        session, stage.campaign, first.id, by=lead, at=TUESDAY + timedelta(hours=2)
    )
    assert routes.of_rows(back.rows) != ()
    assert set(routes.in_force(session, stage.campaign)) == set(routes.of_rows(first.rows))
    assert [one.number for one in routes.history(session, stage.campaign)] == [3, 2, 1]
    routes.go_back(session, stage.campaign, 0, by=lead, at=TUESDAY + timedelta(hours=3))
    assert goes(stage) == ["CCAS_80620"]
    states = session.scalars(sa.select(RouteTable.state)).all()
    assert states.count(TableState.PUBLISHED) == 1


def test_going_back_to_the_table_in_force_or_to_another_campaign_s_is_refused(stage, lead):
    with pytest.raises(Refusal, match="déjà la table en vigueur"):
        routes.go_back(stage.session, stage.campaign, 0, by=lead, at=TUESDAY)
    add(stage, lead, rule("CAF", insee=PERONNE))
    table = publish(stage, lead)
    other = factories.campaign(stage.session, "autre")
    with pytest.raises(Refusal, match="pas une ancienne table"):
        routes.go_back(stage.session, other, table.id, by=lead, at=TUESDAY)


def test_a_draft_that_changes_nothing_or_leaves_a_need_without_a_row_is_not_published(stage, lead):
    draft = routes.start(stage.session, stage.campaign, by=lead, at=TUESDAY)
    with pytest.raises(Refusal, match="identique"):
        publish(stage, lead)
    draft.rows = [row for row in draft.rows if row.category != "ALI_COURSES"]
    with pytest.raises(Refusal, match="Courses alimentaires"):
        publish(stage, lead)
    routes.drafting.drop(stage.session, stage.campaign, by=lead, at=TUESDAY)
    stage.session.flush()
    with pytest.raises(Refusal, match="pas de brouillon"):
        publish(stage, lead)


def test_an_office_that_closed_since_the_draft_was_written_stops_its_publication(stage, lead):
    add(stage, lead, rule("EPCI", insee=PERONNE))
    office = stage.session.scalars(sa.select(Office).where(Office.code == "EPCI")).one()
    office.closed_at = TUESDAY
    with pytest.raises(Refusal, match="EPCI.* est fermé"):
        publish(stage, lead)


def test_a_row_in_force_to_an_office_that_closed_does_not_stop_another_change(stage, lead):
    add(stage, lead, rule("EPCI", insee=PERONNE))
    caf = stage.session.scalars(sa.select(Office).where(Office.code == "CAF")).one()
    caf.closed_at = TUESDAY
    with pytest.raises(Refusal, match="CAF.* est fermé"):
        add(stage, lead, rule("CAF", insee=PERONNE))
    assert publish(stage, lead).state is TableState.PUBLISHED


def test_a_row_to_a_closed_office_with_a_deputy_goes_to_its_deputy(stage, lead):
    offices = {one.code: one for one in stage.session.scalars(sa.select(Office))}
    offices["CAF"].closed_at, offices["CAF"].deputy_id = TUESDAY, offices["MSA"].id
    add(stage, lead, rule("CAF", insee=PERONNE))
    publish(stage, lead)
    assert goes(stage) == ["MSA"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (rule("RIEN"), "destination"),
        (rule(""), "destination"),
        (rule("CAF", category="RIEN"), "category"),
        (rule("CAF", condition="pleine_lune"), "condition"),
        (rule("CAF", rank=0), "rank"),
        (rule("CAF", rank=10), "rank"),
        (rule("CAF", insee="99999"), "insee"),
        (rule("CAF", territory_code="RIEN"), "territory_code"),
        (rule("CAF", territory_code="HDS", insee=PERONNE), "insee"),
        (rule("CAF", audience="TOUS"), "audience"),
        (rule("CCAS"), "destination"),  # it is there already
    ],
)
def test_a_row_that_names_what_does_not_exist_is_refused_with_its_field(stage, lead, wrong, field):
    with pytest.raises(Refusal) as refusal:
        add(stage, lead, wrong)
    assert refusal.value.field == field


def test_rows_are_changed_and_taken_away_but_a_need_keeps_one_for_everybody(stage, lead):
    session = stage.session
    draft = add(stage, lead, rule("CAF", insee=PERONNE))
    session.flush()
    ours = {row.destination: row for row in draft.rows if row.category == "ALI_COURSES"}

    def drop(row_id: int, seen: str) -> None:
        routes.drafting.drop_row(session, draft, row_id, seen=seen, by=lead, at=TUESDAY)

    wanted = rule("MSA", audience="APA")
    routes.drafting.change_row(
        session, draft, ours["CAF"].id, wanted, seen=seen(ours["CAF"]), by=lead, at=TUESDAY
    )
    assert (ours["CAF"].destination, ours["CAF"].insee, ours["CAF"].audience) == ("MSA", "", "APA")
    with pytest.raises(Refusal, match="dernière ligne"):
        drop(ours["CCAS"].id, seen(ours["CCAS"]))
    drop(ours["CAF"].id, seen(ours["CAF"]))
    with pytest.raises(Refusal, match="plus dans le brouillon"):
        drop(999_999, "")


# What it leaves out ------------------------------------------------------------------------


def test_the_somme_leaves_nothing_to_the_coordination_for_want_of_an_office(stage):
    found = routes.wanting(stage.session, routes.in_force(stage.session, stage.campaign))
    assert found == []


def test_communes_alike_are_one_line_with_what_to_do(stage):
    session = stage.session
    without = ("80003", "80016", "80620")
    session.execute(
        sa.update(Office).where(Office.insee.in_(without), Office.kind != "mds").values(email="")
    )
    (line,) = [
        one for one in routes.wanting(session, routes.house_rules()) if one.wanted == ("CCAS",)
    ]
    assert line.say == "3 communes : ni CCAS ni mairie joignable"
    assert line.communes == ("Acheux-en-Amiénois", "Albert", "Péronne")
    assert "Courses alimentaires / livraison" in line.needs
    assert line.where == "directory"


def test_a_departement_without_a_directory_is_told_so_in_a_few_lines(stage):
    session = stage.session
    session.execute(sa.update(Office).values(closed_at=TUESDAY))
    session.execute(sa.delete(Territory).where(Territory.id < 0))
    found = routes.wanting(session, routes.house_rules())
    assert 0 < len(found) < 40
    assert all(one.is_everywhere and not one.communes for one in found)
    assert all(one.say.startswith("Partout : ") and one.advice for one in found)


def test_a_need_with_rows_for_one_audience_only_is_told_as_without_a_row(stage):
    rules = [one for one in routes.house_rules() if one.route.category != "ALI_COURSES"]
    found = routes.wanting(stage.session, [*rules, rule("CCAS", audience="APA")])
    (line,) = [one for one in found if one.wanted == ()]
    assert line.needs == ("Courses alimentaires / livraison",)
    assert line.where == "table"
    assert routes.orphans([*rules, rule("CCAS", audience="APA")]) == ["ALI_COURSES"]


def test_every_category_of_the_house_has_its_row():
    assert routes.orphans(routes.house_rules()) == []
    assert {one.route.category for one in routes.house_rules()} == set(reference.categories())
    assert routing.AUDIENCES == ("APA", "PCH", "RSA", "REGISTRE")
