"""How long a need may wait, and who hears of it next: the clocks and reminders a campaign sets.

Defaults of the decisions: U0 in 30 minutes whatever the hour, U1 in 2 opening hours, U2 in 2
working days, U3 in 7; a need that does not move is said again after 2, 5, 10 and 21 working days; a
partner is reminded every fifth day, twice; the one mail of the day leaves at five.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from campaigns import clocks, journal
from campaigns.bounds import Bounds, whole
from campaigns.directory import opening_of
from campaigns.models import Campaign, User
from campaigns.refusal import Refusal

KEY = "delays"  # where a campaign keeps what differs, among its thresholds


@dataclass(frozen=True, slots=True)
class Delays:
    """``…_then`` is the time left to the deputies before the lead is told; ``still_…`` the working
    days without movement of the four baskets; a partner who says nothing is reminded every
    ``partner_days`` days (calendar), ``partner_reminders`` times; ``digest_hour`` on the clock."""

    vital_minutes: int = 30
    vital_then: int = 30
    urgent_hours: int = 2
    urgent_then: int = 2
    priority_days: int = 2
    normal_days: int = 7
    still_1: int = 2
    still_2: int = 5
    still_3: int = 10
    still_4: int = 21
    partner_days: int = 5
    partner_reminders: int = 2
    digest_hour: int = 17

    @property
    def stages(self) -> tuple[int, ...]:
        """The four baskets of what no longer moves, in working days."""
        return (self.still_1, self.still_2, self.still_3, self.still_4)

    @property
    def silence(self) -> timedelta:
        """How long a partner may say nothing before the next reminder."""
        return timedelta(days=self.partner_days)

    @property
    def digest(self) -> time:
        """When the one mail of the day leaves, local time."""
        return time(self.digest_hour)


# By name: the least, the most, the words of the refusal. Nobody is reminded of what is a day old;
# a partner's link lives eight days, and a reminder must find it alive.
_BOUNDS: Bounds = {
    "vital_minutes": (5, 120, "minutes"),
    "vital_then": (5, 120, "minutes"),
    "urgent_hours": (1, 8, "heures ouvrées"),
    "urgent_then": (1, 8, "heures ouvrées"),
    "priority_days": (1, 5, "jours ouvrés"),
    "normal_days": (2, 20, "jours ouvrés"),
    "still_1": (2, 60, "jours ouvrés"),
    "still_2": (2, 60, "jours ouvrés"),
    "still_3": (2, 60, "jours ouvrés"),
    "still_4": (2, 60, "jours ouvrés"),
    "partner_days": (2, 7, "jours"),
    "partner_reminders": (1, 3, "rappels"),
    "digest_hour": (9, 17, "heures"),
}
NAMES = tuple(_BOUNDS)


def of(campaign: Campaign) -> Delays:
    """The delays in force: what the campaign changed, and the defaults."""
    kept: Mapping[str, Any] = campaign.thresholds.get(KEY, {})  # Any: plain JSON values
    known = {one.name for one in fields(Delays)}
    return Delays(**{name: int(value) for name, value in kept.items() if name in known})


def opening_for(session: Session, campaign: Campaign, *, at: datetime) -> clocks.Opening:
    """When offices are open around an instant, with the clocks this campaign gives its needs."""
    delays = of(campaign)
    return replace(
        opening_of(session, at.year),
        vital=timedelta(minutes=delays.vital_minutes),
        urgent=timedelta(hours=delays.urgent_hours),
        priority_days=delays.priority_days,
        normal_days=delays.normal_days,
    )


def opening_then(session: Session, campaign: Campaign, *, at: datetime) -> clocks.Opening:
    """The same with the time left to the deputies, counted from the end of the first delay."""
    delays = of(campaign)
    return replace(
        opening_of(session, at.year),
        vital=timedelta(minutes=delays.vital_then),
        urgent=timedelta(hours=delays.urgent_then),
    )


def settle(
    session: Session, campaign: Campaign, wanted: Mapping[str, object], *, by: User, at: datetime
) -> bool:
    """Change the delays as a whole; False when nothing changed.

    ``wanted`` holds every name of ``NAMES``, as typed. Needs already raised keep the hour they were
    promised. Refusal names the field; nothing is changed then.
    """
    read = {name: whole(wanted[name], name, _BOUNDS) for name in NAMES}
    _check_together(Delays(**read))
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    before, plain = asdict(of(campaign)), asdict(Delays())
    changed = [name for name in NAMES if read[name] != before[name]]
    if not changed:
        return False
    kept = {name: read[name] for name in NAMES if read[name] != plain[name]}
    campaign.thresholds = campaign.thresholds | {KEY: kept}
    journal.record(session, "delays_settled", about=campaign, by=by, at=at, names=changed)
    session.flush()  # who looks under the lock next sees it
    return True


def _check_together(wanted: Delays) -> None:
    if wanted.normal_days <= wanted.priority_days:
        raise Refusal(
            "Un besoin normal attend plus longtemps qu’un besoin prioritaire : choisissez plus de "
            f"{wanted.priority_days}.",
            field="normal_days",
        )
    for rank, (before, after) in enumerate(zip(wanted.stages, wanted.stages[1:], strict=False), 2):
        if after <= before:
            raise Refusal(
                f"Chaque rappel vient après le précédent : choisissez plus de {before}.",
                field=f"still_{rank}",
            )
