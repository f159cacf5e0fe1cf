"""What a campaign sets differently from the defaults: checked, kept as plain JSON, told in French.

The JSON holds differences only, so that a default that changes changes for everybody else.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeVar

from campaigns.bounds import hour
from campaigns.reference import outcomes
from campaigns.refusal import Refusal
from campaigns.retry.rules import Band, Rules
from campaigns.retry.slots import clock

_N = TypeVar("_N", int, float)
_OPENS, _CLOSES = time(8), time(20)  # nobody is rung outside, whatever the campaign
_MOST_BANDS = 6
# Whole numbers a campaign may set: least, most, and what the page calls them.
_COUNTS: Mapping[str, tuple[int, int, str]] = {
    "max_per_day": (1, 6, "essais par jour"),
    "max_per_cycle": (1, 20, "essais en tout"),
    "min_days_per_cycle": (1, 10, "jours différents"),
    "voicemails_per_cycle": (0, 3, "messages laissés"),
    "refusals_per_cycle": (1, 5, "refus"),
    "undecided_days": (7, 120, "jours"),
}
# Waits a campaign may set: seconds of the unit, least, most, the words, and whose wait it is.
_WAITS: Mapping[str, tuple[int, float, float, str, tuple[str, ...]]] = {
    "voicemail_hours": (3600, 1, 336, "heures", ("REPONDEUR_MSG",)),
    "busy_minutes": (60, 5, 240, "minutes", ("OCCUPE",)),
    "cut_minutes": (60, 5, 240, "minutes", ("COUPE",)),
}
_GAP_HOURS = (0.5, 72.0)
_RHYTHM_DAYS = (1, 90)
_DEFAULT = Rules()
KNOWN = frozenset(
    {"bands", "appointments", "working_days", "works_on_holidays", "gap_hours", "rhythm_days"}
    | _COUNTS.keys()
    | _WAITS.keys()
)


def merged(changes: Mapping[str, Any], *, holidays: Container[date] = frozenset()) -> Rules:
    """Give the rules of a campaign from its differences, ``holidays`` being nobody's working day.

    ``changes`` is what ``validated`` gave; Refusal or ValueError when it is not.
    """
    kept = validated(changes)
    gap = timedelta(hours=kept.get("gap_hours", _DEFAULT.gap / timedelta(hours=1)))
    bands = kept.get("bands")
    days = kept.get("working_days")
    promised = kept.get("appointments")
    return replace(
        _DEFAULT,
        bands=tuple(_band(band, "bands") for band in bands) if bands else _DEFAULT.bands,
        appointments=_band(promised, "appointments") if promised else _DEFAULT.appointments,
        working_days=_DEFAULT.working_days if days is None else frozenset(days),
        holidays=holidays,
        works_on_holidays=kept.get("works_on_holidays", False),
        gap=gap,
        delays=MappingProxyType(_delays(kept, gap)),
        rhythm_days=kept.get("rhythm_days"),
        **{name: kept[name] for name in _COUNTS if name in kept},
    )


def validated(changes: Mapping[str, object]) -> dict[str, Any]:  # Any: plain JSON values
    """Check what a campaign wants to set, and keep only what differs from the defaults.

    Keys: ``bands`` (list of two hours each), ``appointments`` (two hours), ``working_days`` (0 is
    Monday), ``works_on_holidays``, ``gap_hours``, ``voicemail_hours``, ``busy_minutes``,
    ``cut_minutes``, ``max_per_day``, ``max_per_cycle``, ``min_days_per_cycle``,
    ``voicemails_per_cycle``, ``refusals_per_cycle``, ``undecided_days``, ``rhythm_days`` (None:
    each person's wish). Hours are ``time`` or text (« 9:30 », « 9 h 30 »), numbers may be text.
    Refusal with ``field`` the key; ValueError for a key that does not exist.
    """
    unknown = changes.keys() - KNOWN
    if unknown:
        raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
    kept = {name: _READ[name](changes[name], name) for name in sorted(changes)}
    plain = _defaults()
    _check_together(plain | kept)
    return {name: value for name, value in kept.items() if value != plain[name]}


def _check_together(all_: Mapping[str, Any]) -> None:
    if all_["max_per_day"] > all_["max_per_cycle"]:
        raise Refusal(
            "Il ne peut pas y avoir plus d’essais en un jour qu’en tout : baissez l’un ou "
            "augmentez l’autre.",
            field="max_per_day",
        )
    if all_["min_days_per_cycle"] > all_["max_per_cycle"]:
        raise Refusal(
            f"{all_['max_per_cycle']} essais ne peuvent pas se répartir sur "
            f"{all_['min_days_per_cycle']} jours : demandez moins de jours ou plus d’essais.",
            field="min_days_per_cycle",
        )


def _defaults() -> dict[str, Any]:
    table = outcomes()
    waits = {
        name: _plain((table[codes[0]].min_delay or timedelta()).total_seconds() / unit)
        for name, (unit, _, _, _, codes) in _WAITS.items()
    }
    return waits | {
        "bands": [_hours(band) for band in _DEFAULT.bands],
        "appointments": _hours(_DEFAULT.appointments),
        "working_days": list(range(5)),
        "works_on_holidays": False,
        "gap_hours": _plain(_DEFAULT.gap / timedelta(hours=1)),
        "rhythm_days": _DEFAULT.rhythm_days,
        **{name: getattr(_DEFAULT, name) for name in _COUNTS},
    }


def _delays(kept: Mapping[str, Any], gap: timedelta) -> dict[str, timedelta]:
    """The waits that replace the table's; the gap is that of every try the table spaces alike."""
    delays: dict[str, timedelta] = {}
    if "gap_hours" in kept:
        delays = {
            one.code: gap
            for one in outcomes().values()
            if one.counts_as_attempt and one.min_delay == _DEFAULT.gap
        }
    for name, (unit, _, _, _, codes) in _WAITS.items():
        if name in kept:
            delays |= dict.fromkeys(codes, timedelta(seconds=kept[name] * unit))
    return delays


def _read_bands(value: object, field: str) -> list[list[str]]:
    given = list(value) if isinstance(value, list | tuple) else []
    bands = sorted(_band(one, field) for one in given)
    if not bands or len(bands) > _MOST_BANDS:
        raise Refusal(
            f"Donnez au moins une tranche d’appel, et {_MOST_BANDS} au plus.", field=field
        )
    for (_, end), (start, _) in pairwise(bands):
        if start < end:
            raise Refusal(
                f"Deux tranches se chevauchent autour de {clock(start)} : faites-les se suivre.",
                field=field,
            )
    return [_hours(band) for band in bands]


def _read_appointments(value: object, field: str) -> list[str]:
    return _hours(_band(value, field))


def _read_days(value: object, field: str) -> list[int]:
    given = list(value) if isinstance(value, list | tuple | set | frozenset) else []
    days = sorted({_whole(one, field) for one in given})
    if not days or days[0] < 0 or days[-1] > 6:
        raise Refusal("Choisissez au moins un jour d’appel de la semaine.", field=field)
    return days


def _read_yes(value: object, _field: str) -> bool:
    return value is True


def _read_rhythm(value: object, field: str) -> int | None:
    if value is None or value == "":
        return None
    return _between(_whole(value, field), *_RHYTHM_DAYS, "jours entre deux appels", field)


def _read_count(value: object, field: str) -> int:
    least, most, words = _COUNTS[field]
    return _between(_whole(value, field), least, most, words, field)


def _read_gap(value: object, field: str) -> float:
    return _plain(_between(_number(value, field), *_GAP_HOURS, "heures entre deux essais", field))


def _read_wait(value: object, field: str) -> float:
    _, least, most, words, _ = _WAITS[field]
    return _plain(_between(_number(value, field), least, most, words, field))


_READ: Mapping[str, Callable[[object, str], Any]] = {
    "bands": _read_bands,
    "appointments": _read_appointments,
    "working_days": _read_days,
    "works_on_holidays": _read_yes,
    "rhythm_days": _read_rhythm,
    "gap_hours": _read_gap,
    **dict.fromkeys(_COUNTS, _read_count),
    **dict.fromkeys(_WAITS, _read_wait),
}


def _band(value: object, field: str) -> Band:
    ends = [hour(one, field) for one in value] if isinstance(value, list | tuple) else []
    if len(ends) != 2 or not _OPENS <= ends[0] < ends[1] <= _CLOSES:
        raise Refusal(
            f"Une tranche va d’une heure à une autre, plus tardive, entre {clock(_OPENS)} "
            f"et {clock(_CLOSES)}.",
            field=field,
        )
    return ends[0], ends[1]


def _hours(band: Band) -> list[str]:
    return [f"{hour:%H:%M}" for hour in band]


def _number(value: object, field: str) -> float:
    try:
        return float(str(value).strip().replace(",", "."))
    except ValueError:
        raise Refusal("Écrivez un nombre, par exemple 3.", field=field) from None


def _whole(value: object, field: str) -> int:
    number = _number(value, field)
    if not number.is_integer():
        raise Refusal("Écrivez un nombre entier, par exemple 3.", field=field)
    return int(number)


def _between(value: _N, least: float, most: float, words: str, field: str) -> _N:
    if not least <= value <= most:
        raise Refusal(
            f"Choisissez entre {_said(least)} et {_said(most)} {words}.",
            field=field,
        )
    return value


def _plain(number: float) -> float:
    """A whole number stays one in the JSON: 3, not 3.0."""
    return int(number) if float(number).is_integer() else number


def _said(number: float) -> str:
    return str(_plain(number)).replace(".", ",")
