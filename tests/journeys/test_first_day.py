"""The first day, at the keyboard alone, on a phone's width: from the invitation to a real call."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from campaigns import accounts, launch, training
from campaigns.models import Call, Line, Need, Person, Rehearsal, Review, Role, User
from tests import factories
from tests.journeys import town as towns
from tests.journeys.keyboard import go, radio, tab_to
from tests.journeys.town import Town, look

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def invitation(town: Town) -> str:
    """The path of a beginner's invitation; their sheet is ready, the training is required."""
    towns.people_to_call(town)
    now = town.instance.clock()
    with town.instance.database.unit() as session:
        launch.all_campaigns(session)[0].training_required = True
        return f"/entrer/{accounts.invite(session, _claire(session), by=None, at=now)}"


def test_a_first_day_from_the_invitation_to_a_real_call_saved(
    phone: Page, invitation: str, site: str, town: Town
) -> None:
    phone.goto(site + invitation)
    go(phone, "Ouvrir mon espace")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Les premiers pas")
    assert not _names_on(phone, town)
    look(phone)
    _read(phone)
    _answer(phone, town)
    _accept(phone)
    _rehearse_shopping(phone)
    _rehearse_alert(phone)
    expect(phone.get_by_text("Vous êtes prêt")).to_be_visible()
    look(phone)
    with town.instance.database.reading() as session:
        assert session.scalars(sa.select(Call)).all() == []
        assert session.scalars(sa.select(Need)).all() == []
        assert len(session.scalars(sa.select(Rehearsal)).all()) == len(training.SCENARIOS)
    go(phone, "Voir ma feuille d’appels")
    go(phone, "^Commencer avec")
    phone.wait_for_url("**/appels/*")
    assert _names_on(phone, town)
    phone.keyboard.press("2")
    expect(phone.get_by_label("Non, pas de réponse")).to_be_checked()
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("C’est enregistré")).to_be_visible()
    look(phone)
    with town.instance.database.reading() as session:
        assert session.scalars(sa.select(Call.outcome)).all() == ["NON_REPONSE"]
        assert _claire(session).trained_at is not None


def _read(page: Page) -> None:
    go(page, "Commencer la lecture")
    for number in range(1, 6):
        page.wait_for_url(f"**/lire/{number}")
        look(page)
        go(page, "Page suivante" if number < 5 else "Passer aux cinq questions")
    page.wait_for_url("**/quiz")


def _answer(page: Page, town: Town) -> None:
    """One question wrong first: it is explained, then answered right."""
    with town.instance.database.reading() as session:
        asked = training.quiz(session, _claire(session), at=town.instance.clock()).asked
    look(page)
    for number, one in enumerate(asked):
        letters = [letter for letter, _ in one.question.choices]
        at = letters.index(one.question.right)
        radio(page, one.question.code, (at + 1) % len(letters) if number == 0 else at)
    go(page, "^Répondre$")
    expect(page.get_by_text("Une réponse est à revoir")).to_be_visible()
    look(page)
    first = asked[0].question
    radio(page, first.code, [letter for letter, _ in first.choices].index(first.right))
    go(page, "Répondre de nouveau")


def _accept(page: Page) -> None:
    page.wait_for_url("**/charte")
    expect(page.get_by_text("Cinq sur cinq")).to_be_visible()
    look(page)
    go(page, "Je m’engage")
    expect(page.get_by_role("alert")).to_contain_text("Cochez la case")
    look(page)
    tab_to(page, "() => document.activeElement.id === 'agreed'")
    page.keyboard.press("Space")
    go(page, "Je m’engage")
    expect(page.get_by_text("Votre engagement est noté")).to_be_visible()


def _rehearse_shopping(page: Page) -> None:
    go(page, "Faire un appel d’essai")
    expect(page.get_by_text("cette personne n’existe pas")).to_be_visible()
    look(page)
    radio(page, "spoke", 0)
    radio(page, "mood", 0)
    go(page, "Terminer l’appel d’essai")
    expect(page.get_by_role("alert")).to_contain_text("ajoutez un besoin")
    look(page)
    go(page, "Ajouter un besoin")
    tab_to(page, "() => document.activeElement.id === 'besoin-0-category'")
    page.keyboard.type("Courses", delay=20)
    expect(page.get_by_label("De quoi s’agit-il")).to_have_value("ALI_COURSES")
    radio(page, "besoin-0-agreement", 0)
    radio(page, "wish", 0)
    look(page)
    go(page, "Terminer l’appel d’essai")
    expect(page.get_by_text("c’est ce qu’il fallait noter")).to_be_visible()


def _rehearse_alert(page: Page) -> None:
    go(page, "Faire l’autre appel d’essai")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gérard Modèle")
    go(page, "lancez l’alerte")
    look(page)
    go(page, "^Alerter pour")
    expect(page.get_by_text("L’alerte est donnée")).to_be_visible()
    look(page)
    radio(page, "spoke", 0)
    radio(page, "mood", 2)
    go(page, "Terminer l’appel d’essai")


def _names_on(page: Page, town: Town) -> list[str]:
    with town.instance.database.reading() as session:
        names = session.scalars(sa.select(Person.last_name)).all()
    text = page.locator("main").inner_text()
    return [name for name in names if name in text]


def _claire(session: object) -> User:
    query = sa.select(User).where(User.role == Role.VOLUNTEER).order_by(User.id)
    return session.scalars(query).first()  # type: ignore[attr-defined, no-any-return]  # a session


def test_the_coordination_reads_a_first_report_again_with_one_key(
    page: Page, site: str, town: Town
) -> None:
    link = _two_reports(town)
    towns.enrol(page, site + link)
    page.goto(f"{site}/coordination/relectures")
    look(page)
    go(page, "Envoyer cette remarque")
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une remarque")
    look(page)
    page.goto(f"{site}/coordination/relectures")
    # The focus waits on « Rien à redire, merci ».
    with page.expect_navigation():
        page.keyboard.press("Enter")
    radio(page, "proposed", 1)
    go(page, "L’adapter d’abord")
    expect(page.get_by_label("Vos mots")).to_have_value(re.compile("^Merci"))
    look(page)
    go(page, "Envoyer cette remarque")
    expect(page.get_by_text("Tout est relu")).to_be_visible()
    look(page)
    page.set_viewport_size({"width": 390, "height": 844})
    look(page)
    with town.instance.database.reading() as session:
        assert [bool(one.remark) for one in session.scalars(sa.select(Review).order_by(Review.id))] == [False, True]  # fmt: skip


def _two_reports(town: Town) -> str:
    """Two conversations of a beginner; the path of the coordination's first sign-in."""
    towns.people_to_call(town)
    now = town.instance.clock()
    with town.instance.database.unit() as session:
        campaign, claire = launch.all_campaigns(session)[0], _claire(session)
        for line in session.scalars(sa.select(Line).order_by(Line.id).limit(2)):
            factories.call(session, line, line.household.people[0], by=claire, at=now)
        anne = factories.user(session, Role.COORDINATION, campaign, email="anne@example.org")
        return f"/premiere-connexion/{accounts.invite(session, anne, by=None, at=now)}"
