"""What the page says before saving is what is kept; what contradicts itself is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from campaigns import calls, needs, reference, retry, weeks
from campaigns.models import Agreement, Campaign, Line, Office, Person, User
from campaigns.refusal import Refusal
from campaigns.retry import Answers, Mood, Rules, Spoke, Wish
from tests import factories
from tests.campaigns.test_calls import filled, log, one_line
from tests.factories import TUESDAY, WEEK

CHECKED = ("DEMENAGE", "DOUBLON")
TAKEN_OVER = ("rappellera", "prendra le relais", "autre moyen")
REFUSED_TODAY = Answers(spoke=Spoke.LATER, situation="REFUS_JOUR")


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session)


@pytest.fixture
def at_home(session: Session, campaign: Campaign) -> tuple[Person, Line, User]:
    person = factories.person(session, campaign, insee=factories.commune(session).insee)
    return person, *one_line(session, campaign)


@pytest.mark.parametrize("situation", CHECKED)
def test_who_is_checked_first_is_not_said_to_be_called_again(
    session: Session, campaign: Campaign, at_home: tuple[Person, Line, User], situation: str
) -> None:
    person, line, caller = at_home
    what = filled(person.id, Answers(spoke=Spoke.OTHER, situation=situation, wish=Wish.WEEKLY))
    said = calls.foresee(session, line, what, campaign=campaign, at=TUESDAY)
    assert said == log(session, line, caller, campaign, what).report.said
    assert person.hold is not None
    assert said.endswith("aucun appel d’ici là.")
    button = retry.label(reference.outcomes()[situation], Rules())
    assert button.endswith("la fiche est vérifiée avant tout nouvel appel")


def test_what_holds_a_record_back_is_what_is_said_to_be_checked() -> None:
    assert set(calls.effects.HOLDS) == set(retry.TO_CHECK)


@pytest.mark.parametrize("situation", ["REFUS_JOUR", "LANGUE", "AUDITION"])
def test_nobody_takes_over_from_who_is_not_called_any_more(
    session: Session, campaign: Campaign, at_home: tuple[Person, Line, User], situation: str
) -> None:
    person, line, _ = at_home
    what = filled(person.id, Answers(spoke=Spoke.YES, situation=situation, wish=Wish.NEVER))
    said = calls.foresee(session, line, what, campaign=campaign, at=TUESDAY)
    assert "ne sera plus appelé" in said
    assert not [words for words in TAKEN_OVER if words in said]


@pytest.mark.parametrize(
    "answers",
    [
        *(
            Answers(spoke=Spoke.OTHER, situation=code, wish=Wish.WEEKLY)
            for code in ("DECEDE", "EN_ETABLISSEMENT", "HORS_CIBLE")
        ),
        *(
            Answers(spoke=Spoke.OTHER, situation=code, wish=Wish.NEVER)
            for code in ("NON_TRAITE", "SANS_NUMERO")
        ),
        Answers(spoke=Spoke.YES, short=True, wish=Wish.NEVER),
    ],
)
def test_a_wish_that_contradicts_the_situation_is_refused(answers: Answers) -> None:
    with pytest.raises(Refusal) as refused:
        retry.outcome_from(answers)
    assert refused.value.field == "wish"


def test_something_grave_is_never_held_back_by_a_wish() -> None:
    grave = Answers(spoke=Spoke.YES, mood=Mood.WORRYING, short=True, wish=Wish.NEVER)
    assert retry.outcome_from(grave) == "JOINT_ALERTE"


def test_a_need_nobody_can_have_told_is_refused_before_saving(
    session: Session, campaign: Campaign, at_home: tuple[Person, Line, User]
) -> None:
    person, line, _ = at_home
    draft = needs.Draft("ALI_PORTAGE", text="Portage", agreement=Agreement.YES)
    silent = Answers(spoke=Spoke.NO_ANSWER, has_needs=True)
    what = filled(person.id, silent, drafts=(draft,))
    with pytest.raises(Refusal, match="personne n’a été joint"):
        calls.foresee(session, line, what, campaign=campaign, at=TUESDAY)


def test_the_coordination_said_to_be_told_is_told_beside_an_urgent_need_sent_elsewhere(
    session: Session, campaign: Campaign, at_home: tuple[Person, Line, User]
) -> None:
    person, line, caller = at_home
    town_hall = Office(
        code="CCAS_80021", kind="ccas", name="CCAS d’Amiens", scope="commune", insee="80021",
        email="ccas@example.org",
    )  # fmt: skip
    session.add(town_hall)
    draft = needs.Draft("SAN_CANICULE", text="Trop chaud", agreement=Agreement.YES)
    worrying = Answers(spoke=Spoke.YES, mood=Mood.WORRYING, has_needs=True)
    logged = log(session, line, caller, campaign, filled(person.id, worrying, drafts=(draft,)))
    sent = {referral.destination for need in logged.needs for referral in need.referrals}
    assert "La coordination est prévenue" in logged.report.said
    assert sent == {"CCAS_80021", "COORDINATION"}


def test_somebody_else_calls_after_a_refusal_even_when_they_were_not_answered(
    session: Session, campaign: Campaign, at_home: tuple[Person, Line, User]
) -> None:
    person, line, caller = at_home
    log(session, line, caller, campaign, filled(person.id, REFUSED_TODAY))
    following = weeks.after(WEEK, 1)
    with pytest.raises(Refusal, match="rien à publier"):  # there is nobody else
        factories.published(session, campaign, following)
    colleague = factories.volunteer(session, campaign)
    plan = factories.published(session, campaign, following)
    assert len(factories.lines(session, plan, whose=colleague)) == 1
    silent = filled(person.id, Answers(spoke=Spoke.NO_ANSWER))
    log(session, line, colleague, campaign, silent, at=TUESDAY + timedelta(days=7))
    enrolment = factories.enrolment(session, person)
    assert (enrolment.other_caller, enrolment.last_volunteer_id) == (True, caller.id)


def test_whoever_promises_after_a_refusal_is_told_the_hour_and_that_it_is_theirs(
    session: Session, campaign: Campaign, at_home: tuple[Person, Line, User]
) -> None:
    person, line, caller = at_home
    log(session, line, caller, campaign, filled(person.id, REFUSED_TODAY))
    colleague = factories.volunteer(session, campaign)
    week_later = TUESDAY + timedelta(days=7)
    promised = Answers(spoke=Spoke.LATER, asked=week_later + timedelta(days=2))
    logged = log(session, line, colleague, campaign, filled(person.id, promised), at=week_later)
    assert logged.report.said.endswith(", à vous.")
    assert " à 1" in logged.report.said
    assert not factories.enrolment(session, person).other_caller
