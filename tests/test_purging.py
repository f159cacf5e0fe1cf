"""A purge, from the command to the report: nothing is left anywhere, and nothing comes back."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from appel_solidaire import backup, jobs, purging
from appel_solidaire import config as settings
from appel_solidaire.cli import main
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import journal, people
from campaigns.models import (
    Campaign,
    CampaignState,
    Objection,
    Person,
    PurgeRun,
    Role,
    StopReason,
    TombstoneKind,
)
from campaigns.retention import erasing, rules, runs, tombstones
from campaigns.retention.passes import Cutoffs
from tests import factories, rights_stage
from tests.campaigns.test_erasing import everything
from tests.conftest import Clock


def fill(instance: Instance, count: int = 3) -> set[str]:
    """A campaign that is over, whose people are named in every table; the words to look for."""
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        caller = factories.volunteer(session, campaign)
        for _ in range(count):
            factories.person(session, campaign, last_name="Quetzalcoatl", has_number=False)
        _, canaries = rights_stage.told_everywhere(session, campaign, caller)
        # Nothing holds them back: what was asked is answered, what was raised is closed.
        for table in ("need", "alarm"):
            session.execute(
                sa.text(f"UPDATE {table} SET {_CLOSED[table]}"), {"at": rights_stage.AT}
            )  # noqa: S608  names of ours
        session.execute(sa.text("UPDATE rights_request SET answered_at = :at"), _AT)
        session.execute(sa.text("UPDATE outgoing_mail SET state = 'sent', sent_at = :at"), _AT)
        campaign.state, campaign.closed_at = CampaignState.CLOSED, rights_stage.AT
    words = {one for one in canaries.values() if one.startswith("c")} | {"Quetzalcoatl"}
    return words | {rights_stage.NUMBER[0]}


_AT = {"at": rights_stage.AT}
_CLOSED = {
    "need": "state = 'closed', closed_at = :at, result = 'solved'",
    "alarm": "closed_at = :at, ending = 'found_well'",
}


def pages(settings: Config) -> bytes:
    """Every page of the encrypted file in clear: rows, indexes, and the free ones.

    SQLCipher 4 keeps each page as AES-256-CBC, then its vector and its code (80 bytes in all).
    """
    content, key = settings.database_file.read_bytes(), algorithms.AES(settings.database_key)
    clear = []
    for start in range(0, len(content), 4096):
        page = content[start : start + 4096]
        body, vector = page[16 if start == 0 else 0 : -80], page[-80:-64]
        opened = Cipher(key, modes.CBC(vector)).decryptor()
        clear.append(opened.update(body) + opened.finalize())
    return b"".join(clear)


def run(instance: Instance) -> PurgeRun:
    purging.begin(instance, by_id=None)
    run_id = purging.work(instance)
    assert run_id is not None
    with instance.database.unit() as session:
        return session.get_one(PurgeRun, run_id)


def test_after_a_purge_nobody_is_in_a_table_and_the_report_is_signed(
    instance: Instance, clock: Clock
) -> None:
    words = fill(instance)
    clock.move(days=1100)
    done = run(instance)
    with instance.database.reading() as session:
        left = everything(session)
        assert {one for one in words if one in left} == set()
        assert runs.is_sound(session, session.get_one(PurgeRun, done.id))
        last = journal.latest(session, limit=1)[0]
        assert (last.action, last.detail["code"]) == ("purge_done", done.mac)
        assert journal.verify(session).is_whole
    assert len(done.report["forgotten"]) == 4
    assert done.report["tables"]["uncontacted"]["person"] >= 3
    assert done.report["before"]["person"] != done.report["after"]["person"]
    with instance.database.unit() as session:
        changed = session.get_one(PurgeRun, done.id)
        changed.report = {**changed.report, "forgotten": []}
        assert not runs.is_sound(session, changed)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_after_a_purge_no_page_no_log_and_no_file_holds_a_word(
    instance: Instance, clock: Clock, config: Config, capfd: pytest.CaptureFixture[str]
) -> None:
    words = fill(instance)
    instance.database.study()
    with instance.database.engine.connect() as connection:
        connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    assert any(one.encode() in pages(config) for one in words)
    clock.move(days=1100)
    run(instance)
    left = pages(config)
    assert {one for one in words if one.encode() in left} == set()
    for path in config.instance.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert {one for one in words if one.encode() in content} == set(), path
    wal = config.database_file.with_name("appel.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    written = "".join(capfd.readouterr())
    assert {one for one in words if one in written} == set()


def test_a_purge_twice_takes_nothing_more(instance: Instance, clock: Clock) -> None:
    fill(instance)
    clock.move(days=1100)
    run(instance)
    clock.move(hours=1)
    again = run(instance)
    assert again.report["forgotten"] == []
    assert again.report["tables"] == {}
    assert again.report["before"]["person"] == again.report["after"]["person"]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("days", "is_due"), [(34, False), (35, True), (36, True)])
def test_a_backup_is_kept_until_its_day(
    instance: Instance, clock: Clock, config: Config, days: int, *, is_due: bool
) -> None:
    made = config.instance / "sauvegardes" / "une.sauvegarde"
    backup.save(instance, made)
    clock.move(days=days)
    cuts = Cutoffs({rule.key: rule.most for rule in rules.RULES}, clock.at)
    assert purging.old_files(instance, cuts)["backups"] == ([made] if is_due else [])


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_backups_and_written_mails_leave_the_folder_in_time(
    instance: Instance, clock: Clock, config: Config
) -> None:
    with instance.database.unit() as session:
        factories.campaign(session)
    old = config.instance / "sauvegardes" / "vieille.sauvegarde"
    backup.save(instance, old)
    letter = config.mail_folder / "lettre.eml"
    letter.parent.mkdir(exist_ok=True)
    letter.write_text("Canari")
    os.utime(letter, (clock.at.timestamp(),) * 2)
    clock.move(days=34)
    run(instance)
    assert old.is_file()
    clock.move(days=2)
    backup.save(instance, old.with_name("neuve.sauvegarde"))
    run(instance)
    assert [one.name for one in old.parent.iterdir()] == ["neuve.sauvegarde"]
    assert letter.is_file()
    clock.move(days=27)
    run(instance)
    assert not letter.exists()


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_night_purges_where_it_is_switched_on_and_once(
    instance: Instance, clock: Clock
) -> None:
    with instance.database.unit() as session:
        factories.campaign(session)
        dpo = factories.user(session, Role.DPO)
    jobs.sweep(instance)
    with instance.database.unit() as session:
        assert runs.latest(session) == []
        rules.switch_night(session, on=True, by=dpo, at=clock.at)
    jobs.sweep(instance)
    jobs.sweep(instance)
    with instance.database.reading() as session:
        assert [one.finished_at is not None for one in runs.latest(session)] == [True]
    clock.move(days=1)
    jobs.sweep(instance)
    with instance.database.reading() as session:
        assert len(runs.latest(session)) == 2


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_command_rehearses_then_purges(instance: Instance, config: Config) -> None:
    fill(instance)
    instance.database.engine.dispose()
    asked = ["purge", "--instance", str(config.instance), "--json"]
    told = json.loads(CliRunner().invoke(main, [*asked, "--dry-run"]).stdout)
    assert told["dry_run"]
    assert told["people"] == {"uncontacted": 0, "contacted": 0}
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["code"]) == 64


# What comes back with a backup --------------------------------------------------------------


@pytest.fixture
def elsewhere(instance: Instance, config: Config, tmp_path: Path) -> Iterator[Instance]:
    """An empty instance with the same keys and, as on a new machine, nothing else."""
    folder = tmp_path / "neuve"
    folder.mkdir()
    shutil.copytree(config.instance / "cles", folder / "cles")
    opened = Instance.of(_settings(folder), clock=instance.clock)
    yield opened
    opened.database.engine.dispose()


def _settings(folder: Path) -> Config:
    return settings.load(folder, env={})


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_an_older_backup_brings_back_neither_the_purged_nor_the_erased_nor_objectors(
    instance: Instance, clock: Clock, elsewhere: Instance, tmp_path: Path
) -> None:
    words = fill(instance)
    with instance.database.unit() as session:
        running = factories.campaign(session, slug="autre")
        erased = factories.person(session, running, last_name="Xipetotec", trust_code="c999z")
        objects = factories.person(session, running, last_name="Itzamna")
    clock.move(days=1090)
    backup.save(instance, tmp_path / "avant.sauvegarde")
    clock.move(days=10)
    run(instance)
    with instance.database.unit() as session:
        dpo = factories.user(session, Role.DPO)
        erasing.erase_person(session, session.get_one(Person, erased.id), at=clock.at)
        tombstones.bury(session, TombstoneKind.ERASED, "person", erased.id, at=clock.at)
        kept = session.get_one(Person, objects.id)
        people.stop(session, kept, reason=StopReason.OBJECTED, by=dpo, at=clock.at)
    # The last act is in the replaced database alone: nobody had noted it in the file.
    replaced = instance.config.instance
    stones, is_read = purging.of_replaced(replaced, at=clock.at)
    assert is_read
    _, again = backup.restore(elsewhere, tmp_path / "avant.sauvegarde", stones=stones, at=clock.at)
    assert again.objections == 1
    assert again.people >= 5
    with elsewhere.database.reading() as session:
        left = everything(session)
        assert {one for one in {*words, "Xipetotec"} if one in left} == set()
        assert session.get_one(Person, objects.id).stop is StopReason.OBJECTED
        assert session.scalar(sa.select(sa.func.count(Objection.id)))
        assert journal.verify(session).is_whole
    found = purging.read(purging.stones_file(elsewhere.config), elsewhere.config.keys.journal)
    assert found.spoilt == 0
    assert ("erased", "person", erased.id) in {one.what for one in found.stones}
    assert not purging.mark_file(elsewhere.config.instance).exists()


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_restoration_cut_short_opens_to_nobody_until_it_is_finished(
    instance: Instance,
    clock: Clock,
    elsewhere: Instance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(instance)
    backup.save(instance, tmp_path / "avant.sauvegarde")
    clock.move(days=1100)
    run(instance)
    stones, _ = purging.of_replaced(instance.config.instance, at=clock.at)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(purging, "forget_again", cut)
        with pytest.raises(KeyboardInterrupt):
            backup.restore(elsewhere, tmp_path / "avant.sauvegarde", stones=stones, at=clock.at)
    folder = str(elsewhere.config.instance)
    refused = CliRunner().invoke(main, ["purge", "--dry-run", "--instance", folder])
    assert refused.exit_code == 2
    assert "restauration" in refused.output
    backup.restore(elsewhere, tmp_path / "avant.sauvegarde", stones=stones, at=clock.at)
    with elsewhere.database.reading() as session:
        assert "Quetzalcoatl" not in everything(session)
    opened = CliRunner().invoke(main, ["purge", "--dry-run", "--instance", folder])
    assert opened.exit_code == 0


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_new_person_given_a_forgotten_number_is_not_forgotten(
    instance: Instance, clock: Clock
) -> None:
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        tombstones.bury(session, TombstoneKind.PURGED, "person", 1, at=clock.at)
    with instance.database.unit() as session:
        again = session.get_one(Campaign, campaign.id)
        late = clock.at + timedelta(days=1)
        newcomer = factories.person(session, again, created_at=late)
    assert newcomer.id == 1
    assert purging.forget_again(instance, [], at=clock.at).people == 0


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_line_written_without_the_key_and_a_torn_one_are_told_and_not_obeyed(
    instance: Instance, clock: Clock, config: Config
) -> None:
    file = purging.stones_file(config)
    for number in (1, 2):
        with instance.database.unit() as session:
            tombstones.bury(session, TombstoneKind.ERASED, "person", number, at=clock.at)
        assert purging.sync(instance) == 1
        assert purging.sync(instance) == 0
    whole = file.read_text()
    forged = whole.splitlines()[0].replace('"id": 1', '"id": 9')
    file.write_text(f"{whole}{forged}\n{whole[:40]}")
    with instance.database.unit() as session:
        tombstones.bury(session, TombstoneKind.ERASED, "person", 3, at=clock.at)
    purging.sync(instance)
    found = purging.read(file, config.keys.journal)
    assert [one.object_id for one in found.stones] == [1, 2, 3]
    assert found.spoilt == 2
