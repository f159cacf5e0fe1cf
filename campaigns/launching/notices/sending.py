"""A batch of notices: who is next, with which code; noted as told, and journaled with a reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from random import Random
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.launching.notices import codes, reaching
from campaigns.launching.notices.reaching import Channel
from campaigns.models import Campaign, Enrolment, Person, Phone, Title, User
from campaigns.refusal import Refusal

BATCH = 2_000  # people in one file: a letter bundle one person can carry, a page that answers
LONGEST_REASON = 200
_PIECE = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter, mail or message: to whom, where, and the code whoever calls will say."""

    reference: str
    names: tuple[str, ...]
    address: str
    postal_code: str
    town: str
    email: str
    mobile: str
    code: str


class _Row(NamedTuple):
    enrolment_id: int
    person_id: int
    household_id: int
    title: Title
    first_name: str
    last_name: str
    address: str
    postal_code: str
    town: str
    email: str


def prepare(
    session: Session,
    campaign: Campaign,
    channel: Channel,
    *,
    again: bool,
    reason: str,
    random: Random,
    by: User,
    at: datetime,
) -> list[Notice]:
    """The next people to tell, as notices; they count as told from now on.

    Each code is made when it is missing. One notice for those of a household who share the place it
    goes to. ``again`` makes over those already told by this channel instead. Refusal without a
    reason (field ``reason``), or when nobody is left to tell so.
    """
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        raise Refusal("Dites à quoi sert ce fichier : le journal le garde.", field="reason")
    session.execute(sa.select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    rows = _next(session, campaign, channel, again=again)
    if not rows:
        raise _nobody(again)
    known = codes.give(session, sorted({row.household_id for row in rows}), random=random)
    mobiles = _mobiles(session, rows) if channel is Channel.SMS else {}
    _note_as_told(session, rows, channel, at=at)
    journal.record(
        session,
        "notices_made",
        about=campaign,
        by=by,
        at=at,
        channel=channel.value,
        count=len(rows),
        reason=why,
    )
    return list(_together(rows, channel, known, mobiles))


def _nobody(again: bool) -> Refusal:
    if again:
        return Refusal("Personne n’a encore été prévenu ainsi.", field="channel")
    return Refusal("Il ne reste personne à prévenir de cette façon.", field="channel")


def _note_as_told(
    session: Session, rows: Sequence[_Row], channel: Channel, *, at: datetime
) -> None:
    for start in range(0, len(rows), _PIECE):
        session.execute(
            sa.update(Enrolment)
            .where(Enrolment.id.in_([row.enrolment_id for row in rows[start : start + _PIECE]]))
            .values(noticed_at=at, notice_channel=channel.value)
        )


def _next(session: Session, campaign: Campaign, channel: Channel, *, again: bool) -> list[_Row]:
    """Whole households, in the order they came, up to a batch."""
    told = Enrolment.notice_channel == channel.value if again else Enrolment.noticed_at.is_(None)
    found = session.execute(
        sa.select(
            Enrolment.id,
            Person.id,
            Person.household_id,
            Person.title,
            Person.first_name,
            Person.last_name,
            Person.address,
            Person.postal_code,
            Person.town,
            Person.email,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(*reaching.may_be_told(campaign), reaching.by(channel), told)
        .order_by(Person.household_id, Person.id)
        .limit(BATCH + 1)
    )
    rows = [_Row._make(row) for row in found]
    if len(rows) <= BATCH:
        return rows
    last = rows[-1].household_id  # it may go on beyond: it comes whole in the next file
    return [row for row in rows if row.household_id != last] or rows[:BATCH]


def _mobiles(session: Session, rows: Sequence[_Row]) -> dict[int, str]:
    """The first mobile number of each person."""
    found: dict[int, str] = {}
    ids = [row.person_id for row in rows]
    for start in range(0, len(ids), _PIECE):
        for person_id, e164 in session.execute(
            sa.select(Phone.person_id, Phone.e164)
            .where(
                Phone.person_id.in_(ids[start : start + _PIECE]),
                Phone.invalid_at.is_(None),
                reaching.is_mobile(),
            )
            .order_by(Phone.person_id, Phone.position, Phone.id)
        ):
            found.setdefault(person_id, e164)
    return found


def _together(
    rows: Sequence[_Row],
    channel: Channel,
    known: Mapping[int, str],
    mobiles: dict[int, str],
) -> Iterator[Notice]:
    """One notice for the people of a household who share its destination."""

    def destination(row: _Row) -> tuple[int, str, str, str]:
        if channel is Channel.LETTER:
            return row.household_id, row.address, row.postal_code, row.town
        where = row.email if channel is Channel.MAIL else mobiles[row.person_id]
        return row.household_id, where, "", ""

    ordered = sorted(rows, key=lambda row: (*destination(row), row.person_id))
    for _, some in groupby(ordered, key=destination):
        members = list(some)
        first = members[0]
        yield Notice(
            reference=f"P-{first.person_id}",
            names=tuple(_name(one) for one in members),
            address=first.address,
            postal_code=first.postal_code,
            town=first.town,
            email=first.email if channel is Channel.MAIL else "",
            mobile=mobiles.get(first.person_id, ""),
            code=known[first.household_id],
        )


def _name(row: _Row) -> str:
    return " ".join(part for part in (row.title.label, row.first_name, row.last_name) if part)
