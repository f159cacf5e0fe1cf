"""The demonstration told from its first day: a list comes in, weeks go by, needs are answered.

Every act takes the product's own path, with a clock that moves: nothing is written beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from appel_solidaire import mailer, schedule
from appel_solidaire.instance import Instance
from campaigns import launch, reference, sheets, weeks
from campaigns.demo import calling, cast, looking, offices, workbook
from campaigns.demo.calling import BANDS
from campaigns.models import Campaign, CampaignState, Organisation, User
from importers import load

DEPARTEMENT = "80"
LIST = "liste-fictive.xlsx"
_DESK_WORK = timedelta(minutes=20)  # coordinators' acts follow one another, seconds apart
Step = Callable[[], None]
# Opens a progress bar: words, how many steps; gives what to call after each.
Bar = Callable[[str, int], AbstractContextManager[Step]]


@dataclass(frozen=True, slots=True)
class Size:
    """How big the demonstration is. Same ``seed``, same day: same story."""

    people: int = 26_400
    volunteers: int = 193
    weeks: int = 3
    seed: int = 80


@dataclass(slots=True)
class Clock:
    """The time as the story goes."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Story:
    """One telling. ``ends_at`` is the real present: nothing happens after it."""

    instance: Instance
    clock: Clock
    size: Size
    random: Random
    ends_at: datetime
    bar: Bar

    @property
    def week(self) -> str:
        """The week people live in when the story is over."""
        return weeks.current(self.ends_at)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Move the clock to a moment of a day, Paris time."""
        self.clock.at = min(weeks.at(day, hour, minute), self.ends_at)
        return self.clock.at


def tell(instance: Instance, size: Size, *, bar: Bar) -> None:
    """Found the organisation and play its weeks up to now. The instance is migrated and empty.

    Mails go to the instance's folder, whatever server the settings name.
    """
    quiet = replace(instance.config, smtp_url=None, redis_url=None)
    clock = Clock(datetime.min.replace(tzinfo=UTC))
    told = Instance.of(quiet, clock=clock)
    event.listen(told.database.engine, "connect", _without_waiting)
    story = Story(told, clock, size, Random(size.seed), instance.clock(), bar)  # noqa: S311  fiction
    first = weeks.after(story.week, -size.weeks)
    begins = weeks.monday(first) - timedelta(days=5)
    _found(story, begins)
    _import(story, begins)
    _enlist(story, begins + timedelta(days=1))
    for ahead in range(size.weeks + 1):
        _week(story, weeks.after(first, ahead))
    _prepare_next(story)
    _look_for(story)
    told.database.study()
    told.database.engine.dispose()
    _write_through(instance)


def _without_waiting(connection: DBAPIConnection, _record: object) -> None:
    """Do not wait for the disk: a demonstration that was interrupted starts over anyway."""
    cursor = connection.cursor()
    if isinstance(connection, sqlite.Connection):
        cursor.execute("PRAGMA synchronous = OFF")
    else:
        cursor.execute("SET synchronous_commit = off")
    cursor.close()


def _write_through(instance: Instance) -> None:
    """Everything on the disk, once, before the demonstration counts as made."""
    if instance.config.database_url is None:
        with instance.database.engine.connect() as connection:
            driver = connection.connection.cursor()
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            driver.close()


def catch_up(instance: Instance) -> str | None:
    """Split and publish the current week when a new one began since; give its name then."""
    now = instance.clock()
    week = weeks.current(now)
    with instance.database.unit() as session:
        campaign = _campaign(session)
        plan = sheets.of(session, campaign, week)
        if plan is not None and plan.published_at is not None:
            return None
        plan = sheets.propose(session, campaign, week, at=now)
        sheets.publish(session, plan, by=_lead(session, campaign), at=now)
    return week


def _found(story: Story, day: date) -> None:
    with (
        story.bar("Fondation du Département", 1) as step,
        story.instance.database.unit() as session,
    ):
        at = story.at(day, 9)
        launch.found_organisation(session, departement=DEPARTEMENT, at=at)
        organisation = session.get_one(Organisation, 1)
        organisation.name = "Département de la Somme"
        organisation.of_name = "du Département de la Somme"
        organisation.switchboard_phone = "+33353010080"
        organisation.coordination_phone = "+33353010081"
        organisation.is_demo = True
        name = "Appels de l’automne"
        campaign = launch.create_campaign(session, name=name, by=None, at=at)
        campaign.paper_allowed = True  # a visitor may see sheets leave and come back
        cast.hire(session, campaign, random=story.random, at=at)
        launch.move(session, campaign, CampaignState.OPEN, by=_lead(session, campaign), at=at)
        step()


def _import(story: Story, day: date) -> None:
    file = story.instance.config.instance / LIST
    with story.bar("Écriture d’une liste fictive", 1) as step:
        workbook.write(
            file,
            communes=reference.communes(DEPARTEMENT),
            former=reference.former_communes(DEPARTEMENT),
            today=day,
            people=story.size.people,
            seed=story.size.seed,
        )
        step()
    with story.bar("Import de la liste", 5) as step, story.instance.database.unit() as session:
        campaign = _campaign(session)
        lead, at = _lead(session, campaign), story.at(day, 10)
        batch = load.receive(
            session,
            campaign,
            content=file.read_bytes(),
            filename=LIST,
            source="IODAS",
            by=lead,
            at=at,
        )
        load.take_in(session, batch, today=day, by=lead, at=at, progress=lambda _: step())
        step()
    story.instance.database.study()


def _enlist(story: Story, day: date) -> None:
    title = "Invitation des volontaires"
    with (
        story.bar(title, story.size.volunteers) as step,
        story.instance.database.unit() as session,
    ):
        campaign = _campaign(session)
        cast.enlist_volunteers(
            session,
            campaign,
            count=story.size.volunteers,
            by=_lead(session, campaign),
            random=story.random,
            at=story.at(day, 11),
            step=step,
        )
    _send_mails(story)


def _week(story: Story, week: str) -> None:
    """Friday: the split is published. Monday: the mails leave. Then the calls, day after day."""
    days = list(_days(week))
    with story.bar(f"Semaine du {weeks.monday(week):%d/%m}", len(days) * len(BANDS) + 1) as step:
        at = story.at(weeks.monday(week) - timedelta(days=3), 18, 45)
        with story.instance.database.unit() as session:
            campaign = _campaign(session)
            calling.next_week(session, campaign, week, by=_lead(session, campaign), at=at)
        _monday(story, week)
        story.instance.database.study()
        step()
        for day in days:
            for band in BANDS:
                _band(story, week, day, band)
                step()


def _monday(story: Story, week: str) -> None:
    monday = weeks.monday(week)
    if story.at(monday, 7) < weeks.at(monday, 7):
        return
    with story.instance.database.unit() as session:
        sheets.propose(session, _campaign(session), week, at=story.clock.at)
    story.at(monday, 8)
    schedule.run_due(story.instance)
    _send_mails(story)


def _band(story: Story, week: str, day: date, band: calling.Band) -> None:
    """The calls of a stretch of the day, then the coordinators' work at noon and in the evening."""
    end = weeks.at(day, band.end.hour, band.end.minute)
    if end > story.ends_at:
        return
    story.clock.at = end
    with story.instance.database.unit() as session:
        campaign = _campaign(session)
        plan, shifts = sheets.of(session, campaign, week), calling.rota(session, campaign, week)
        if plan is not None and (day, band) in shifts:
            here = _shared(shifts[day, band]) if week == story.week else shifts[day, band]
            calling.play(session, campaign, plan, day, band, here, random=story.random)
    _send_mails(story)
    if band is BANDS[1]:
        return
    with story.instance.database.unit() as session:
        campaign = _campaign(session)
        office = cast.staff(session, campaign)
        offices.work(session, campaign, office, random=story.random, at=end)
    story.clock.at = min(end + _DESK_WORK, story.ends_at)
    _send_mails(story)


