"""After the call, by the keyboard alone on a phone: corrected the same day; they rang back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from appel_solidaire.instance import Instance
from campaigns.models import Call, CallRevision, Line, Need, Person, Phone, Result
from tests.journeys import served
from tests.journeys.keyboard import choose, go, press, reach, tab_to, write
from tests.journeys.town import look

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def caller(phone: Page, claires_site: str, instance: Instance) -> Page:
    """Claire on her sheet, a Tuesday at ten."""
    served.enter(phone, claires_site, instance)
    return phone


def test_a_report_is_corrected_the_same_day_and_what_was_written_is_kept(
    caller: Page, instance: Instance
) -> None:
    _note_no_answer(caller, "Exemple1")
    go(caller, "Voir ma liste")
    go(caller, "Corriger un appel d’aujourd’hui")
    look(caller)
    go(caller, "^Corriger")
    expect(caller.get_by_role("heading", level=1)).to_have_text(
        "Corriger l’appel à Paulette Exemple1"
    )
    look(caller)
    choose(caller, "spoke", "Oui, nous avons parlé")
    go(caller, "^Enregistrer")
    expect(caller.get_by_role("alert")).to_be_visible()  # how is she?
    look(caller)
    choose(caller, "mood", "Bien")
    choose(caller, "wish", "Chaque semaine")
    expect(caller.locator("#effet")).not_to_be_empty()  # the effect, before it is saved
    write(caller, "note", "Elle jardine.")
    go(caller, "^Enregistrer")
    expect(caller.get_by_text("Votre compte rendu est corrigé")).to_be_visible()
    expect(caller.get_by_text("corrigé à 10 h")).to_be_visible()
    look(caller)
    go(caller, "^Corriger")
    expect(caller.get_by_text("Ce qui était écrit avant")).to_be_visible()
    look(caller)
    with instance.database.reading() as session:
        call = session.scalars(sa.select(Call)).one()
        assert (call.outcome, call.note) == ("JOINT_OK", "Elle jardine.")
        assert session.scalars(sa.select(CallRevision)).one().before["outcome"] == "NON_REPONSE"
        assert session.get_one(Line, call.line_id).closed_at is not None


def test_who_rang_back_is_found_by_the_number_that_shows(caller: Page, instance: Instance) -> None:
    _note_no_answer(caller, "Exemple2")
    reach(caller, "^Menu$")
    caller.keyboard.press("Enter")
    go(caller, "^On m’a rappelé")
    look(caller)
    write(caller, "cherche", "01 99 00 99 99")
    with caller.expect_navigation():
        caller.keyboard.press("Enter")
    expect(caller.get_by_role("heading", level=2)).to_contain_text("Personne")
    look(caller)
    caller.get_by_label("Numéro ou nom").focus()
    caller.keyboard.press("ControlOrMeta+a")
    caller.keyboard.type(_number(instance, "Exemple2"))
    with caller.expect_navigation():
        caller.keyboard.press("Enter")
    expect(caller.get_by_role("heading", level=3)).to_have_text("Paulette Exemple2")
    assert "99" not in caller.url.partition("/benevole")[2]  # no number in an address
    look(caller)
    go(caller, "^C’est elle")
    expect(caller.get_by_text("ce n’est pas compté comme un essai")).to_be_visible()
    choose(caller, "spoke", "Oui, nous avons parlé")
    choose(caller, "mood", "Bien")
    look(caller)
    go(caller, "^Enregistrer et passer au suivant")
    expect(caller.get_by_text("C’est enregistré")).to_be_visible()
    with instance.database.reading() as session:
        first, second = session.scalars(sa.select(Call).order_by(Call.id))
        assert [one.rang_back for one in (first, second)] == [False, True]
        assert first.line_id == second.line_id
        assert session.get_one(Line, first.line_id).closed_at is not None


def test_an_objection_noted_by_mistake_is_taken_back_the_same_day(
    caller: Page, instance: Instance
) -> None:
    served.open_somebody(caller, "Exemple1")
    choose(caller, "spoke", "Oui, nous avons parlé")
    choose(caller, "mood", "Bien")
    choose(caller, "wish", "Ne plus appeler")
    expect(caller.locator("#effet")).to_contain_text("plus")
    look(caller)
    go(caller, "^Enregistrer et passer au suivant")
    expect(caller.get_by_text("C’est enregistré")).to_be_visible()
    assert _stopped(instance) == ["Exemple1"]
    go(caller, "Voir ma liste")
    go(caller, "Corriger un appel d’aujourd’hui")
    go(caller, "^Corriger")
    choose(caller, "wish", "Chaque semaine")
    go(caller, "^Enregistrer")
    expect(caller.get_by_text("Votre compte rendu est corrigé")).to_be_visible()
    look(caller)
    assert _stopped(instance) == []


def test_a_need_noted_by_mistake_is_taken_back_the_same_day(
    caller: Page, instance: Instance
) -> None:
    served.open_somebody(caller, "Exemple1")
    choose(caller, "spoke", "Oui, nous avons parlé")
    choose(caller, "mood", "Fragile")
    choose(caller, "wish", "Chaque semaine")
    press(caller, "^Ajouter un besoin")
    _note_hunger(caller)
    look(caller)
    go(caller, "^Enregistrer et passer au suivant")
    expect(caller.get_by_text("C’est enregistré")).to_be_visible()
    assert _needs(instance) == [("ALI_URGENCE", None)]
    go(caller, "Voir ma liste")
    go(caller, "Corriger un appel d’aujourd’hui")
    go(caller, "^Corriger")
    tab_to(caller, "() => document.activeElement.name === 'retirer'")
    caller.keyboard.press("Space")
    expect(caller.get_by_label("Retirer ce besoin")).to_be_checked()
    look(caller)
    go(caller, "^Enregistrer")
    expect(caller.get_by_text("Votre compte rendu est corrigé")).to_be_visible()
    look(caller)
    assert _needs(instance) == [("ALI_URGENCE", Result.WITHDRAWN)]
    with instance.database.reading() as session:
        assert session.scalars(sa.select(Call.outcome)).one() == "JOINT_OK"


def _note_hunger(page: Page) -> None:
    """Nothing left to eat: chosen by its first letter, since the page asks at each choice."""
    expect(page.get_by_label("De quoi s’agit-il")).to_be_visible()
    tab_to(page, "() => document.activeElement.id === 'besoin-0-category'")
    page.keyboard.type("P")
    expect(page.locator(".route")).to_contain_text("Sera transmis")
    write(page, "besoin-0-text", "N’a plus rien pour ce soir.")
    choose(page, "besoin-0-agreement", "Oui")


def _needs(instance: Instance) -> list[tuple[str, Result | None]]:
    with instance.database.reading() as session:
        return [(one.category, one.result) for one in session.scalars(sa.select(Need))]


def _note_no_answer(page: Page, name: str) -> None:
    served.open_somebody(page, name)
    choose(page, "spoke", "Non, pas de réponse")
    go(page, "^Enregistrer et passer au suivant")
    expect(page.get_by_text("C’est enregistré")).to_be_visible()


def _number(instance: Instance, name: str) -> str:
    """As the telephone shows it."""
    with instance.database.reading() as session:
        whose = sa.select(Phone.e164).join(Person).where(Person.last_name == name)
        return session.scalars(whose).one().replace("+33", "0")


def _stopped(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return list(session.scalars(sa.select(Person.last_name).where(Person.stop.is_not(None))))
