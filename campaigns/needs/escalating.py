"""A need nobody has seen climbs: deputies, then the lead. One that no longer moves is said again.

Each stage of a need is reached once, is told once to each, and names one human action. Nobody is
reminded of what is a day old: urgent clocks aside, the first stage is two working days. A campaign
may choose other delays (``Delays``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import clocks, journal, mails, once, team
from campaigns.directory import opening_of
from campaigns.models import Campaign, Need, NeedStage, NeedState, Role, Territory, Urgency, User
from campaigns.needs import delays, idle
from campaigns.needs.absences import stand_in
from campaigns.needs.referring import coordination, keepers, may_read
from campaigns.needs.steps import lock, note
from campaigns.needs.telling import URGENT, tell

DEPUTY, LEAD, DUE, DAY = "deputy", "lead", "due", "day"
_CALM = timedelta(hours=24)  # between two reminders about one need
_Reached = dict[int, dict[str, NeedStage]]


@dataclass(frozen=True, slots=True)
class Unseen:
    """An urgent need nobody has acknowledged in time, for who must act now: no name of a person.

    ``told`` are the first names of the deputies and leads written to, ``phone`` the territory's.
    """

    need_id: int
    reference: str
    urgency: Urgency
    territory: str | None
    raised_at: datetime
    due_at: datetime
    phone: str
    on_call: str
    told: tuple[str, ...]


def is_any_due(session: Session, *, at: datetime) -> bool:
    """Whether an urgent need waits for its next stage: asked every second, it takes no pen."""
    needs = list(session.scalars(_late_and_urgent(at)))
    reached = _reached(session, [need.id for need in needs])
    return any(_next_urgent(session, need, reached.get(need.id, {}), at) for need in needs)


def escalate(session: Session, *, at: datetime) -> int:
    """Tell who must know of each urgent need nobody has acknowledged; give how many stages.

    U0 after thirty minutes whatever the hour, U1 after two opening hours (decisions.md): first the
    deputies, then, after as long again unless chosen otherwise, the lead and the territory's
    director.
    """
    done = 0
    needs = list(session.scalars(_late_and_urgent(at)))
    reached = _reached(session, [need.id for need in needs])
    for need in needs:
        for stage in _next_urgent(session, need, reached.get(need.id, {}), at):
            lock(session, need)  # somebody may be taking it at this instant
            if need.acknowledged_at is None and need.state is not NeedState.CLOSED:
                done += _climb(session, need, stage, at=at)
    return done


def follow(session: Session, campaign: Campaign, *, at: datetime) -> int:
    """Say again what waits: past its date, or without movement for a basket's days.

    Gives how many needs were said again. Meant for opening hours; harmless late, or twice.
    """
    opening, stages = opening_of(session, at.year), delays.of(campaign).stages
    done = 0
    needs = session.scalars(
        sa.select(Need)
        .where(Need.campaign_id == campaign.id, Need.state != NeedState.CLOSED)
        .where(Need.raised_at <= at - _CALM, Need.moved_at <= at)
        .order_by(Need.id)
    ).all()
    reached = _reached(session, [need.id for need in needs])
    for need in needs:
        had = reached.get(need.id, {})
        new = [stage for stage in _stages(need, at, opening, stages) if stage not in had]
        if new and not _told_lately(had.values(), at):
            done += _say_again(session, need, new, last=stages[-1], at=at)
    return done


def unseen(session: Session, campaign: Campaign, *, at: datetime) -> list[Unseen]:
    """Urgent needs of a campaign past their clock and not acknowledged, the longest wait first."""
    query = _late_and_urgent(at).where(Need.campaign_id == campaign.id)
    needs = list(session.scalars(query.order_by(None).order_by(Need.urgency, Need.due_at, Need.id)))
    reached = _reached(session, [need.id for need in needs])
    told = {user_id for had in reached.values() for stage in had.values() for user_id in stage.told}
    people = session.execute(sa.select(User.id, User.first_name).where(User.id.in_(told)))
    names = {row.id: row.first_name for row in people}
    return [_unseen(need, reached.get(need.id, {}), names) for need in needs]


def _unseen(need: Need, had: dict[str, NeedStage], names: dict[int, str]) -> Unseen:
    territory: Territory | None = need.territory
    ids = dict.fromkeys(user_id for stage in had.values() for user_id in stage.told)
    return Unseen(
        need_id=need.id,
        reference=need.reference,
        urgency=need.urgency,
        territory=territory.name if territory else None,
        raised_at=need.raised_at,
        due_at=need.due_at,
        phone=territory.phone if territory else "",
        on_call=territory.on_call_phone if territory else "",
        told=tuple(names[user_id] for user_id in ids if user_id in names),
    )


def _late_and_urgent(at: datetime) -> sa.Select[Need]:
    return (
        sa.select(Need)
        .where(
            Need.state != NeedState.CLOSED,
            Need.acknowledged_at.is_(None),
            Need.urgency.in_(URGENT),
            Need.due_at <= at,
        )
        .order_by(Need.due_at, Need.id)
    )


def _reached(session: Session, ids: Sequence[int]) -> _Reached:
    found: _Reached = {}
    for stage in session.scalars(sa.select(NeedStage).where(NeedStage.need_id.in_(ids))):
        found.setdefault(stage.need_id, {})[stage.stage] = stage
    return found


def _next_urgent(
    session: Session, need: Need, had: dict[str, NeedStage], at: datetime
) -> list[str]:
    """Stages whose hour has come. A need sent to another territory, or made more urgent, climbs
    there anew; the clock itself goes on."""
    then = delays.opening_then(session, session.get_one(Campaign, need.campaign_id), at=at)
    where = f"{need.urgency}-{need.territory_id or 0}"
    hours = {
        f"{DEPUTY}-{where}": need.due_at,
        f"{LEAD}-{where}": clocks.due(need.urgency, raised_at=need.due_at, opening=then),
    }
    return [stage for stage, hour in hours.items() if hour <= at and stage not in had]


def _climb(session: Session, need: Need, stage: str, *, at: datetime) -> int:
    name = stage.partition("-")[0]
    users = _deputies(session, need, at=at) if name == DEPUTY else _leads(session, need)
    if not _reach(session, need, stage, users, at=at):
        return 0
    for user in users:
        key = f"stage:{need.id}:{stage}:{user.id}"
        tell(session, user, "need_waiting", need=need, key=key, at=at, stage=name)
    director = need.territory.director_email if need.territory and name == LEAD else ""
    if director:
        key, about = f"stage:{need.id}:{stage}:director", {"need": need.id, "stage": "director"}
        mails.post(session, "need_waiting", to=director, key=key, about=about, at=at)
    say = "Personne n’a encore répondu : la suppléance est prévenue."
    if name == LEAD:
        say = "Toujours sans réponse : le pilotage de la campagne est prévenu."
    note(need, "escalated", say, by=None, at=at, is_internal=True)
    journal.record(session, "need_escalated", about=need, by=None, at=at, stage=name)
    return 1


def _deputies(session: Session, need: Need, *, at: datetime) -> list[User]:
    """Deputies of who was told, if the need opens for them; else the coordination, else leads.

    A deputy who is away leaves it to their own.
    """
    first = keepers(session, need, at=at)
    known = {user.id for user in first}
    found = [
        deputy
        for user in first
        if user.deputy_id is not None
        and (deputy := stand_in(session, session.get_one(User, user.deputy_id), at)).id not in known
        and may_read(session, deputy, need, at=at)
    ]
    if not found:
        found = [user for user in coordination(session, need, at=at) if user.id not in known]
    return _each_once(found) or _leads(session, need)


def _leads(session: Session, need: Need) -> list[User]:
    return team.of_role(session, need.campaign_id, Role.LEAD)


def _stages(need: Need, at: datetime, opening: clocks.Opening, stages: Sequence[int]) -> list[str]:
    found = []
    if need.urgency not in URGENT and need.acknowledged_at is None and need.due_at <= at:
        found.append(f"{DUE}-{need.due_at:%y%m%d%H}")
    days = idle.stage(need.moved_at, at=at, opening=opening, stages=stages)
    if days is not None:
        found.append(f"{DAY}{days}-{need.moved_at:%y%m%d}")
    return found


def _told_lately(stages: Iterable[NeedStage], at: datetime) -> bool:
    return any(stage.told and stage.reached_at > at - _CALM for stage in stages)


def _say_again(session: Session, need: Need, stages: list[str], *, last: int, at: datetime) -> int:
    """One mail to each, however many stages were reached at once: the first says it all.

    After the ``last`` basket's days the coordination joins in: somebody must decide.
    """
    users = keepers(session, need, at=at)
    if any(stage.startswith(f"{DAY}{last}-") for stage in stages):
        users = _each_once([*users, *coordination(session, need, at=at)])
    first, *others = stages
    if not _reach(session, need, first, users, at=at):
        return 0
    for stage in others:
        _reach(session, need, stage, [], at=at)
    days = next((stage for stage in stages if stage.startswith(DAY)), "").partition("-")[0]
    for user in users:
        tell(
            session,
            user,
            "need_waiting",
            need=need,
            key=f"stage:{need.id}:{first}:{user.id}",
            at=at,
            stage=first.partition("-")[0],
            days=int(days.removeprefix(DAY) or 0),
        )
    return 1


def _reach(
    session: Session, need: Need, stage: str, users: Sequence[User], *, at: datetime
) -> bool:
    """Note the stage; False when somebody noted it before: of two workers, one tells."""
    told = [user.id for user in users]
    return once.add(session, NeedStage, need_id=need.id, stage=stage, reached_at=at, told=told)


def _each_once(users: Iterable[User]) -> list[User]:
    return list({user.id: user for user in users}.values())
