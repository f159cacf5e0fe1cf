"""The rules of the calls, the waiting list, the forecast: what the lead reads, changes, is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import sheets
from campaigns.calls import rules, settling
from campaigns.models import Campaign, JournalEntry, Role, User, WeekPlan
from campaigns.retry.rules import Wish
from tests import factories
from tests.factories import EVE, WEEK
from tests.web.visiting import Visitor, token_of

FORM = {
    "bands": "9:30 – 12:00\n13 h 30 à 16 h\n16:00-18:30",
    "working_days": ["0", "1", "2", "3", "4"],
    "appointments": "9:00 – 20:00",
    "gap_hours": "3",
    "max_per_day": "2",
    "max_per_cycle": "6",
    "min_days_per_cycle": "3",
    "voicemails_per_cycle": "1",
    "voicemail_hours": "24",
    "busy_minutes": "30",
    "cut_minutes": "15",
    "refusals_per_cycle": "2",
    "undecided_days": "28",
    "rhythm_days": "",
    "sweep_percent": "40",
    "pace": "12",
    "own_commune_allowed": "y",
}


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


@pytest.fixture
def keep(lead: Visitor) -> Callable[[Callable[[Session], Any]], Any]:
    return lead.keep


def in_force(lead: Visitor) -> Campaign:
    (found,) = lead.read(sa.select(Campaign))
    return found  # type: ignore[no-any-return]  # rows of any table


def seen(page: str) -> str:
    """The stamp a page carries."""
    return page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]


def save(lead: Visitor, **changes: Any) -> tuple[int, str]:
    """Send the page of the rules as it was shown, with some changes."""
    return lead.post("regles", **FORM | {"seen": seen(lead.get("regles"))} | changes)


# Rules --------------------------------------------------------------------------------------


def test_the_page_shows_the_rules_in_force_and_what_they_give(lead: Visitor) -> None:
    page = lead.get("regles").replace("\xa0", " ")
    assert "9:30 – 12:00\n13:30 – 16:00\n16:00 – 18:30" in page.replace("\r", "")
    assert "nouvel essai dans 3 h, sur une autre tranche horaire" in page


def test_the_page_saved_as_it_was_shown_changes_nothing(lead: Visitor) -> None:
    assert save(lead)[0] == 303
    assert in_force(lead).rules == {}
    actions = lead.read(sa.select(JournalEntry.action))
    assert "settings_changed" not in actions


def test_a_changed_rule_is_kept_and_the_sentences_follow(lead: Visitor) -> None:
    changes = {"gap_hours": "1,5", "working_days": ["0", "5"], "rhythm_days": "1", "pace": "10"}
    assert save(lead, **changes)[0] == 303
    found = in_force(lead)
    assert found.rules == {"gap_hours": 1.5, "working_days": [0, 5], "rhythm_days": 1}
    assert found.pace == 10
    page = lead.get("regles").replace("\xa0", " ")
    assert "nouvel essai dans 1 h 30" in page
    assert 'value="1,5"' in page
    assert "Tout le monde est appelé chaque jour" in page
    assert save(lead)[0] == 303
    assert in_force(lead).rules == {}  # back to the defaults


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("bands", "18:30 – 16:00", "plus tardive"),
        ("bands", "9:30", "plus tardive"),
        ("bands", "", "au moins une tranche"),
        ("bands", "9:00 – 12:00\n11:00 – 13:00", "se chevauchent"),
        ("appointments", "bientôt – 20:00", "Écrivez l’heure comme"),
        ("working_days", [], "au moins un jour"),
        ("gap_hours", "beaucoup", "Écrivez un nombre"),
        ("gap_hours", "", "Indiquez un nombre"),
        ("max_per_day", "9", "essais par jour"),
        ("max_per_cycle", "1", "plus d’essais en un jour"),
        ("sweep_percent", "101", "entre 0 et 100"),
        ("pace", "1,5", "nombre entier"),
    ],
)
def test_a_refused_rule_is_said_on_its_field_and_nothing_is_kept(
    lead: Visitor, field: str, value: Any, said: str
) -> None:
    status, page = save(lead, **{field: value, "undecided_days": "35"})
    assert status == 422
    assert said in page.replace("\xa0", " ")
    assert "À corriger avant de continuer" in page
    assert 'value="35"' in page  # what was typed stays
    assert in_force(lead).rules == {}


def test_of_two_who_edit_at_once_the_second_is_told_and_overwrites_nothing(lead: Visitor) -> None:
    stamp = seen(lead.get("regles"))
    assert save(lead, pace="10")[0] == 303
    status, page = lead.post("regles", **FORM | {"seen": stamp, "pace": "20"})
    assert status == 422
    assert "modifiées entre-temps" in page
    assert 'value="20"' in page
    assert in_force(lead).pace == 10
    again = lead.post("regles", **FORM | {"seen": seen(page), "pace": "20"})
    assert again[0] == 422  # the page that was refused does not carry the other's stamp


def test_names_on_paper_need_paper(lead: Visitor) -> None:
    assert save(lead, paper_full_names="y")[0] == 303
    assert not in_force(lead).paper_full_names
    assert save(lead, paper_full_names="y", paper_allowed="y")[0] == 303
    assert in_force(lead).paper_full_names


def test_a_campaign_may_have_volunteers_ask_who_to_notify(lead: Visitor) -> None:
    assert save(lead, asks_contact="y")[0] == 303
    assert in_force(lead).asks_contact


def test_the_preview_tells_and_keeps_nothing(lead: Visitor) -> None:
    status, page = lead.post("regles/apercu", **FORM | {"gap_hours": "5"})
    assert status == 200
    assert "nouvel essai dans 5 h" in page.replace("\xa0", " ")
    assert in_force(lead).rules == {}
    assert lead.post("regles/apercu", **FORM | {"gap_hours": "trop"})[0] == 422


def test_every_value_the_page_holds_is_one_the_rules_know(lead: Visitor) -> None:
    values = settling.values_of(rules.of(in_force(lead), 2026))
    assert rules.validated(values) == {}  # the defaults differ from nothing


# Waiting list -------------------------------------------------------------------------------


def crowd(lead: Visitor, *, people: int, **enrolled: Any) -> None:
    """People for one volunteer who has room for twelve of them."""

    def write(session: Session) -> None:
        campaign = session.get_one(Campaign, lead.campaign.id)
        factories.volunteer(session, campaign, ((0, "am"),))
        for number in range(people):
            factories.person(session, campaign, last_name=f"Attente{number:03d}", enrolled=enrolled)
        sheets.publish(session, sheets.propose(session, campaign, WEEK, at=EVE), by=None, at=EVE)

    lead.keep(write)


def test_without_a_split_nobody_waits_yet(lead: Visitor) -> None:
    assert "Rien n’est encore réparti" in lead.get("attente")
    crowd(lead, people=3)
    assert "Personne n’attend" in lead.get("attente")
    lead.keep(
        lambda session: factories.person(session, session.get_one(Campaign, lead.campaign.id))
    )
    page = lead.get("attente").replace("\xa0", " ")
    assert "1 personne à appeler cette semaine n’est pas encore répartie" in page
    assert "Personne n’attend" not in page


def test_the_waiting_list_says_how_many_why_by_which_rule_and_when(lead: Visitor) -> None:
    crowd(lead, people=80, wish=Wish.WEEKLY)
    page = lead.get("attente").replace("\xa0", " ")
    assert "<strong>68 personnes</strong> attendent une place" in page
    assert "dont <strong>68</strong> qui souhaitent un appel chaque semaine" in page
    assert "prochaines places jeudi 26 novembre à 18 h" in page
    assert "Qui passe avant qui" in page
    assert "Plus de place cette semaine" in page


def test_the_waiting_list_goes_fifty_a_page_and_names_everybody_once(lead: Visitor) -> None:
    crowd(lead, people=80)
    first, second = lead.get("attente"), lead.get("attente?page=2")
    names = [f"Attente{number:03d}" for number in range(80)]
    shown = [[name for name in names if name in page] for page in (first, second)]
    assert [len(some) for some in shown] == [50, 18]
    assert not set(shown[0]) & set(shown[1])
    assert "Les suivantes" in first
    assert "Les suivantes" not in second
    assert "plus personne sur cette page" in lead.get("attente?page=9")
    assert "Attente" in lead.get("attente?raison=no_room")
    assert lead.client.get("/pilotage/attente?page=x&raison=y").status_code == 200


def test_a_name_is_searched_without_standing_in_an_address(lead: Visitor) -> None:
    crowd(lead, people=80)
    waiting = next(
        f"Attente{number:03d}"
        for number in range(80)
        if f"Attente{number:03d}" in lead.get("attente")
    )
    status, page = lead.post("attente", nom=waiting.upper())
    assert status == 200
    assert page.count(waiting) == 1
    assert "Personne de ce nom" in lead.post("attente", nom="100%_")[1]
    assert token_of(page)


def test_who_no_longer_wants_calls_leaves_the_waiting_list(lead: Visitor) -> None:
    crowd(lead, people=14)

    def stop(session: Session) -> None:
        from campaigns.models import LeftOut, Person, StopReason

        plan = session.scalars(sa.select(WeekPlan)).one()
        left = session.scalars(sa.select(LeftOut).where(LeftOut.plan_id == plan.id)).first()
        assert left
        person = session.scalars(
            sa.select(Person).where(Person.household_id == left.household_id)
        ).one()
        person.stop, person.stopped_at = StopReason.OBJECTED, EVE

    assert "<strong>2\xa0personnes</strong>" in lead.get("attente")
    lead.keep(stop)
    assert "<strong>1\xa0personne</strong>" in lead.get("attente")
    assert "1\xa0foyer ne rentre pas" in lead.get(f"feuilles/{WEEK}")


# Capacity -----------------------------------------------------------------------------------


def test_the_forecast_starts_from_the_campaign_and_follows_the_sliders(lead: Visitor) -> None:
    def write(session: Session) -> None:
        for _ in range(120):
            factories.person(session, lead.campaign)
        factories.volunteer(session, lead.campaign, ((0, "am"), (1, "am")))

    lead.keep(write)
    own = lead.get("capacite").replace("\xa0", " ")
    assert "120 personnes, 1 volontaire, un appel sur deux décroché" in own
    assert 'id="n-volontaires" for="volontaires">1</output>' in own
    more = lead.get("capacite?volontaires=20&demi-journees=2.5&decroche=100&premiers=100")
    assert "premier tour en 1 semaine" in more.replace("\xa0", " ")
    assert ">2,5</output>" in more
    assert "23\u00a0nov." in more


@pytest.mark.parametrize(
    "asked", ["volontaires=x", "volontaires=-5&premiers=400", "decroche=nan", "premiers=inf"]
)
def test_a_slider_that_cannot_be_read_stays_where_it_was(lead: Visitor, asked: str) -> None:
    lead.keep(lambda session: factories.person(session, lead.campaign))
    assert "premier tour" in lead.get(f"capacite?{asked}")


def test_nobody_left_to_call_is_said(lead: Visitor) -> None:
    assert "a eu son premier appel" in lead.get("capacite")


def test_the_home_page_and_the_forecast_tell_the_same_weeks(lead: Visitor) -> None:
    def write(session: Session) -> None:
        for _ in range(200):
            factories.person(session, lead.campaign)
        factories.volunteer(session, lead.campaign)

    lead.keep(write)
    home = lead.get("").replace("\xa0", " ")
    weeks = home.partition("finit dans <strong>")[2].partition("<")[0]
    assert weeks
    assert f"premier tour en {weeks}" in lead.get("capacite").replace("\xa0", " ")


# Limits of a volunteer ------------------------------------------------------------------------


def test_limits_are_noted_on_a_volunteer(lead: Visitor) -> None:
    who = lead.keep(lambda session: factories.volunteer(session, lead.campaign))
    path = f"equipe/{who.id}/limites"
    assert lead.post(path, weekly_limit="15")[0] == 303
    (found,) = lead.read(sa.select(User).where(User.id == who.id))
    assert found.weekly_limit == 15
    status, page = lead.post(path, only_territory="y")
    assert (status, "Choisissez d’abord son territoire" in page) == (422, True)
    assert lead.post(path, weekly_limit="mille")[0] == 422
    assert lead.post(path)[0] == 303
    (found,) = lead.read(sa.select(User).where(User.id == who.id))
    assert found.weekly_limit is None
