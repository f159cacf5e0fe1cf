"""A newcomer launches a campaign by following the check-list alone: empty instance, pilot, open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import accounts, launch, reference, weeks
from campaigns.demo import workbook
from campaigns.models import Campaign, Role, Sheet, WeekPlan
from tests.journeys import town as towns
from tests.journeys.town import Town, look

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
PEOPLE = 120
WAIT = 30_000  # a worker reads, enters and sends beside the page
EVERY_DAY = "lundi, mardi, mercredi, jeudi, vendredi"
VOLUNTEERS = "Prénom;Nom;Courriel;Demi-journées\n" + "".join(
    f"Claire{number};Martin;claire{number}@example.org;{EVERY_DAY}\n" for number in range(7)
)


@pytest.fixture
def town(config: Config) -> Iterator[Town]:
    """An organisation just founded, and a lead who never signed in: no campaign, no team."""
    instance = Instance.of(config)
    now = instance.clock()
    with instance.database.unit() as session:
        launch.found_organisation(session, departement="80", at=now)
        lead = accounts.add(
            session, email="lead@example.org", first_name="Nadia", role=Role.LEAD, by=None, at=now
        )
        token = accounts.invite(session, lead, by=None, at=now)
    yield Town(instance, f"/premiere-connexion/{token}")
    instance.database.engine.dispose()


def test_a_newcomer_goes_from_nothing_to_an_open_campaign(
    page: Page, site: str, town: Town, tmp_path: Path
) -> None:
    towns.enrol(page, site + town.lead_path)
    _name_the_campaign(page)
    _say_who_we_are(page)
    _bring_the_list(page, town, tmp_path / "liste.xlsx")
    _bring_the_team(page, tmp_path / "volontaires.csv")
    _press(page, "Le guide est relu")
    _try_the_mails(page)
    _begin_the_pilot(page)
    _split_and_publish(page)
    with town.instance.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(sa.distinct(Sheet.volunteer_id)))) == 2
        assert session.scalar(sa.select(WeekPlan.published_at)) is not None
    _open_to_all(page)
    with town.instance.database.reading() as session:
        assert session.scalar(sa.select(Campaign.opened_at)) is not None


def _name_the_campaign(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Mise en route")
    look(page)
    page.get_by_label("Nom de la nouvelle campagne").fill("Hiver")
    page.get_by_label("Grand froid").check()
    page.get_by_role("button", name="Créer la campagne").click()
    expect(page.get_by_text("est créée, en préparation")).to_be_visible()
    look(page)


def _say_who_we_are(page: Page) -> None:
    page.get_by_label("Nom de l’organisation").fill("Département de la Somme")
    page.get_by_label("Le même nom dans une phrase").fill("du Département de la Somme")
    page.get_by_label("Téléphone du standard").fill("03 53 01 00 80")
    page.get_by_role("button", name="Enregistrer l’organisation").click()
    expect(page.get_by_text("C’est noté")).to_be_visible()


def _bring_the_list(page: Page, town: Town, file: Path) -> None:
    workbook.write(
        file,
        communes=reference.communes("80"),
        former=reference.former_communes("80"),
        today=weeks.local_day(town.instance.clock()),
        people=PEOPLE,
        seed=80,
    )
    page.get_by_role("link", name="Importer une liste").click()
    page.get_by_role("button", name="Fichier").set_input_files(file)
    page.get_by_label("D’où vient cette liste").fill("IODAS")
    page.get_by_role("button", name="Déposer et faire lire la liste").click()
    confirm = page.get_by_role("button", name=re.compile("Confirmer"))
    expect(confirm).to_be_visible(timeout=WAIT)
    confirm.click()
    expect(page.get_by_text("La liste est importée")).to_be_visible(timeout=WAIT)
    _back(page)


def _bring_the_team(page: Page, file: Path) -> None:
    file.write_text(VOLUNTEERS, encoding="utf-8")
    page.get_by_role("link", name="Importer des volontaires depuis un tableau").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Lire le tableau").click()
    page.get_by_role("button", name="Confirmer l’import").click()
    page.wait_for_url("**/equipe")
    page.get_by_text("Ajouter quelqu’un", exact=True).click()
    form = page.locator("form", has=page.get_by_role("button", name="Ajouter et inviter"))
    form.get_by_label("Prénom").fill("Odile")
    form.get_by_label("Adresse électronique").fill("odile@example.org")
    form.get_by_label("Rôle").select_option(Role.COORDINATION.value)
    form.get_by_role("button", name="Ajouter et inviter").click()
    expect(page.get_by_text("fait partie de l’équipe")).to_be_visible()
    _back(page)


def _try_the_mails(page: Page) -> None:
    _press(page, "M’envoyer un courriel d’essai")
    expect(page.get_by_text("Le courriel part dans la minute, à votre adresse")).to_be_visible()
    tick = page.get_by_role("button", name="Je l’ai reçu")
    for _ in range(60):  # the step ticks itself once the mail has left
        page.reload()
        if not tick.is_visible():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text("Le courriel d’essai est parti")).to_be_visible()


def _begin_the_pilot(page: Page) -> None:
    # Volunteers would train first; here they were, around a table.
    page.get_by_text("Revoir : La formation et la charte").click()
    _press(page, "Ne plus l’exiger")
    expect(page.get_by_text("La formation n’est pas exigée")).to_be_visible()
    _press(page, "L’équipe est formée autrement")
    for number in (0, 1):
        page.get_by_label(f"Claire{number} Martin").check()
    _press(page, "Commencer le pilote")
    expect(page.get_by_text("Le pilote est en cours")).to_be_visible()
    _press(page, "Envoyer les invitations")
    expect(page.get_by_text("2 invitations")).to_be_visible()
    look(page)


def _split_and_publish(page: Page) -> None:
    page.get_by_role("link", name="Répartir et publier").click()
    # From Thursday evening on, the worker has proposed the week by itself.
    page.get_by_role("button", name=re.compile("Calculer la répartition|Recalculer")).click()
    publish = page.get_by_role("button", name=re.compile("^Publier"))
    expect(publish).to_be_visible(timeout=WAIT)
    publish.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Feuilles publiées")
    _back(page)


def _open_to_all(page: Page) -> None:
    page.get_by_role("link", name="Ouvrir à tous").click()
    expect(page.get_by_text("Le pilote se termine")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Ouvrir la campagne à tous").click()
    expect(page.get_by_text("La campagne est ouverte")).to_be_visible()
    _press(page, "Envoyer les invitations")
    expect(page.get_by_text("5 invitations")).to_be_visible()
    expect(page.get_by_text("Plus rien n’est à faire ici")).to_be_visible()
    look(page)


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _back(page: Page) -> None:
    """To the check-list, as its bookmark opens it."""
    page.goto(re.sub(r"/pilotage/.*", "/pilotage/mise-en-route", page.url))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mise en route")
