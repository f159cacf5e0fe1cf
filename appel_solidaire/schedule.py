"""Periodic acts, one line each. Any worker may try at any time: a row per period makes each happen
once, late rather than never, and only the current period is caught up."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from appel_solidaire import summaries
from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger
from campaigns import calls, directory, launch, once, overview, rights, sheets, weeks
from campaigns.models import Campaign, Occurrence, Organisation
from campaigns.needs import signals
from campaigns.overview import best_time
from campaigns.refusal import Refusal
from campaigns.sheets import calendar, moving

Act = Callable[[Session, Campaign, str, datetime], int]
Duty = Callable[[Session, datetime], int]


def run_due(instance: Instance) -> int:
    """Do what the clock asks for and nobody has done; give how many acts were done."""
    now = instance.clock()
    done = 0
    for kind, period_of, act in PERIODIC:
        done += _tried(kind, period_of(now), partial(_run, instance, kind, act, now))
    for kind, period_of, duty in ALWAYS:
        done += _tried(kind, period_of(now), partial(_run_duty, instance, kind, duty, now))
    return done


def _tried(kind: str, period: str | None, run: Callable[[str], int]) -> int:
    if period is None:
        return 0
    try:
        return run(period)
    except Exception as fault:
        # One broken act must not stop the others, Monday's mails least; it is tried again.
        logger().error("act_failed", act=kind, kind=type(fault).__name__, exc_info=True)
        return 0


def _run(instance: Instance, kind: str, act: Act, now: datetime, period: str) -> int:
    with instance.database.reading() as session:
        waiting = [
            campaign.id
            for campaign in launch.running(session)
            if not once.exists(session, kind=kind, period=_key(campaign, period))
        ]
    done = 0
    for campaign_id in waiting:
        with instance.database.unit() as session:
            campaign = session.get_one(Campaign, campaign_id)
            done += do_once(session, campaign, kind, period, act, at=now) is not None
    return done


def _run_duty(instance: Instance, kind: str, duty: Duty, now: datetime, period: str) -> int:
    with instance.database.reading() as session:
        if once.exists(session, kind=kind, period=period):
            return 0
    with instance.database.unit() as session:
        if not once.add(session, Occurrence, kind=kind, period=period, at=now, produced=0):
            return 0
        once.note_produced(session, kind=kind, period=period, count=duty(session, now))
    return 1


def do_once(
    session: Session, campaign: Campaign, kind: str, period: str, act: Act, *, at: datetime
) -> int | None:
    """Do an act unless it was done for this period; give what it produced, None when it was.

    Of two that try at once, the second waits for the first and finds it done.
    """
    key = _key(campaign, period)
    if not once.add(session, Occurrence, kind=kind, period=key, at=at, produced=0):
        return None
    produced = act(session, campaign, period, at)
    once.note_produced(session, kind=kind, period=key, count=produced)
    return produced


def post_week_once(session: Session, campaign: Campaign, week: str, at: datetime) -> int | None:
    """Post the mails of a week unless they were, by whoever came first; None when they were."""
    return do_once(session, campaign, WEEK_MAILS, week, summaries.post_week, at=at)


def _key(campaign: Campaign, period: str) -> str:
    return f"{campaign.slug}:{period}"


def _propose(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    """Split the week, unless somebody published it or split it after the hour."""
    if at >= calendar.last_calls_at(week) or not overview.can_be_split(session, campaign):
        return 0
    plan = sheets.of(session, campaign, week)
    if plan is not None and (plan.published_at or plan.computed_at >= calendar.proposed_at(week)):
        return 0
    return int(sheets.propose(session, campaign, week, at=at).summary["assigned"])


def _publish(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    """Publish the proposal nobody published, where the campaign wants it so."""
    plan = sheets.of(session, campaign, week)
    if not campaign.auto_publish or plan is None or plan.published_at or _is_over(week, at):
        return 0
    try:
        sheets.publish(session, plan, by=None, at=at)
    except Refusal:
        return 0  # nobody on any sheet: the lead's page says so
    if sheets.is_running(week, at):  # the worker was away: Monday's mails have left
        summaries.post_volunteers(session, campaign, week, at)
    return 1


def _top_up(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    """Add who came in since Friday to the published sheets; a proposal stays the lead's."""
    plan = sheets.of(session, campaign, week)
    if plan is None or plan.published_at is None:
        return 0
    return moving.top_up(session, campaign, week, at=at).given


