"""Monday's summary: one a recipient and week, at its local hour, whatever the clocks do (R13)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from appel_solidaire import schedule
from appel_solidaire.instance import Instance
from campaigns import weeks
from campaigns.models import Need, OutgoingMail
from tests.conftest import Clock
from tests.needs_stage import set_up

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READERS = {"anne@example.org", "bob@example.org", "odile@example.org"}
SUNDAYS = ["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"]  # clocks change at night


def founded(instance: Instance, clock: Clock, at: datetime) -> None:
    """A need is open in Anne's and Bob's territory: each Monday has something to say."""
    clock.at = at
    with instance.database.unit() as session:
        need = set_up(session).raised(at=at)
        session.execute(sa.update(Need).where(Need.id == need.id).values(moved_at=at))


def summaries(instance: Instance) -> Counter[tuple[str, str]]:
    """How many were posted, by recipient and ISO week."""
    with instance.database.reading() as session:
        found = session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.kind == "week_coordinator")
        )
        return Counter((mail.to_address, mail.about["week"]) for mail in found)


def posted_at(instance: Instance) -> set[datetime]:
    with instance.database.reading() as session:
        return set(
            session.scalars(
                sa.select(OutgoingMail.posted_at).where(OutgoingMail.kind == "week_coordinator")
            )
        )


def look(instance: Instance, clock: Clock, at: datetime) -> None:
    clock.at = at
    schedule.run_due(instance)


@pytest.mark.parametrize("sunday", [*SUNDAYS, "2026-12-27"])  # the last before week 53
def test_each_reader_has_one_summary_at_eight_even_when_clocks_change_or_step_back(
    instance: Instance, clock: Clock, sunday: str
) -> None:
    start = datetime.combine(date.fromisoformat(sunday), datetime.min.time(), UTC)
    founded(instance, clock, start - 2 * DAY)
    look(instance, clock, start - DAY)  # the week in course has its own, late
    before = summaries(instance)
    assert set(before.values()) <= {1}
    for hours in range(36):  # until Monday at noon, universal time
        look(instance, clock, start + hours * HOUR)
    monday = weeks.of(date.fromisoformat(sunday) + DAY)
    assert monday.endswith("W53") is (sunday == "2026-12-27")
    told = summaries(instance) - before
    assert told == Counter({(reader, monday): 1 for reader in READERS})
    local = {at.astimezone(weeks.PARIS) for at in posted_at(instance) if at >= start}
    assert {(at.weekday(), at.hour) for at in local} == {(0, 8)}
    for step in (-HOUR, HOUR, -DAY, DAY):
        look(instance, clock, clock() + step)
    assert summaries(instance) - before == told


def test_a_server_down_for_three_weeks_tells_the_week_in_course_only(
    instance: Instance, clock: Clock
) -> None:
    start = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    founded(instance, clock, start - 3 * DAY)
    look(instance, clock, start)
    assert summaries(instance) == Counter({(reader, "2026-W48"): 1 for reader in READERS})
    back = start + timedelta(weeks=3, days=2)
    look(instance, clock, back)
    look(instance, clock, back + HOUR)
    weeks_told = {week for _, week in summaries(instance)}
    assert weeks_told == {"2026-W48", "2026-W51"}
    assert set(summaries(instance).values()) == {1}
