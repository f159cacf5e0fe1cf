"""The counts of a period, and how they are kept when the rows behind them are forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any  # what JSON holds

Cells = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Delay:
    """How long something took: how many were measured, and their median in hours."""

    count: int = 0
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """One period. Keys of the breakdowns are codes; "" stands for what is not known.

    ``people`` are on the list by the end, ``reached`` were spoken to in the period and
    ``reached_so_far`` since the campaign began. ``tried`` and ``talked`` are by half-day
    (« 0-am », Monday morning) and leave out the people who rang back themselves. ``half_days``
    are those in which a volunteer called at least once. ``by_authority`` is the first service a
    need was sent to. Needs are those raised in the period, ``closed`` and ``results`` those closed
    in it, whenever they were raised.
    """

    people: int = 0
    reached: int = 0
    reached_so_far: int = 0
    attempts: int = 0
    conversations: int = 0
    outcomes: Cells = field(default_factory=dict)
    tried: Cells = field(default_factory=dict)
    talked: Cells = field(default_factory=dict)
    volunteers: int = 0
    half_days: int = 0
    people_by_territory: Cells = field(default_factory=dict)
    reached_by_territory: Cells = field(default_factory=dict)
    needs: int = 0
    by_category: Cells = field(default_factory=dict)
    by_territory: Cells = field(default_factory=dict)
    by_authority: Cells = field(default_factory=dict)
    by_age: Cells = field(default_factory=dict)
    by_urgency: Cells = field(default_factory=dict)
    acknowledged: Delay = Delay()
    in_time: int = 0  # acknowledged before what was promised
    closed: Delay = Delay()
    results: Cells = field(default_factory=dict)
    helped: Cells = field(default_factory=dict)
    alarms: int = 0
    alarm_whys: Cells = field(default_factory=dict)
    alarms_closed: int = 0
    endings: Cells = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing at all happened: no call, no need, no alarm."""
        return not (self.attempts or self.needs or self.closed.count or self.alarms)

    def told(self) -> dict[str, Any]:
        """The same as JSON holds it; ``counts_of`` reads it back."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


def counts_of(told: Mapping[str, Any]) -> Counts:
    """Counts read back from JSON; what an older version did not keep stays at nothing."""
    known = {one.name for one in fields(Counts)}
    read = {name: value for name, value in told.items() if name in known}
    for name in ("acknowledged", "closed"):
        if name in read:
            read[name] = Delay(read[name]["count"], read[name]["hours"])
    return Counts(**read)


def _plain(value: Any) -> Any:
    if isinstance(value, Delay):
        return {"count": value.count, "hours": value.hours}
    return dict(value) if isinstance(value, Mapping) else value
