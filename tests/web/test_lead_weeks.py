"""The lead splits a week, looks at it, publishes it; the command line does the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.cli import main
from appel_solidaire.db import Database
from campaigns import sheets, weeks
from campaigns.models import (
    Campaign,
    Occurrence,
    OutgoingMail,
    Role,
    SignInLink,
    WeekPlan,
)
from tests import factories as make
from tests.conftest import Clock
from tests.factories import EVE, WEEK

NEXT = "2026-W49"
SHAPE = [
    "week",
    "due",
    "assigned",
    "unassigned",
    "known_pairs",
    "kept_pairs",
    "volunteers",
    "load",
    "optimal",
    "seconds",
]


@pytest.fixture
def lead(app: Flask, client: FlaskClient, database: Database, clock: Clock) -> FlaskClient:
    """A lead who is signed in; the page’s own token is tested with the browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    with database.unit() as session:
        essai = make.campaign(session)
        make.sign_in(session, client, make.user(session, Role.LEAD, essai), at=clock())
    return client


def fill(database: Database, people: int = 3, volunteers: int = 2) -> None:
    with database.unit() as session:
        essai = session.scalars(sa.select(Campaign)).one()
        for _ in range(people):
            make.person(session, essai)
        for _ in range(volunteers):
            make.volunteer(session, essai)


def mails(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) or 0


def test_a_campaign_without_a_list_or_volunteers_says_what_to_do(
    lead: FlaskClient, database: Database
) -> None:
    page = lead.get("/pilotage/feuilles")
    assert page.status_code == 200
    assert "Déposez d’abord une liste" in page.text
    fill(database, volunteers=0)
    assert "Ajoutez-en un" in lead.get("/pilotage/feuilles").text


def test_a_week_is_computed_read_and_published(lead: FlaskClient, database: Database) -> None:
    fill(database)
    assert "Calculer la répartition" in lead.get(f"/pilotage/feuilles/{NEXT}").text
    computed = lead.post(f"/pilotage/feuilles/{NEXT}/calculer")
    assert (computed.status_code, computed.location) == (303, f"/pilotage/feuilles/{NEXT}")
    page = lead.get(computed.location).text
    assert "Publier les 2\u00a0feuilles" in page
    assert "semaine du 30 novembre" in page
    assert "2 foyers pour 24\u00a0places" in page
    published = lead.post(f"/pilotage/feuilles/{NEXT}/publier")
    assert published.status_code == 303
    assert "Feuilles publiées" in lead.get(published.location).text
    assert mails(database) == 0  # told on Monday with everybody else
    again = lead.post(f"/pilotage/feuilles/{NEXT}/publier")
    assert again.status_code == 422
    assert "Les feuilles de cette semaine sont déjà publiées." in again.text


def test_a_week_with_nothing_to_publish_is_refused_in_words(lead: FlaskClient) -> None:
    answer = lead.post(f"/pilotage/feuilles/{NEXT}/publier")
    assert answer.status_code == 422
    assert "Il n’y a rien à publier" in answer.text


def test_sheets_published_during_the_week_are_told_at_once(
    lead: FlaskClient, database: Database
) -> None:
    fill(database)
    lead.post(f"/pilotage/feuilles/{WEEK}/calculer")
    lead.post(f"/pilotage/feuilles/{WEEK}/publier")
    assert mails(database) == 2
    fill(database, people=30, volunteers=1)
    assert lead.post(f"/pilotage/feuilles/{WEEK}/calculer").status_code == 303
    assert mails(database) == 3  # who joined; nobody is told twice
    page = lead.get(f"/pilotage/feuilles/{WEEK}").text
    assert "0\u00a0appel terminé sur 33" in page


def test_who_waits_and_what_would_help_are_shown(lead: FlaskClient, database: Database) -> None:
    fill(database, people=30, volunteers=1)
    lead.post(f"/pilotage/feuilles/{WEEK}/calculer")
    page = lead.get("/pilotage/feuilles").text
    assert "18\u00a0foyers ne rentrent pas" in page  # on Tuesday, Thursday morning is left
    assert "Plus de place cette semaine" in page
    assert "Ce qui manque" in page


@pytest.mark.parametrize(
    "week", ["2026-W54", "2026-48", "demain", "0001-W01", "9999-W52", "2026-W+1", "20２6-W48"]
)
def test_a_week_that_does_not_exist_is_not_found(lead: FlaskClient, week: str) -> None:
    assert lead.get(f"/pilotage/feuilles/{week}").status_code == 404
    assert lead.post(f"/pilotage/feuilles/{week}/calculer").status_code == 404