def _take_back(session: Session, campaign: Campaign, _period: str, at: datetime) -> int:
    """Give the rows of who has no half-day left this week to who has.

    Not in the demonstration: half of its week stays to be called, whatever the day it is opened.
    """
    if session.get_one(Organisation, 1).is_demo:
        return 0
    moved = moving.take_back_unfinished(session, campaign, at=at)
    return moved.back + moved.given


def _count_signals(session: Session, campaign: Campaign, _period: str, at: datetime) -> int:
    """Open or grow a card where needs of a kind come together in one commune."""
    return signals.look(session, campaign, at=at)


def _purge_drafts(session: Session, at: datetime) -> int:
    """Delete the reports begun that nobody can save any more."""
    return calls.drafts.purge(session, at=at)


def _ask_offices(session: Session, campaign: Campaign, _period: str, at: datetime) -> int:
    """Ask offices whether their entry of the directory is right, where the lead wants it."""
    if _is_day_off(session, at):
        return 0
    return directory.ask_due(session, campaign, at=at)


def _learn_best_times(session: Session, campaign: Campaign, _period: str, at: datetime) -> int:
    """Learn at which half of the day each profile answers, for the sheets of the week."""
    return best_time.learn(session, campaign, at=at)


def _remind_of_rights(session: Session, at: datetime) -> int:
    """Tell of requests about data soon due, or late."""
    if _is_day_off(session, at):
        return 0
    return rights.asking.remind(session, at=at)


def _is_over(week: str, at: datetime) -> bool:
    return weeks.ends_at(week) <= at


def _newest(instant_of: Callable[[str], datetime]) -> Callable[[datetime], str | None]:
    """The week an act is due for: none once it is over, nothing is caught up then."""

    def week_of(now: datetime) -> str | None:
        week = calendar.newest(instant_of, now)
        return None if _is_over(week, now) else week

    return week_of


def _morning(now: datetime) -> str | None:
    """The day of an act of the morning; none at night. The act itself leaves out days off."""
    local = now.astimezone(weeks.PARIS)
    return local.date().isoformat() if local.hour >= 9 else None


def _is_day_off(session: Session, at: datetime) -> bool:
    return not directory.works_on(session, weeks.local_day(at))


WEEK_MAILS = "week_mails"
# kind, the period that is due now, what to do for each running campaign; in the order to catch up
PERIODIC: tuple[tuple[str, Callable[[datetime], str | None], Act], ...] = (
    ("week_proposed", _newest(calendar.proposed_at), _propose),
    ("week_published", _newest(calendar.published_at), _publish),
    ("week_topped_up", _newest(calendar.topped_up_at), _top_up),
    (WEEK_MAILS, _newest(calendar.told_at), summaries.post_week),
    ("best_times_learned", _newest(calendar.told_at), _learn_best_times),
    ("rows_taken_back", calendar.half_day_over, _take_back),
    ("signals_counted", calendar.half_day_over, _count_signals),
    ("offices_asked", _morning, _ask_offices),
)
# The same of the organisation, whatever its campaigns: a request about data has its month after
# the last one closed, and what was typed then is not kept longer.
ALWAYS: tuple[tuple[str, Callable[[datetime], str | None], Duty], ...] = (
    ("drafts_purged", lambda now: weeks.local_day(now).isoformat(), _purge_drafts),
    ("rights_reminded", _morning, _remind_of_rights),
)
