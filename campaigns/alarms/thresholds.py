"""From when a silence is unusual: the handbook’s figures, and what a campaign changed. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from campaigns.bounds import Bounds, whole
from campaigns.refusal import Refusal

KEY = "silence"  # where a campaign keeps what differs, among its thresholds


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Handbook, section 8. A regular answered in ``answered`` of the ``of_last`` last cycles;
    ``tries`` without an answer in ``bands`` bands over ``days`` days raise an alarm, or
    ``heat_tries`` in one day of heat alert. ``deadline_hours`` is the time left to find somebody,
    ``urgent_hours`` after a fall was heard."""

    tries: int = 3
    bands: int = 2
    days: int = 2
    answered: int = 2
    of_last: int = 3
    heat_tries: int = 3
    deadline_hours: int = 24
    urgent_hours: int = 2


# By name: the least, the most, the words of the refusal.
_BOUNDS: Bounds = {
    "tries": (1, 12, "appels sans réponse"),
    "bands": (1, 3, "moments de la journée"),
    "days": (1, 7, "jours"),
    "answered": (1, 6, "appels répondus"),
    "of_last": (1, 6, "derniers appels"),
    "heat_tries": (1, 6, "appels sans réponse le même jour"),
    "deadline_hours": (1, 72, "heures"),
    "urgent_hours": (1, 24, "heures"),
}


def of(kept: Mapping[str, Any]) -> Thresholds:  # Any: plain JSON values
    """The thresholds in force; ``kept`` is the campaign’s ``thresholds``."""
    return Thresholds(**kept.get(KEY, {}))


def validated(wanted: Mapping[str, object]) -> dict[str, int]:
    """Check what a campaign wants and keep only what differs from the handbook.

    Values may be text, as typed. Refusal with ``field`` the threshold’s name; ValueError for a
    name that does not exist.
    """
    names = {item.name for item in fields(Thresholds)}
    if unknown := wanted.keys() - names:
        raise ValueError(f"no such threshold: {', '.join(sorted(unknown))}")
    plain = asdict(Thresholds())
    read = {name: whole(value, name, _BOUNDS) for name, value in wanted.items()}
    together = plain | read
    if together["answered"] > together["of_last"]:
        raise Refusal(
            f"On ne peut pas avoir répondu à plus de {together['of_last']} appels sur "
            f"{together['of_last']}\u00a0: baissez ce nombre.",
            field="answered",
        )
    if max(together["bands"], together["days"]) > together["tries"]:
        raise Refusal(
            "Il faut au moins autant d’appels que de jours et de moments de la journée.",
            field="tries",
        )
    return {name: value for name, value in read.items() if value != plain[name]}
