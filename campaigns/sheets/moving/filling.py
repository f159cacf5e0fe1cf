"""Lines that join a sheet: a volunteer arrives, is back, has time for more; people came in."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import Absence, Campaign, Line, Stream, User, WeekPlan
from campaigns.refusal import Refusal
from campaigns.sheets import proposing, serving
from campaigns.sheets.callers import Volunteer
from campaigns.sheets.moving import balancing, saying
from campaigns.sheets.moving.dealing import deal
from campaigns.sheets.moving.saying import Moved, added
from campaigns.sheets.moving.standing import Standing, read, running

_FIRST_CALLS = 9  # nobody calls before that hour on Monday


def join(session: Session, campaign: Campaign, volunteer: User, *, by: User, at: datetime) -> Moved:
    """Give a volunteer who arrives in mid-week a sheet, from those who wait.

    As many as fit into the half-days they still have this week. Nothing else moves.
    """
    journal.record(session, "sheet_filled", about=volunteer, by=by, at=at)
    head = f"{volunteer.first_name} rejoint la semaine :"
    return _fill(session, campaign, volunteer, head=head, why=saying.JOINED, at=at)


def back_early(
    session: Session, campaign: Campaign, volunteer: User, *, by: User, at: datetime
) -> Moved:
    """End the absence of a volunteer who is back, and fill the half-days they have left.

    Refusal when they are not away today.
    """
    today = weeks.local_day(at)
    absences = session.scalars(
        sa.select(Absence).where(
            Absence.user_id == volunteer.id, Absence.first_on <= today, Absence.last_on >= today
        )
    ).all()
    if not absences:
        raise Refusal(f"{volunteer.first_name} n’a pas d’absence en cours.")
    for absence in absences:
        if absence.first_on == today:
            session.delete(absence)
        else:
            absence.last_on = today - timedelta(days=1)
    journal.record(session, "absence_ended", about=volunteer, by=by, at=at)
    head = "Le retour est noté :"
    return _fill(session, campaign, volunteer, head=head, why=saying.BACK, at=at)


def fill_again(session: Session, campaign: Campaign, volunteer: User, *, at: datetime) -> Moved:
    """Fill the half-days an absence that was taken back gives again, from those who wait."""
    session.flush()  # the absence is gone from what is read
    head = "L’absence est retirée :"
    return _fill(session, campaign, volunteer, head=head, why=saying.BACK, at=at)


def resume(
    session: Session, campaign: Campaign, volunteer: User, *, by: User, at: datetime
) -> Moved:
    """Give a suspended volunteer their access back, and fill the half-days they have left.

    Refusal when they are not suspended.
    """
    if volunteer.suspended_at is None:
        raise Refusal("L’accès de cette personne n’est pas suspendu.")
    volunteer.suspended_at = None
    journal.record(session, "volunteer_resumed", about=volunteer, by=by, at=at)
    head = "L’accès est rétabli :"
    return _fill(session, campaign, volunteer, head=head, why=saying.BACK, at=at)


def more(
    session: Session,
    campaign: Campaign,
    volunteer: User,
    *,
    count: int = 5,
    by: User,
    at: datetime,
) -> Moved:
    """Give a volunteer who has the time a few households more: from those who wait, then from the
    sheets that hold more than their volunteer can still call.

    Refusal while a promised call-back is due on their own sheet, or when nobody is called now.
    """
    plan = running(session, campaign, at=at)
    if plan is None:
        raise Refusal("Aucune feuille n’est publiée cette semaine.")
    mine = serving.queue(session, volunteer, campaign, week=plan.week, now=at).now
    promised = sum(one.stream is Stream.APPOINTMENT for one in mine)
    if promised:
        raise Refusal(
            "Un rappel promis vous attend : faites-le d’abord."
            if promised == 1
            else f"{promised} rappels promis vous attendent : faites-les d’abord."
        )
    standing = read(session, campaign, plan, at=at)
    who = _known(standing, volunteer)
    now = (weeks.local_day(at), weeks.half_of(at))
    caller = replace(who.caller, capacity=count, half_days=standing.half_days_left(who) | {now})
    given = deal(session, standing, standing.waiting(), [caller], why=saying.ASKED).given_count
    if given < count:
        others = balancing.surplus(standing, but=volunteer.id)
        rest = replace(caller, capacity=count - given)
        given += balancing.shift(session, standing, others, [rest], why=saying.ASKED).given_count
    journal.record(session, "lines_asked", about=volunteer, by=by, at=at, count=given)
    return added("Merci !", given=given, none="Personne n’attend d’appel pour l’instant.")


def top_up(session: Session, campaign: Campaign, week: str, *, at: datetime) -> Moved:
    """Add to published sheets whoever is due since they were split; nothing on them moves.

    Before the week's first calls it is the split itself that completes them; later only the
    half-days left count. Refusal when the week is not published.
    """
    plan = proposing.of(session, campaign, week)
    if plan is None or plan.published_at is None:
        raise Refusal("Les feuilles de cette semaine ne sont pas publiées.")
    if at < weeks.at(weeks.monday(week), _FIRST_CALLS):
        before = _size(session, plan)
        proposing.propose(session, campaign, week, at=at)
        given = _size(session, plan) - before
    else:
        standing = read(session, campaign, plan, at=at)
        given = deal(
            session, standing, standing.waiting(), standing.callers(), why=saying.NEW
        ).given_count
    journal.record(session, "week_topped_up", about=plan, by=None, at=at, count=given)
    return Moved(0, given, _topped_up(given))


def _fill(
    session: Session, campaign: Campaign, volunteer: User, *, head: str, why: str, at: datetime
) -> Moved:
    plan = running(session, campaign, at=at)
    if plan is None:
        return Moved(0, 0, f"{head} sa feuille viendra avec la prochaine répartition.")
    standing = read(session, campaign, plan, at=at)
    who = _known(standing, volunteer)
    mine = [one for one in standing.callers() if one.id == who.id]
    if not mine[0].capacity:
        return Moved(0, 0, f"{head} sa semaine n’a plus de place.")
    given = deal(session, standing, standing.waiting(), mine, why=why).given_count
    return added(head, given=given, none="personne n’attend d’appel pour l’instant.")


def _known(standing: Standing, volunteer: User) -> Volunteer:
    who = standing.volunteer(volunteer.id)
    if who is None:
        raise Refusal(f"{volunteer.first_name} n’appelle pas dans cette campagne en ce moment.")
    return who


def _size(session: Session, plan: WeekPlan) -> int:
    return session.scalar(sa.select(sa.func.count()).where(Line.plan_id == plan.id)) or 0


def _topped_up(given: int) -> str:
    if not given:
        return "Personne de nouveau ne peut être ajouté aux feuilles."
    return (
        "1 foyer est ajouté aux feuilles."
        if given == 1
        else (f"{given} foyers sont ajoutés aux feuilles.")
    )
