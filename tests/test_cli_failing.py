"""What stops a command is one French sentence and an exit code, never a page of code."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from appel_solidaire import config as settings
from appel_solidaire import db
from appel_solidaire.cli import main
from appel_solidaire.instance import Instance


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance just made, with no setting of this machine."""
    for name in [name for name in os.environ if name.startswith("APPEL_")]:
        monkeypatch.delenv(name)
    made = tmp_path / "instance"
    assert _run("init", "--lead", "pilote@example.org", "--instance", made).exit_code == 0
    return made


def _run(*words: object, **env: str) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=env)


def _said(result: Result, code: int = 2) -> str:
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.output.count("\n") == 1
    return result.output


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("APPEL_PUBLIC_URL", "http://[::1", "APPEL_PUBLIC_URL"),
        ("APPEL_PUBLIC_URL", "http://127.0.0.1:99999", "APPEL_PUBLIC_URL"),
        ("APPEL_DATABASE_URL", "n’importe quoi", "APPEL_DATABASE_URL"),
        ("APPEL_DATABASE_URL", "postgresql://a:b@127.0.0.1:1/c", "La base ne s’ouvre pas"),
        ("APPEL_MAIL_FROM", "pas une adresse", "APPEL_MAIL_FROM"),
        ("APPEL_MAIL_FROM", "a@example.org, b@example.org", "APPEL_MAIL_FROM"),
        ("APPEL_MAIL_FROM", "personne", "APPEL_MAIL_FROM"),
    ],
)
@pytest.mark.parametrize("command", ["web", "upgrade"])
def test_a_wrong_setting_is_said_in_one_sentence(
    folder: Path, command: str, name: str, value: str, said: str
) -> None:
    assert said in _said(_run(command, "--instance", folder, **{name: value}))


def test_a_sender_may_have_a_name(folder: Path) -> None:
    sender = {"APPEL_MAIL_FROM": "Appel solidaire <appels@example.org>"}
    assert settings.load(folder, sender).mail_from == sender["APPEL_MAIL_FROM"]


@pytest.mark.parametrize("command", ["web", "upgrade", "init"])
def test_lost_keys_are_never_replaced_by_others(folder: Path, command: str) -> None:
    settings.key_file(folder).unlink()
    assert "a disparu" in _said(_run(command, "--instance", folder))
    assert not settings.key_file(folder).exists()


def test_the_doctor_asks_for_lost_keys_and_not_for_a_new_instance(folder: Path) -> None:
    settings.key_file(folder).unlink()
    result = _run("doctor", "--instance", folder)
    assert result.exit_code == 1
    assert "Remettez en place la copie" in result.output
    assert "init" not in result.output


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
def test_no_keys_are_drawn_beside_a_postgresql_base_that_has_its_own(
    instance: Instance, tmp_path: Path
) -> None:
    url = instance.config.database_url or ""
    said = _said(_run("init", "--instance", tmp_path / "autre", APPEL_DATABASE_URL=url))
    assert "dont ce dossier n’a pas les clés" in said
    assert not settings.key_file(tmp_path / "autre").exists()


@pytest.mark.parametrize("command", ["init", "upgrade", "web"])
def test_tables_of_a_newer_version_are_refused_before_anything_is_done(
    folder: Path, command: str
) -> None:
    with Instance.of(settings.load(folder, {})).database.writer.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert db.NEWER in _said(_run(command, "--instance", folder))
    assert not (folder / "sauvegardes").exists()


def test_bringing_up_to_date_makes_no_instance(tmp_path: Path) -> None:
    assert "Aucune instance" in _said(_run("upgrade", "--instance", tmp_path / "nulle-part"))
    assert not (tmp_path / "nulle-part").exists()


def test_the_right_keys_restore_where_the_wrong_ones_were_tried(
    folder: Path, tmp_path: Path
) -> None:
    file, new, wrong = tmp_path / "une.sauvegarde", tmp_path / "neuf", tmp_path / "autre"
    assert _run("backup", file, "--instance", folder).exit_code == 0
    settings.load(wrong, {})
    tried = _run("restore", file, "--instance", new, "--keys", settings.key_file(wrong))
    assert "ce ne sont pas les clés" in _said(tried)
    right = _run("restore", file, "--instance", new, "--keys", settings.key_file(folder))
    assert right.exit_code == 0, right.output
    assert _run("doctor", "--instance", new).exit_code == 0


def test_other_keys_than_those_of_the_base_are_said(folder: Path, tmp_path: Path) -> None:
    settings.load(tmp_path / "autre", {})
    shutil.copy(settings.key_file(tmp_path / "autre"), settings.key_file(folder))
    for command in ("web", "upgrade", "init"):
        assert "La base ne s’ouvre pas" in _said(_run(command, "--instance", folder))


def test_a_port_that_is_taken_is_said(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = _said(_run("web", "--instance", folder, "--port", port))
    assert f"Le port {port} est déjà pris" in said


def test_a_folder_of_somebody_else_is_said(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def closed(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", closed)  # tests may run as root, whom nothing is closed to
    said = _said(_run("web", "--instance", folder))
    assert "n’a pas le droit" in said
    assert "sudo -u appel" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wbe"], "un mot n’est pas le bon. Lancez « appel-solidaire --aide »"),
        (["web", "--wrkers", "2"], "Option inconnue : --wrkers. Lancez « appel-solidaire web"),
        (["web", "--port", "99999"], "--port attend un nombre de 1 à 65535"),
        (["backup"], "Il manque FILE."),
        (["backup", "/"], "FILE attend un fichier"),
        (["restore", "x", "--replaces", "/nulle/part"], "--replaces attend un dossier qui existe"),
        (["init", "--preset", "x"], "--preset prend un de ces mots : "),
        (["user", "reset"], "Il manque ADDRESS. Lancez « appel-solidaire user reset --aide »"),
    ],
)
def test_what_is_mistyped_is_said_in_french(words: list[str], said: str) -> None:
    assert said in _said(_run(*words)).replace("\u00a0", " ")