def test_the_page_asks_as_much_for_ten_volunteers_as_for_one(
    lead: FlaskClient, database: Database
) -> None:
    fill(database, people=5, volunteers=1)
    lead.post(f"/pilotage/feuilles/{WEEK}/calculer")
    made: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *said: made.append(said[2]))
    lead.get(f"/pilotage/feuilles/{WEEK}")
    few = len(made)
    fill(database, people=50, volunteers=9)
    lead.post(f"/pilotage/feuilles/{WEEK}/calculer")
    made.clear()
    lead.get(f"/pilotage/feuilles/{WEEK}")
    assert len(made) == few


# The command line ----------------------------------------------------------------------------


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run a command on this test’s instance."""
    url = database.engine.url
    if database.engine.dialect.name == "postgresql":
        shown = url.set(drivername="postgresql").render_as_string(hide_password=False)
        monkeypatch.setenv("APPEL_DATABASE_URL", shown)
    else:
        monkeypatch.delenv("APPEL_DATABASE_URL", raising=False)
    return CliRunner()


def invoke(run: CliRunner, folder: Path, *words: str) -> tuple[int, str, str]:
    done = run.invoke(main, [*words, "--instance", str(folder)])
    return done.exit_code, done.stdout, done.stderr


def found(database: Database) -> None:
    with database.unit() as session:
        make.campaign(session)


def test_plan_prints_one_object_of_a_stable_shape(
    run: CliRunner, database: Database, tmp_path: Path
) -> None:
    found(database)
    fill(database)
    code, out, _ = invoke(run, tmp_path / "instance", "plan", "--week", WEEK, "--json")
    result = json.loads(out)
    assert (code, list(result)) == (0, SHAPE)
    assert (result["week"], result["due"], result["assigned"], result["unassigned"]) == (
        WEEK,
        3,
        3,
        {},
    )
    assert result["load"] == {"min": 1, "median": 1.5, "max": 2}
    assert set(result["seconds"]) == {"read", "solve", "write"}
    with database.reading() as session:
        assert session.scalars(sa.select(WeekPlan)).one().published_at is None


def test_plan_publishes_when_told_and_twice_is_harmless(
    run: CliRunner, database: Database, tmp_path: Path
) -> None:
    found(database)
    fill(database)
    for _ in range(2):
        code, out, _ = invoke(run, tmp_path / "instance", "plan", "--week", WEEK, "--publish")
        assert (code, "Les feuilles sont publiées." in out) == (0, True)
        assert "3\u00a0foyers à appeler, 3 répartis entre 2\u00a0volontaires" in out


def test_plan_refuses_with_a_sentence_and_a_code(
    run: CliRunner, database: Database, tmp_path: Path
) -> None:
    found(database)
    code, _, said = invoke(run, tmp_path / "instance", "plan", "--week", WEEK, "--publish")
    assert (code, "rien à publier" in said) == (1, True)
    code, _, said = invoke(run, tmp_path / "instance", "plan", "--week", "2026-54")
    assert (code, "écrivez par exemple 2026-W48" in said) == (2, True)
    code, _, said = invoke(run, tmp_path / "instance", "plan", "--campaign", "autre")
    assert (code, "essai" in said) == (2, True)


def test_summaries_are_previewed_without_a_trace_then_sent_once(
    run: CliRunner, database: Database, tmp_path: Path
) -> None:
    found(database)
    fill(database)
    this_week = weeks.after(WEEK, 520)  # links of a week to come are alive whatever the clock says
    with database.unit() as session:
        plan = sheets.propose(
            session, session.scalars(sa.select(Campaign)).one(), this_week, at=EVE
        )
        sheets.publish(session, plan, by=None, at=EVE)
    folder, drafts = tmp_path / "instance", tmp_path / "apercu"
    words = ("send-summaries", "--week", this_week, "--json")
    code, out, _ = invoke(run, folder, *words, "--preview", str(drafts))
    files = json.loads(out)["files"]
    assert (code, len(files)) == (0, 2)
    assert sorted(path.suffix for path in drafts.iterdir()) == [".eml", ".eml", ".html", ".html"]
    assert "Appel solidaire" in (drafts / files[0]).read_text(encoding="utf-8")
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SignInLink)) == 0
    assert mails(database) == 0
    posted = [json.loads(invoke(run, folder, *words)[1])["posted"] for _ in range(2)]
    assert posted == [2, 0]
    with database.reading() as session:
        assert session.scalars(sa.select(Occurrence)).one().produced == 2
    _, out, _ = invoke(run, folder, *words, "--preview", str(drafts))
    assert json.loads(out)["files"] != []  # what it looked like can still be read
    assert mails(database) == 2


@pytest.mark.parametrize("act", ["calculer", "publier"])
def test_a_week_that_is_over_is_neither_split_nor_published(
    lead: FlaskClient, database: Database, act: str
) -> None:
    fill(database, people=2, volunteers=1)
    answer = lead.post(f"/pilotage/feuilles/2026-W40/{act}")
    assert answer.status_code == 422
    assert "Cette semaine est terminée" in answer.text
    with database.reading() as session:
        assert session.scalars(sa.select(WeekPlan.id)).all() == []
