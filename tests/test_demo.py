"""The demonstration: told by the product's own acts, the same for a seed, never over a real one."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session

from appel_solidaire import story
from appel_solidaire.cli import main
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import calls, journal, launch, reference, retry, sheets, weeks
from campaigns.demo import answers, sayings
from campaigns.demo.answers import HOW_OFTEN, Attempt
from campaigns.models import (
    Call,
    Enrolment,
    Line,
    MailState,
    Need,
    OutgoingMail,
    Person,
    Phone,
    Stage,
    User,
    Wish,
)
from tests.conftest import Clock

SMALL = story.Size(people=150, volunteers=4, weeks=1, seed=7)
FICTION = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")
FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


def _silent(_words: str, _steps: int) -> AbstractContextManager[story.Step]:
    return nullcontext(lambda: None)


@pytest.fixture
def told(instance: Instance, clock: Clock) -> Instance:
    """A small demonstration as it stands on a Friday afternoon."""
    clock.at = FRIDAY
    story.tell(instance, SMALL, bar=_silent)
    return instance


def _story(session: Session) -> list[tuple[object, ...]]:
    rows = session.execute(
        sa.select(Call.at, Call.outcome, Call.person_id, Call.volunteer_id, Call.wish).order_by(
            Call.id
        )
    )
    return [tuple(row) for row in rows]


def test_weeks_are_played_and_nothing_happens_after_now(told: Instance) -> None:
    with told.database.reading() as session:
        calls_made = session.scalars(sa.select(Call.at)).all()
        assert min(calls_made) < weeks.starts_at("2026-W48") < max(calls_made) < FRIDAY
        assert session.scalar(sa.select(sa.func.max(Need.raised_at))) is None or (
            session.scalar(sa.select(sa.func.max(Need.raised_at))) < FRIDAY  # type: ignore[operator]  # checked above
        )
        campaign = launch.all_campaigns(session)[0]
        for week in ("2026-W47", "2026-W48"):
            plan = sheets.of(session, campaign, week)
            assert plan is not None
            assert plan.published_at is not None
        following = sheets.of(session, campaign, "2026-W49")
        assert following is not None
        assert following.published_at is None


def test_half_of_the_current_week_stays_to_be_called(told: Instance) -> None:
    with told.database.reading() as session:
        campaign = launch.all_campaigns(session)[0]
        plan = sheets.of(session, campaign, "2026-W48")
        assert plan is not None
        called = sa.select(sa.literal(1)).where(Call.line_id == Line.id).exists()
        count = sa.select(sa.func.count()).where(Line.plan_id == plan.id)
        total, started = session.scalar(count), session.scalar(count.where(called))
        assert total
        assert started
        assert total * 0.3 < started < total * 0.7


def test_everything_is_fiction(told: Instance) -> None:
    with told.database.reading() as session:
        numbers = session.scalars(sa.select(Phone.e164).distinct()).all()
        assert numbers
        assert [one for one in numbers if not one.startswith(FICTION)] == []
        addresses = [
            *session.scalars(sa.select(User.email)),
            *session.scalars(sa.select(OutgoingMail.to_address)),
            *session.scalars(sa.select(Person.email).where(Person.email != "")),
        ]
        assert addresses
        assert [one for one in addresses if not one.endswith("example.org")] == []


def test_every_mail_of_the_past_has_left_and_the_journal_holds(told: Instance) -> None:
    with told.database.reading() as session:
        states = Counter(session.scalars(sa.select(OutgoingMail.state)))
        assert set(states) == {MailState.SENT}
        kinds = set(session.scalars(sa.select(OutgoingMail.kind)))
        assert {"invitation", "week_volunteer", "week_lead"} <= kinds
        assert journal.verify(session).is_whole
    assert len(list(told.config.mail_folder.glob("*.eml"))) == states[MailState.SENT]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_same_seed_tells_the_same_story(
    told: Instance, tmp_path: Path, config: Config, clock: Clock
) -> None:
    from appel_solidaire import config as settings
    from appel_solidaire import db

    again = Instance.of(settings.load(tmp_path / "again", env={}), clock=clock)
    db.upgrade(again.database)
    story.tell(again, SMALL, bar=_silent)
    other = Instance.of(settings.load(tmp_path / "other", env={}), clock=clock)
    db.upgrade(other.database)
    story.tell(other, replace(SMALL, seed=8), bar=_silent)
    with (
        told.database.reading() as one,
        again.database.reading() as two,
        other.database.reading() as three,
    ):
        assert _story(one) == _story(two)
        assert _story(one) != _story(three)
    for opened in (again, other):
        opened.database.engine.dispose()


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_new_week_is_split_and_published_on_the_next_start(told: Instance, clock: Clock) -> None:
    assert story.catch_up(told) is None
    clock.at = FRIDAY + timedelta(days=4)
    assert story.catch_up(told) == "2026-W49"
    with told.database.reading() as session:
        plan = sheets.of(session, launch.all_campaigns(session)[0], "2026-W49")
        assert plan is not None
        assert plan.published_at == clock.at
    assert story.catch_up(told) is None


def test_every_outcome_has_its_share_and_its_answers() -> None:
    assert set(HOW_OFTEN) == set(reference.outcomes())
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    rules = calls.rules_of(2026)
    person = Person(id=1, phones=[], title="", first_name="A", last_name="B")
    enrolment = Enrolment(person=person, person_id=1, wish=Wish.UNDECIDED, stage=Stage.SWEEP)
    for code in HOW_OFTEN:
        for seed in range(20):
            filled = answers.filled(
                Attempt(code), enrolment, random=Random(seed), rules=rules, at=at
            )
            outcome = retry.outcome_from(filled.answers)
            if filled.answers.wish != Wish.NEVER:
                assert outcome == code


def test_every_need_but_the_alarm_of_silence_is_said_in_words() -> None:
    assert set(reference.categories()) - set(sayings.NEEDS) == {"ALE_LEVEE_DOUTE"}


# The command ---------------------------------------------------------------------------------


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line, without the settings of whoever runs the tests."""
    for name in ("APPEL_DATABASE_URL", "APPEL_REDIS_URL", "APPEL_SMTP_URL", "APPEL_INSTANCE"):
        monkeypatch.delenv(name, raising=False)
    return CliRunner()


