"""In what order a sheet is served: promises first, and never a third hard call in a row."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from campaigns import care
from campaigns.models import Campaign, Stream, User
from campaigns.sheets import owed, past

if TYPE_CHECKING:
    from campaigns.sheets.serving import QueueLine

_RANK = {stream: place for place, stream in enumerate(owed.SERVING)}


def to_serve(
    session: Session,
    user: User,
    campaign: Campaign,
    waiting: Iterable["QueueLine"],
    *,
    at: datetime,
    rest: care.resting.Rest | None = None,
) -> tuple["QueueLine", ...]:
    """The lines to call now. Who just had two hard calls finds the hard ones last; a promise keeps
    its hour whatever it weighs."""
    ready = sorted((one for one in waiting if not _is_later(one, at)), key=_serving)
    hard = spared(session, user, campaign, ready, at=at, rest=rest)
    return (
        tuple(sorted(ready, key=lambda one: one.line.household_id in hard)) if hard else (*ready,)
    )


def spared(
    session: Session,
    user: User,
    campaign: Campaign,
    ready: Sequence["QueueLine"],
    *,
    at: datetime,
    rest: care.resting.Rest | None = None,
) -> frozenset[int]:
    """Households of these lines that are spared to a caller for now: hard ones, after two.

    ``rest`` is what ``care.resting.of_today`` said, when it was asked already.
    """
    if not ready:
        return frozenset()
    spares = rest.spares if rest else care.resting.has_had_enough(session, campaign, user, at=at)
    if not spares:
        return frozenset()
    among = {one.line.household_id for one in ready if one.stream is not Stream.APPOINTMENT}
    alarming = {one.line.household_id for one in ready if one.stream is Stream.ALARM}
    return past.heavy(session, campaign, among, at=at) | alarming if among else frozenset()


def to_wait(waiting: Iterable["QueueLine"], *, at: datetime) -> tuple["QueueLine", ...]:
    """The lines that wait for their hour, the first to come first."""
    return tuple(sorted((one for one in waiting if _is_later(one, at)), key=_by_time))


def _is_later(one: "QueueLine", now: datetime) -> bool:
    return one.next_at is not None and one.next_at > now


def _serving(one: "QueueLine") -> tuple[int, float, int, int]:
    timed = one.stream in {Stream.APPOINTMENT, Stream.RETRY} and one.next_at is not None
    moment = one.next_at.timestamp() if timed and one.next_at else 0.0
    return _RANK[one.stream], moment, one.line.position, one.line.id


def _by_time(one: "QueueLine") -> tuple[float, int]:
    return (one.next_at.timestamp() if one.next_at else 0.0), one.line.id
