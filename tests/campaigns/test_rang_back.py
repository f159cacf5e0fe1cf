"""« Elle m’a rappelé »: found by number or name among one's own people, and what it entails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import calls, people, retry, sheets
from campaigns.models import Campaign, Line, Person, StopReason, User
from campaigns.retry import Spoke
from tests import factories
from tests.factories import TUESDAY, WEEK
from tests.web.visiting import token_of

NUMBER = "+33199001234"


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session)


@pytest.fixture
def claire(session: Session, campaign: Campaign) -> User:
    return factories.volunteer(session, campaign, first_name="Claire")


@pytest.fixture
def helene(session: Session, campaign: Campaign, claire: User) -> Person:
    found = factories.person(
        session, campaign, last_name="Lefèvre-d’Ambly", first_name="Hélène", insee=_town(session)
    )
    found.phones[0].e164 = NUMBER
    session.flush()
    return found


@pytest.fixture
def line(session: Session, campaign: Campaign, helene: Person) -> Line:
    (line,) = factories.lines(session, factories.published(session, campaign))
    return line


def _town(session: Session) -> str:
    return factories.commune(session).insee


def _found(session: Session, claire: User, campaign: Campaign, text: str) -> list[str]:
    return [
        one.person.last_name for one in calls.own.find(session, claire, campaign, text, at=TUESDAY)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "01 99 00 12 34", "01.99.00.12.34", "+33 1 99 00 12 34", "0033199001234",
        "LEFEVRE", "helene lefevre", "Mme Lefèvre", "Madame Lefevre d'Ambly", "Mme. H. Ambly",
    ],
)  # fmt: skip
def test_she_is_found_however_her_number_or_name_is_typed(
    session: Session, claire: User, campaign: Campaign, helene: Person, line: Line, text: str
) -> None:
    assert _found(session, claire, campaign, text) == [helene.last_name]


def test_nobody_elses_people_are_found_nor_confirmed(
    session: Session, campaign: Campaign, claire: User, helene: Person, line: Line
) -> None:
    other = factories.volunteer(session, campaign, first_name="Bruno")
    for text in ("01 99 00 12 34", "Lefèvre", "Mme", "M.", " ", "*"):
        assert _found(session, other, campaign, text) == []


def _rang(session: Session, line: Line, person: Person, by: User, answers: retry.Answers) -> None:
    filled = calls.Filled("r" * 16, person.id, answers, rang_back=True)
    at = TUESDAY + timedelta(hours=2)
    of = session.get_one(Campaign, line.sheet.plan.campaign_id)
    calls.log(session, line, filled=filled, campaign=of, by=by, at=at)
    session.flush()


def test_a_call_promised_to_who_rang_back_after_her_call_is_on_the_sheet(
    session: Session, campaign: Campaign, claire: User, helene: Person, line: Line
) -> None:
    factories.call(session, line, helene, by=claire, at=TUESDAY)
    assert line.closed_at == TUESDAY
    promised = TUESDAY + timedelta(days=2, hours=4)
    _rang(session, line, helene, claire, retry.Answers(spoke=Spoke.LATER, asked=promised))
    assert line.next_at == promised
    queue = sheets.queue(session, claire, campaign, week=WEEK, now=promised)
    assert [one.line.id for one in queue.now] == [line.id]


def test_a_line_given_back_stays_so_whatever_is_saved_from_a_page_left_open(
    session: Session, campaign: Campaign, claire: User, helene: Person, line: Line
) -> None:
    line.closed_at = TUESDAY - timedelta(minutes=5)
    factories.call(session, line, helene, by=claire, at=TUESDAY, spoke=Spoke.NO_ANSWER)
    assert line.closed_at == TUESDAY - timedelta(minutes=5)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_stopped", [True, False])
def test_who_is_not_to_be_called_is_told_to_the_coordination(
    session: Session, database: Database, client: FlaskClient, campaign: Campaign, claire: User,
    helene: Person, line: Line, is_stopped: bool,
) -> None:  # fmt: skip
    if is_stopped:
        people.stop(session, helene, reason=StopReason.OBJECTED, by=None, at=TUESDAY)
    else:
        helene.hold = "A déménagé"
    factories.sign_in(session, client, claire, at=TUESDAY)
    session.commit()
    form = {"csrf_token": token_of(client.get("/accessibilite").text)}
    page = client.post("/benevole/rappels", data=form | {"cherche": "0199001234"})
    assert helene.last_name in page.text
    assert "C’est elle" not in page.text
    answer = client.post("/benevole/rappels/ouvrir", data=form | {"person_id": str(helene.id)})
    assert answer.status_code == 422
    assert "Dites à la coordination" in answer.text
