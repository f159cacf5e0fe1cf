"""The writing coach beside the report, as the browser sends it without JavaScript."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask import Flask

from appel_solidaire.db import Database
from campaigns.models import Call, JournalEntry, Need
from tests.web.test_volunteer import Desk

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
NOTE = "Elle est dépressive. Rappeler jeudi."


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


def need(**more: str) -> dict[str, str]:
    about = {"category": "ALI_PORTAGE", "text": "Elle est alcoolique", "agreement": "oui"} | more
    return {"need_count": "1"} | {f"besoin-0-{name}": value for name, value in about.items()}


def seen(desk: Desk, answers: dict[str, str]) -> dict[str, str]:
    """The destination was shown: what the page says of it."""
    page = desk.send(**answers).text
    mark = page.split('name="besoin-0-seen"')[1].split('value="')[1].split('"')[0]
    return answers | {"besoin-0-seen": html.unescape(mark)}


def told(desk: Desk, text: str) -> str:
    token = desk.hidden()["csrf_token"]
    answer = desk.client.post(
        "/benevole/relecture", data={"csrf_token": token, "champ": "note", "note": text}
    )
    assert answer.status_code == 200
    return answer.text


def test_a_text_being_typed_gets_softer_words(desk: Desk) -> None:
    said = told(desk, NOTE)
    assert "a le moral très bas" in said
    assert "Remplacer" in said


def test_a_good_text_gets_no_advice(desk: Desk) -> None:
    assert told(desk, "A besoin de son pilulier avant vendredi.").strip() == ""


def test_asking_keeps_nothing_and_notes_nothing(desk: Desk) -> None:
    before = desk.count(JournalEntry)
    desk.hidden()
    opened = desk.count(JournalEntry) - before
    told(desk, NOTE)
    assert desk.count(JournalEntry) - before == opened
    assert desk.count(Call) == 0


def test_what_was_typed_cannot_become_markup(desk: Desk) -> None:
    assert "<b>" not in told(desk, '<b>folle</b> "><script>alert(1)</script>')


def test_without_javascript_the_page_comes_back_once_then_all_is_kept(desk: Desk) -> None:
    answers = {"spoke": "oui", "mood": "bien", "note": NOTE}
    back = desk.send(**answers, relire="1")
    assert back.status_code == 422
    assert "Enregistrer tel quel" in back.text
    assert 'name="relire"' not in back.text
    assert desk.count(Call) == 0
    kept = desk.send(**answers)
    assert kept.status_code == 303
    with desk.database.reading() as session:
        assert session.scalar(sa.select(Call.note)) == NOTE


def test_a_good_note_is_kept_at_once(desk: Desk) -> None:
    sent = desk.send(spoke="oui", mood="bien", note="Vit seule, rappeler après 14 h.", relire="1")
    assert sent.status_code == 303


def test_an_urgent_need_is_never_made_to_wait(desk: Desk) -> None:
    answers = {"spoke": "oui", "mood": "bien"} | need(category="ALI_URGENCE")
    sent = desk.send(**seen(desk, answers), relire="1")
    assert sent.status_code == 303
    assert desk.count(Need) == 1


def test_a_need_that_can_wait_is_read_again_once(desk: Desk) -> None:
    answers = seen(desk, {"spoke": "oui", "mood": "bien"} | need())
    assert desk.send(**answers, relire="1").status_code == 422
    assert desk.count(Need) == 0
    assert desk.send(**answers).status_code == 303
    assert desk.count(Need) == 1


def test_an_advice_is_accepted_by_one_button(desk: Desk) -> None:
    page = desk.send(spoke="oui", mood="bien", note=NOTE, action="remplacer:note:0")
    assert page.status_code == 200
    assert "Elle a le moral très bas. Rappeler jeudi.</textarea>" in page.text
    assert desk.count(Call) == 0


def test_an_advice_about_a_need_is_accepted_too(desk: Desk) -> None:
    answers = {"spoke": "oui", "action": "remplacer:besoin-0-text:0"} | need()
    assert "Elle a un souci de santé</textarea>" in desk.send(**answers).text


@pytest.mark.parametrize("act", ["remplacer:", "remplacer:note:9", "remplacer:x:0", "ajouter:XX"])
def test_a_button_nobody_has_changes_nothing(desk: Desk, act: str) -> None:
    page = desk.send(spoke="oui", note=NOTE, action=act)
    assert NOTE in html.unescape(page.text)
    assert desk.count(Call) == 0


def test_a_need_named_by_the_guide_is_begun_with_its_category(desk: Desk) -> None:
    page = desk.send(action="ajouter:AUT_APA").text
    assert '<option selected value="AUT_APA">' in page
    assert desk.count(Need) == 0
