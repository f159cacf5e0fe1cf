"""``appel-solidaire import``: the shapes scripts rely on, sentences a clerk understands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from appel_solidaire import cli
from appel_solidaire.instance import Instance
from campaigns import reference, team
from campaigns.models import (
    Commune,
    Enrolment,
    ImportBatch,
    ImportState,
    Office,
    Organisation,
    OutgoingMail,
    Person,
    Role,
    SourceDecision,
    Territory,
    User,
)
from campaigns.reference import table
from importers import sources, volunteers
from tests import factories
from tests.importers import files

SHAPE = {
    "rows", "created", "updated", "unchanged", "refused", "to_confirm", "households", "columns",
    "dropped_columns", "problems", "seconds",
}  # fmt: skip
HEADERS = ("NOM", "Prénom", "Téléphone", "CP", "Commune", "NIR")
PEOPLE = files.xlsx(
    [
        HEADERS,
        ("DUPONT", "Renée", "06 39 98 00 12", "80000", "Amiens", "241039912345644"),
        ("DUPONT", "Paul", "06 39 98 00 12", "80000", "Amiens", ""),
        ("", "", "06 39 98 00 13", "80000", "Amiens", ""),
    ]
)
TEAM = files.xlsx(
    [
        ("Prénom", "Nom", "Courriel", "Langues", "Demi-journées", "Territoire", "Commune"),
        (
            "Michelle",
            "Petit",
            "Michelle@example.org",
            "portugais",
            "lundi matin, jeudi",
            "T-80021",
            "",
        ),
        ("Sami", "Roux", "sami@example.org", "", "mardi après-midi ; samedi", "", "Amiens"),
        ("", "Sans prénom", "x@example.org", "", "", "", ""),
        ("Léa", "Sans adresse", "pas une adresse", "", "", "", ""),
        ("Michelle", "Encore", "michelle@example.org", "", "", "", ""),
    ]
)


@pytest.fixture
def ready(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """An instance with one open campaign and one commune, that commands find."""
    with instance.database.unit() as session:
        factories.campaign(session)
        factories.commune(session)
    monkeypatch.setenv("APPEL_DATABASE_URL", instance.config.database_url or "")
    return instance


@pytest.fixture
def run(ready: Instance, tmp_path: Path) -> Callable[..., Result]:
    """Run a command on a file of this content."""

    def command(kind: str, content: bytes, *options: str, name: str = "liste.xlsx") -> Result:
        file = tmp_path / name
        file.write_bytes(content)
        arguments = ["import", kind, str(file), "--instance", str(ready.config.instance), *options]
        return CliRunner().invoke(cli.main, arguments)

    return command


def done(result: Result) -> dict[str, Any]:
    """The object on stdout of a command that went well."""
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    assert said.keys() == SHAPE
    return said


def figures(said: dict[str, Any]) -> tuple[int, ...]:
    names = ("rows", "created", "updated", "unchanged", "refused", "to_confirm", "households")
    return tuple(said[name] for name in names)


def count(instance: Instance, model: type) -> int:
    with instance.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# People -----------------------------------------------------------------------------------


def test_without_confirm_a_list_is_compared_and_nothing_is_kept(ready, run):
    said = done(run("people", PEOPLE, "--json"))
    assert figures(said) == (3, 2, 0, 0, 1, 0, 1)
    assert said["columns"]["NOM"] == "last_name"
    assert said["dropped_columns"] == ["NIR"]
    assert {
        "row": 4,
        "column": "NOM",
        "code": "no_name",
        "say": "Ligne refusée\u00a0: aucun nom.",
    } in (said["problems"])
    assert count(ready, Person) == count(ready, ImportBatch) == 0


def test_with_confirm_people_enter_and_the_same_file_again_changes_nothing(ready, run):
    assert figures(done(run("people", PEOPLE, "--json", "--confirm"))) == (3, 2, 0, 0, 1, 0, 1)
    assert count(ready, Enrolment) == 2
    assert figures(done(run("people", PEOPLE, "--json", "--confirm"))) == (3, 0, 0, 2, 1, 0, 1)
    assert count(ready, Enrolment) == 2
    with ready.database.reading() as session:
        assert set(session.scalars(sa.select(ImportBatch.state))) == {ImportState.CONFIRMED}
        assert set(session.scalars(sa.select(ImportBatch.content))) == {None}


def test_a_clerk_reads_sentences_and_how_to_confirm(run):
    result = run("people", PEOPLE)
    said = result.stdout.replace("\u00a0", " ")
    assert result.exit_code == 0
    assert "3 lignes lues : 2 nouvelles, 1 refusée." in said
    assert "Ligne 4, NOM : Ligne refusée : aucun nom." in said
    assert "Rien n’est entré. Pour faire entrer la liste, relancez avec --confirm." in said
    assert "Rien n’est entré" not in run("people", PEOPLE, "--confirm").stdout


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "liste.xlsx", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "liste.xlsx", "not_a_spreadsheet"),
        (PEOPLE, "liste.exe", "format"),
        (files.xlsx([("Rue", "Ville"), ("a", "b")]), "liste.xlsx", "no_name"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--confirm",)])
def test_an_unreadable_file_ends_with_2_and_says_why(ready, run, content, name, code, options):
    result = run("people", content, "--json", *options, name=name)
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["code"] == code
    assert error["say"] in result.stderr
    assert "Traceback" not in result.output
    assert count(ready, ImportBatch) == 0


def test_a_missing_file_an_unknown_campaign_and_no_instance_are_said(run, tmp_path):
    missing = CliRunner().invoke(
        cli.main, ["import", "people", str(tmp_path / "rien.xlsx"), "--json"]
    )
    assert (missing.exit_code, json.loads(missing.stdout)["error"]["code"]) == (2, "introuvable")
    unknown = run("people", PEOPLE, "--json", "--campaign", "autre")
    assert (unknown.exit_code, json.loads(unknown.stdout)["error"]["code"]) == (
        2,
        "campagne_inconnue",
    )
    nowhere = run("people", PEOPLE, "--json", "--instance", str(tmp_path / "rien"))
    assert (nowhere.exit_code, json.loads(nowhere.stdout)["error"]["code"]) == (2, "pas_d_instance")


# Volunteers -------------------------------------------------------------------------------


def test_volunteers_enter_with_their_half_days_and_nobody_is_invited(ready, run):
    said = done(run("volunteers", TEAM, "--json"))
    assert figures(said) == (5, 2, 0, 1, 2, 0, 0)
    assert count(ready, User) == 0
    done(run("volunteers", TEAM, "--json", "--confirm"))
    with ready.database.reading() as session:
        michelle, sami = session.scalars(sa.select(User).order_by(User.email))
        territory = session.scalars(sa.select(Territory.id)).one()
        assert (michelle.email, michelle.full_name) == ("michelle@example.org", "Michelle Petit")
        assert (michelle.role, michelle.languages) == (Role.VOLUNTEER, "portugais")
        assert (sami.home_insee, sami.territory_id) == ("80021", territory)
        assert michelle.territory_id == territory
        assert team.half_days_of(session, [michelle.id, sami.id]) == {
            michelle.id: ((0, "am"), (3, "am"), (3, "pm")),
            sami.id: ((1, "pm"),),
        }
    assert count(ready, OutgoingMail) == 0


def test_volunteers_that_cannot_be_taken_are_listed_with_their_line(run):
    found = {
        (each["row"], each["code"]) for each in done(run("volunteers", TEAM, "--json"))["problems"]
    }
    assert found == {(3, "half_day"), (4, "refused"), (5, "refused"), (6, "repeated")}


def test_the_same_volunteers_again_change_nothing_and_what_is_empty_stays(ready, run):
    done(run("volunteers", TEAM, "--json", "--confirm"))
    assert figures(done(run("volunteers", TEAM, "--json"))) == (5, 0, 0, 3, 2, 0, 0)
    shorter = files.xlsx(
        [
            ("Prénom", "Nom", "Courriel", "Langues"),
            ("Michelle", "Petit", "michelle@example.org", "turc"),
        ]
    )
    assert figures(done(run("volunteers", shorter, "--json", "--confirm"))) == (1, 0, 1, 0, 0, 0, 0)
    with ready.database.reading() as session:
        michelle = session.scalars(sa.select(User).where(User.languages == "turc")).one()
        assert team.half_days_of(session, [michelle.id])[michelle.id][0] == (0, "am")


def test_an_account_of_another_role_is_never_turned_into_a_volunteer(ready, run):
    with ready.database.unit() as session:
        factories.user(session, Role.LEAD, email="michelle@example.org")
    said = done(run("volunteers", TEAM, "--json", "--confirm"))
    assert said["refused"] == 4  # both lines of this address
    with ready.database.reading() as session:
        found = session.scalars(sa.select(User).where(User.email == "michelle@example.org")).one()
        assert found.role is Role.LEAD


def test_a_list_without_addresses_says_which_column_is_missing(run):
    result = run("volunteers", files.xlsx(), "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "no_column"
    assert "Courriel" in result.stderr


@pytest.mark.parametrize(
    ("text", "halves", "unread"),
    [
        ("lundi matin, jeudi", ((0, "am"), (3, "am"), (3, "pm")), []),
        ("Mar. après-midi / ven matin", ((1, "pm"), (4, "am")), []),
        ("lundi matin et après-midi", ((0, "am"), (0, "pm")), []),
        ("samedi matin", (), ["samedi matin"]),
        ("quand on veut", (), ["quand on veut"]),
        ("", (), []),
    ],
)
def test_half_days_are_read_as_people_write_them(text, halves, unread):
    assert volunteers.half_days(text) == (halves, unread)


# Territories and directory ----------------------------------------------------------------


def test_the_table_of_communes_is_replaced_by_the_one_of_the_place(ready, run):
    with ready.database.unit() as session:
        session.add_all(
            [
                Commune(insee="80001", name="Abbeville", postal_codes="80100"),
                Commune(insee="80003", name="Acheux", postal_codes="80560"),
            ]
        )
    sectors = (
        b"code_insee,nom,territoire_code,territoire_nom,methode\n"
        b"80021,Amiens,NORD,Territoire du Nord,main\n"
        b"80001,Abbeville,NORD,,main\n"
        b"99999,Ailleurs,NORD,,main\n"
    )
    said = done(run("territories", sectors, "--json", "--confirm", name="communes.csv"))
    assert figures(said) == (3, 1, 1, 0, 1, 0, 0)
    assert {each["code"] for each in said["problems"]} == {"unknown_commune", "absent"}
    with ready.database.reading() as session:
        made = session.scalars(sa.select(Territory).where(Territory.code == "NORD")).one()
        assert made.name == "Territoire du Nord"
        inside = sa.select(Commune.insee).where(Commune.territory_id == made.id)
        assert set(session.scalars(inside)) == {"80021", "80001"}
        assert session.get_one(Commune, "80003").territory_id is None
    again = done(run("territories", sectors, "--json", name="communes.csv"))
    assert figures(again) == (3, 0, 0, 2, 1, 0, 0)


def test_the_shipped_tables_are_read_whole(ready, run):
    with ready.database.unit() as session:
        session.execute(sa.delete(Commune))
        session.execute(
            sa.insert(Commune),
            [
                {"insee": each.insee, "name": each.name, "postal_codes": "", "population": 0}
                for each in reference.communes("80")
            ],
        )
    for kind, file in (("territories", "commune_territoire.csv"), ("directory", "authorities.csv")):
        said = done(
            run(kind, table.shipped(f"80/{file}").encode(), "--json", "--confirm", name=file)
        )
        assert said["rows"] == said["created"] > 700
        assert said["refused"] == 0
    with ready.database.reading() as session:
        office = session.scalars(sa.select(Office).where(Office.code == "MDPH")).one()
        assert (office.scope, office.email) == ("departement", "mdph@departement80.example.org")
        organisation = session.get_one(Organisation, 1)
        assert organisation.coordination_email == "coordination@appel-solidaire.example.org"


def test_an_office_is_corrected_and_a_wrong_line_refused_with_its_reason(ready, run):
    head = "code,type,nom,perimetre,perimetre_code,email,telephone_court,remarque\n"
    first = head + "CAF,caf,CAF de la Somme,departement,80,caf@example.org,3230,\n"
    done(run("directory", first.encode(), "--json", "--confirm", name="annuaire.csv"))
    second = (
        head
        + "CAF,caf,CAF de la Somme,departement,80,nouvelle@example.org,3230,\n"
        + "CCAS_99999,ccas,CCAS d’ailleurs,commune,99999,x@example.org,,\n"
        + "X,caf,Office,lune,,x@example.org,,\n"
        + "Y,caf,Office,national,,pas une adresse,,\n"
    )
    said = done(run("directory", second.encode(), "--json", "--confirm", name="annuaire.csv"))
    assert figures(said) == (4, 0, 1, 0, 3, 0, 0)
    assert [(each["row"], each["column"]) for each in said["problems"]] == [
        (3, "perimetre_code"),
        (4, "perimetre"),
        (5, "email"),
    ]
    with ready.database.reading() as session:
        assert session.scalars(sa.select(Office.email)).all() == ["nouvelle@example.org"]


def test_a_register_enters_another_campaign_by_the_named_decision_of_a_lead(
    ready: Instance, run: Callable[..., Result]
) -> None:
    with ready.database.unit() as session:
        sources.of(session, "Registre", at=ready.clock()).is_register = True
        factories.user(session, Role.LEAD, email="nadia@example.org")
        factories.user(session, Role.VOLUNTEER, email="michel@example.org")
    told = ("--source", "Registre", "--confirm")
    assert "registre communal" in run("people", PEOPLE, *told).stderr
    why = (*told, "--decision", "Alerte chaleur du 12 juillet")
    assert "--by" in run("people", PEOPLE, *why).stderr
    assert "--by" in run("people", PEOPLE, *why, "--by", "michel@example.org").stderr
    assert run("people", PEOPLE, *why, "--by", "nadia@example.org").exit_code == 0
    with ready.database.reading() as session:
        decision = session.scalars(sa.select(SourceDecision)).one()
        assert decision.reason == "Alerte chaleur du 12 juillet"
        assert session.get_one(User, decision.by_id).email == "nadia@example.org"