def _shared(shifts: Sequence[calling.Shift]) -> list[calling.Shift]:
    """Half of the current week stays to be called: who opens the demonstration finds people."""
    return [replace(one, fresh=one.fresh // 2, most=one.fresh // 2) for one in shifts]


def _prepare_next(story: Story) -> None:
    """From Thursday 18:00 on the next week is proposed: the lead has something to publish."""
    monday = weeks.monday(story.week)
    if story.ends_at < weeks.at(monday + timedelta(days=3), 18):
        return
    with story.instance.database.unit() as session:
        sheets.propose(session, _campaign(session), weeks.after(story.week), at=story.ends_at)


def _look_for(story: Story) -> None:
    """Somebody fell silent and was found, somebody else is looked for."""
    story.clock.at = story.ends_at
    with story.instance.database.unit() as session:
        campaign = _campaign(session)
        looking.look(session, campaign, cast.staff(session, campaign), at=story.ends_at)
    _send_mails(story)


def _send_mails(story: Story) -> None:
    while mailer.send_due(story.instance):
        pass


def _days(week: str) -> Iterator[date]:
    return (weeks.monday(week) + timedelta(days=ahead) for ahead in range(5))


def _campaign(session: Session) -> Campaign:
    return launch.all_campaigns(session)[-1]


def _lead(session: Session, campaign: Campaign) -> User:
    return cast.staff(session, campaign).lead