def _demo(command: CliRunner, folder: Path, *more: str) -> dict[str, object]:
    size = ["--people", "60", "--volunteers", "2", "--weeks", "1"]
    done = command.invoke(main, ["demo", "--instance", str(folder), *size, "--json", *more])
    assert done.exit_code == 0, done.output
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_second_start_keeps_the_data_and_fresh_starts_over(
    command: CliRunner, tmp_path: Path
) -> None:
    folder = tmp_path / "instance"
    assert _demo(command, folder)["made"] is True
    key = (folder / "donnees" / "appel.db").stat().st_ino
    assert _demo(command, folder)["made"] is False
    assert (folder / "donnees" / "appel.db").stat().st_ino == key
    assert _demo(command, folder, "--fresh")["made"] is True


def test_an_interrupted_demonstration_starts_over(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    _demo(command, folder)
    mark = folder / "demonstration.json"
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "ready": False}))
    assert _demo(command, folder)["made"] is True


def test_a_real_instance_is_never_erased(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    made = command.invoke(main, ["init", "--instance", str(folder), "--campaign", "essai"])
    assert made.exit_code == 0
    before = (folder / "donnees" / "appel.db").stat().st_ino
    refused = command.invoke(main, ["demo", "--instance", str(folder), "--fresh"])
    assert refused.exit_code == 2
    assert "n’est pas une démonstration" in refused.output
    assert (folder / "donnees" / "appel.db").stat().st_ino == before
