"""Killed in the middle of a pass, a purge is taken up where it was, and forgets the same things."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from appel_solidaire import config as settings
from appel_solidaire import purging
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import journal
from campaigns.models import CampaignState, PurgeRun
from campaigns.retention import passes, runs
from tests import factories
from tests.campaigns.test_erasing import everything
from tests.conftest import Clock

PEOPLE = 8
NAME = "Quetzalcoatl"


def kill_in_pass(folder: Path, at: datetime, *, last: int) -> None:
    """Work at the purge until this pass is written but not kept; then as a power cut would."""
    opened = Instance.of(settings.load(folder), clock=lambda: at)
    passes.PEOPLE = 3
    run, done = passes.run, 0

    def count(*args: Any, **named: Any) -> passes.Passed:
        nonlocal done
        passed = run(*args, **named)
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return passed

    passes.run = count
    purging.work(opened)


def test_a_purge_killed_midway_is_finished_by_the_next_worker(
    instance: Instance, config: Config, clock: Clock
) -> None:
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        for _ in range(PEOPLE):
            factories.person(session, campaign, last_name=NAME)
        campaign.state, campaign.closed_at = CampaignState.CLOSED, clock.at
    clock.move(days=181)
    run_id = purging.begin(instance, by_id=None)
    instance.database.engine.dispose()
    env = {**os.environ, "APPEL_DATABASE_URL": config.database_url or ""}
    code = subprocess.run(
        [sys.executable, "-m", __name__, str(config.instance), clock.at.isoformat()],
        env=env,
        check=False,
    ).returncode
    assert code == -signal.SIGKILL
    with instance.database.reading() as session:
        midway = session.get_one(PurgeRun, run_id)
        assert midway.done["tables"]["uncontacted"]["person"] == 3
        assert everything(session).count(NAME) > 0
        assert runs.unfinished(session) is not None
    assert purging.work(instance) is None  # the dead worker's lease is not over
    clock.move(minutes=11)
    assert purging.work(instance) == run_id
    with instance.database.reading() as session:
        done = session.get_one(PurgeRun, run_id)
        assert clock.at - done.started_at == timedelta(minutes=11)
        assert len(done.report["forgotten"]) == PEOPLE
        assert done.report["tables"]["uncontacted"]["phone"] == PEOPLE
        assert NAME not in everything(session)
        assert runs.is_sound(session, done)
        assert journal.verify(session).is_whole
    kept = purging.read(purging.stones_file(config), config.keys.journal)
    named = {one.object_id for one in kept.stones if one.object_kind == "person"}
    assert len(named) == PEOPLE


if __name__ == "__main__":
    kill_in_pass(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), last=2)
