"""Lines that join a sheet: a volunteer arrives, is back, has time for more; people came in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, planner, weeks
from campaigns.models import Absence, Campaign, Line, Stream, User, WeekPlan
from campaigns.refusal import Refusal
from campaigns.sheets import proposing, serving
from campaigns.sheets.callers import Volunteer
from campaigns.sheets.moving import balancing, pool, saying
from campaigns.sheets.moving.dealing import deal
from campaigns.sheets.moving.ending import take_back_without_room
from campaigns.sheets.moving.saying import Moved, added
from campaigns.sheets.moving.standing import Standing, learn, read, running
from campaigns.sheets.serving import QueueLine

_FEW = 5  # lines that may still wait on a sheet when more are asked for
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

    Refusal when nobody is called now, before their training where it is required, at the weekly
    limit, while more than five wait on their own sheet or a promised call-back is due there.
    """
    plan = running(session, campaign, at=at)
    if plan is None:
        raise Refusal("Aucune feuille n’est publiée cette semaine.")
    if not campaign.is_running:
        raise Refusal(f"La campagne est {campaign.state.label}\u00a0: personne n’est à appeler.")
    mine = serving.queue(session, volunteer, campaign, week=plan.week, now=at).now
    _refuse_first(mine)
    standing = read(session, campaign, plan, at=at, among=())
    who = _known(standing, volunteer)
    count = _within_limit(standing, volunteer, who, count)
    now = (weeks.local_day(at), weeks.half_of(at))
    caller = replace(who.caller, capacity=count, half_days=standing.half_days_left(who) | {now})
    given = _give_who_waits(session, standing, caller, why=saying.ASKED)
    if given < count:
        others = balancing.surplus(session, standing, but=volunteer.id)
        rest = replace(caller, capacity=count - given)
        given += balancing.shift(session, standing, others, [rest], why=saying.ASKED).given_count
    journal.record(session, "lines_asked", about=volunteer, by=by, at=at, count=given)
    none = "" if given else _none(session, standing, caller)
    return added("Merci !", given=given, none=none[:1].upper() + none[1:])


def _refuse_first(mine: Sequence[QueueLine]) -> None:
    """What is on the sheet already comes first: a promise, or more than a few lines."""
    promised = sum(one.stream is Stream.APPOINTMENT for one in mine)
    if promised:
        raise Refusal(
            "Un rappel promis vous attend : faites-le d’abord."
            if promised == 1
            else f"{promised} rappels promis vous attendent : faites-les d’abord."
        )
    if len(mine) > _FEW:
        raise Refusal(
            f"Il vous reste {len(mine)} foyers à appeler : revenez quand il n’en restera que "
            f"{_FEW}."
        )


def _within_limit(standing: Standing, volunteer: User, who: Volunteer, count: int) -> int:
    """As many as the weekly limit leaves; Refusal when none, or before the training."""
    if who.to_train:
        raise Refusal(
            "Cette campagne demande une formation avant le premier appel. Votre référent vous "
            "dira quand elle a lieu."
        )
    if volunteer.weekly_limit is None:
        return count
    left = volunteer.weekly_limit - standing.totals.get(volunteer.id, 0) - who.elsewhere
    if left <= 0:
        raise Refusal(
            f"Vous avez atteint votre limite de {volunteer.weekly_limit} foyers par semaine. "
            "Vous pouvez la changer dans vos disponibilités."
        )
    return min(count, left)


def top_up(session: Session, campaign: Campaign, week: str, *, at: datetime) -> Moved:
    """Add to published sheets whoever is due since they were split; nothing else on them moves.

    What stands on the sheet of whoever has no room in that week any more goes to others first.

    Before the week's first calls it is the split itself that completes them; later only the
    half-days left count. Refusal when the week is not published.
    """
    plan = proposing.of(session, campaign, week)
    if plan is None or plan.published_at is None:
        raise Refusal("Les feuilles de cette semaine ne sont pas publiées.")
    take_back_without_room(session, campaign, plan, at=at)
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
    standing = read(session, campaign, plan, at=at, among=())
    who = _known(standing, volunteer)
    mine = [one for one in standing.callers() if one.id == who.id]
    if not mine[0].capacity:
        return Moved(0, 0, f"{head} sa semaine n’a plus de place.")
    given = _give_who_waits(session, standing, mine[0], why=why)
    return added(head, given=given, none="" if given else _none(session, standing, mine[0]))


def _none(session: Session, standing: Standing, caller: planner.Caller) -> str:
    """What is said when nothing could be given: nobody waits, or nobody this caller may have."""
    anywhere = replace(caller, only_territory=False)
    if next(pool.in_turn(session, standing, anywhere), None) is None:
        return "personne n’attend d’appel pour l’instant."
    return "aucun des foyers qui attendent ne peut rejoindre cette feuille pour l’instant."


def _give_who_waits(
    session: Session, standing: Standing, caller: planner.Caller, *, why: str
) -> int:
    """Fill a volunteer's places from the pool, whose turn it is first; give how many."""
    given = 0
    for some in pool.in_turn(session, standing, caller):
        learn(session, standing, some)
        places = replace(caller, capacity=caller.capacity - given)
        given += deal(session, standing, some, [places], why=why, rest="stay").given_count
        if given >= caller.capacity:
            break
    return given


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
