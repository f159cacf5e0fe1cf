"""Coordinators and partners at work: needs are taken, moved, sent elsewhere, answered, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import needs
from campaigns.demo import concrete, first_days, looking, sayings
from campaigns.demo.cast import Office
from campaigns.models import (
    Campaign,
    Coverage,
    Mode,
    Need,
    NeedState,
    Referral,
    ReferralState,
    Territory,
    Urgency,
    User,
)

_Drawn = TypeVar("_Drawn")
# How likely a need is taken in a half-day, by urgency.
_TAKEN: Final[Mapping[Urgency, float]] = {
    Urgency.U0: 1, Urgency.U1: 0.9, Urgency.U2: 0.5, Urgency.U3: 0.3,
}  # fmt: skip
# State → how likely something happens in a half-day, then where to, by weight; None: elsewhere.
_MOVES: Final[Mapping[NeedState, tuple[float, Mapping[NeedState | None, int]]]] = {
    NeedState.TAKEN: (
        0.5,
        {
            NeedState.IN_PROGRESS: 45,
            NeedState.WITH_PARTNER: 18,
            NeedState.WAITING: 9,
            NeedState.CLOSED: 22,
            None: 6,
        },
    ),
    NeedState.IN_PROGRESS: (
        0.3,
        {NeedState.CLOSED: 75, NeedState.WAITING: 15, NeedState.WITH_PARTNER: 10},
    ),
    NeedState.WITH_PARTNER: (0.12, {NeedState.CLOSED: 60, NeedState.IN_PROGRESS: 40}),
    NeedState.WAITING: (0.2, {NeedState.CLOSED: 55, NeedState.IN_PROGRESS: 45}),
}
_PARTNER_OPENS, _PARTNER_ANSWERS = 0.25, 0.4
_SEEN_BY_PARTNER = (ReferralState.SENT, ReferralState.READ)
_FIRST_LOOK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Desks:
    """Who looks after which needs."""

    coordination: User
    by_territory: Mapping[int, User]
    readers: frozenset[int]
    codes: Sequence[str]

    def of(self, need: Need) -> User:
        """The coordinator of the need, or the coordination when they may not read it."""
        if need.owner is not None:
            return need.owner
        here = self.at(need.territory_id)
        return here if not need.is_sensitive or here.id in self.readers else self.coordination

    def at(self, territory_id: int | None) -> User:
        """The coordinator of a territory, else the coordination."""
        return self.by_territory.get(territory_id or 0, self.coordination)


def work(
    session: Session, campaign: Campaign, office: Office, *, random: Random, at: datetime
) -> int:
    """Let everybody go through their open needs once; give how many acts were done."""
    desks = _desks(session, office)
    rows = session.scalars(
        sa.select(Need)
        .where(
            Need.campaign_id == campaign.id,
            Need.state != NeedState.CLOSED,
            Need.raised_at < at - _FIRST_LOOK,
        )
        .options(selectinload(Need.referrals), selectinload(Need.steps), joinedload(Need.owner))
        .order_by(Need.urgency, Need.id)
    ).all()
    acts = first_days.read_again(session, campaign, by=office.coordination, at=at)
    for need in rows:
        moment = at + timedelta(seconds=4 * acts)
        acts += _ask_partners(session, need, random=random, at=moment)
        acts += _handle(session, need, desks, random=random, at=moment)
        acts += concrete.lend_a_hand(
            session, campaign, need, by=desks.of(need), decider=desks.coordination, at=moment
        )
    acts += looking.search(session, campaign, desk=desks.at, at=at)
    concrete.open_desks(session, by=desks.coordination, at=at)
    concrete.answer_questions(session, at=at)
    return acts


def _desks(session: Session, office: Office) -> _Desks:
    people = {user.id: user for user in office.coordinators}
    covered = session.scalars(
        sa.select(Coverage).where(Coverage.user_id.in_(people)).order_by(Coverage.id)
    ).all()
    return _Desks(
        coordination=office.coordination,
        by_territory={one.territory_id: people[one.user_id] for one in covered},
        readers=frozenset(one.user_id for one in covered if one.reads_sensitive)
        | {office.coordination.id},
        codes=session.scalars(sa.select(Territory.code).order_by(Territory.code)).all(),
    )


def _handle(session: Session, need: Need, desks: _Desks, *, random: Random, at: datetime) -> int:
    by = desks.of(need)
    if need.state is NeedState.NEW:
        if random.random() >= _TAKEN[need.urgency]:
            return 0
        needs.take(session, need, by=by, version=need.version, at=at)
        return 1
    if need.state is NeedState.CLOSED:
        return 0
    chance, choices = _MOVES[need.state]
    if random.random() >= chance:
        return 0
    to = _drawn(random, choices)
    version = need.version
    if to is None:
        destination = f"TERRITOIRE_{random.choice(desks.codes)}"
        reason = random.choice(sayings.RE_ROUTED)
        needs.refer_again(session, need, destination, reason=reason, by=by, version=version, at=at)
    elif to is NeedState.CLOSED:
        result = _drawn(random, {result: weight for result, (weight, _) in sayings.CLOSED.items()})
        say = random.choice(sayings.CLOSED[result][1])
        needs.close(session, need, result, say=say, by=by, version=version, at=at)
    else:
        say = random.choice(sayings.MOVED[to])
        needs.move(session, need, to, say=say, by=by, version=version, at=at)
    return 1


def _ask_partners(session: Session, need: Need, *, random: Random, at: datetime) -> int:
    """Partners open the links they were mailed, and some answer in one click."""
    acts = 0
    for referral in list(need.referrals):
        if not _may_answer(referral) or need.state is NeedState.CLOSED:
            continue
        if random.random() < _PARTNER_OPENS:
            needs.open_by_partner(session, referral, at=at)
            acts += 1
        if referral.state is ReferralState.READ and random.random() < _PARTNER_ANSWERS:
            said = _drawn(random, {said: weight for said, (weight, _) in sayings.PARTNERS.items()})
            needs.answer(session, referral, said, words=sayings.PARTNERS[said][1], at=at)
            acts += 1
    return acts


def _may_answer(referral: Referral) -> bool:
    return (
        referral.mode is not Mode.PHONE
        and not needs.is_internal(referral)
        and referral.state in _SEEN_BY_PARTNER
    )


def _drawn(random: Random, weights: Mapping[_Drawn, int]) -> _Drawn:
    return random.choices(tuple(weights), tuple(weights.values()))[0]
