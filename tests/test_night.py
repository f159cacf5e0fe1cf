"""By night the end of the journal is noted in a second place; ``journal verify`` compares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.exc import DBAPIError

from appel_solidaire import jobs, mailer, night
from appel_solidaire.cli import main
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import journal
from campaigns.models import JournalEntry, JournalMark, Organisation, OutgoingMail, User
from tests import factories
from tests.conftest import Clock
from tests.tampering import take_guard_away

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def living(instance: Instance) -> Instance:
    """An organisation with a campaign, and a DPO who has an address."""
    with instance.database.unit() as session:
        factories.campaign(session)
        session.get_one(Organisation, 1).dpo_contact = "dpo@example.org"
    return instance


def act(instance: Instance) -> None:
    with instance.database.unit() as session:
        journal.record(session, "call_logged", about=User, by=None, at=instance.clock())


def mails_left(instance: Instance) -> list[OutgoingMail]:
    with instance.database.session() as session:
        return list(
            session.scalars(sa.select(OutgoingMail).where(OutgoingMail.kind == "journal_head"))
        )


def verify(config: Config, *options: str) -> Result:
    command = ["journal", "verify", "--instance", str(config.instance), "--json", *options]
    return CliRunner().invoke(main, command)


def test_each_day_a_head_is_added_to_the_file_and_once_a_week_a_mail_leaves(
    living: Instance, clock: Clock
) -> None:
    file = night.heads_file(living.config)
    for days in (0, 0, 1, 1):  # Tuesday twice, Wednesday, Thursday
        clock.move(days=days)
        act(living)
        jobs.sweep(living)
    heads = night.kept_heads(file)
    assert [head.length for head in heads] == [2, 4, 5]
    assert [mail.to_address for mail in mails_left(living)] == ["dpo@example.org"]
    clock.move(days=7)
    act(living)
    jobs.sweep(living)
    assert len(mails_left(living)) == 2
    assert oct(file.parent.stat().st_mode)[-3:] == "700"


def test_a_day_without_any_act_adds_no_head(living: Instance, clock: Clock) -> None:
    night.run_due(living)
    clock.move(days=1)
    night.run_due(living)
    assert len(night.kept_heads(night.heads_file(living.config))) == 1


def test_before_one_in_the_morning_it_is_still_the_day_before(
    living: Instance, clock: Clock
) -> None:
    night.run_due(living)
    act(living)
    clock.move(hours=14, minutes=59)  # 0:59 in Paris
    night.run_due(living)
    assert len(night.kept_heads(night.heads_file(living.config))) == 1
    clock.move(minutes=2)
    night.run_due(living)
    assert len(night.kept_heads(night.heads_file(living.config))) == 2


@pytest.mark.parametrize("contact", ["", "Mme Dupont, 03 53 01 00 80", "dpo@"])
def test_a_contact_that_is_no_address_is_not_written_to(living: Instance, contact: str) -> None:
    with living.database.unit() as session:
        session.get_one(Organisation, 1).dpo_contact = contact
    night.run_due(living)
    assert mails_left(living) == []
    assert night.heads_file(living.config).is_file()


def test_the_line_a_mail_holds_can_be_verified_against(living: Instance, tmp_path: Path) -> None:
    night.run_due(living)
    (mail,) = mails_left(living)
    with living.database.session() as session:
        letter = mailer.compose(session, mail, config=living.config, at=living.clock())
    body = letter.get_body(("plain",))
    assert body is not None
    line = next(row for row in body.get_content().splitlines() if row.startswith("{"))
    (tmp_path / "reperes.jsonl").write_text(line + "\n")
    night.heads_file(living.config).unlink()

    with living.database.unit() as session:
        take_guard_away(session)
        session.execute(sa.delete(JournalEntry))
        session.execute(sa.delete(JournalMark))
    assert verify(living.config).exit_code == 0  # nothing is left to compare with
    found = verify(living.config, "--heads", str(tmp_path / "reperes.jsonl"))
    assert (found.exit_code, json.loads(found.stdout)["faults"]) == (1, {"cut": 1})


def test_the_command_says_a_whole_journal_whole_and_notes_it(living: Instance) -> None:
    night.run_due(living)
    found = verify(living.config)
    told = json.loads(found.stdout)
    assert (found.exit_code, told["whole"], told["heads"], told["faults"]) == (0, True, 1, {})
    with living.database.reading() as session:
        last = journal.latest(session, limit=1)[0]
        assert (last.action, last.actor_id) == ("journal_verified", None)


def test_the_command_ends_with_one_and_names_the_line_when_something_was_changed(
    living: Instance,
) -> None:
    act(living)
    with living.database.unit() as session:
        session.execute(
            sa.update(JournalEntry).where(JournalEntry.id == 1).values(action="need_closed")
        )
    found = CliRunner().invoke(
        main, ["journal", "verify", "--instance", str(living.config.instance)]
    )
    assert found.exit_code == 1
    assert "ligne n° 1\u00a0: ligne changée" in found.stdout


def test_a_spoilt_file_of_heads_is_unusable(living: Instance) -> None:
    night.run_due(living)
    night.heads_file(living.config).write_text("{}\n")
    found = verify(living.config)
    assert found.exit_code == 2
    assert "journal.jsonl, ligne 1" in found.output


def test_after_the_first_night_the_database_itself_refuses_to_change_the_journal(
    living: Instance,
) -> None:
    night.run_due(living)
    with living.database.session(writes=True) as session, pytest.raises(DBAPIError):
        session.execute(sa.update(JournalEntry).values(action="need_closed"))
