"""How an attempt can end, and what each ending entails, one column a consequence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from campaigns.reference import table
from campaigns.reference.table import Row


class Alert(StrEnum):
    """Who must be alerted at once because of an outcome; the value is the file's."""

    COORDINATION = "coordination"
    TERRITORY = "U1 territoire"

    @property
    def label(self) -> str:
        """Who is alerted, in words."""
        return "la coordination" if self is Alert.COORDINATION else "le territoire"


@dataclass(frozen=True, slots=True)
class Suspension:
    """The person is left alone for a while.

    Until the day asked plus ``extra_days``; ``default`` when no day is known, and None means that
    the day must be asked.
    """

    default: timedelta | None
    extra_days: int


_SUSPENSIONS: Mapping[str, Suspension | None] = {
    "": None,
    "336 h ou date": Suspension(default=timedelta(hours=336), extra_days=0),
    "date + 1 jour": Suspension(default=None, extra_days=1),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way an attempt ends; each field is a column of ``issues_appel.csv``.

    ``aapor`` is the nearest code of the AAPOR Standard Definitions, "-" for none. ``min_delay``
    is the shortest wait before another attempt, None when the table sets none.
    """

    code: str
    label: str
    group: str
    aapor: str
    contact: bool
    conversation: bool
    no_answer: bool
    counts_as_attempt: bool
    closes_cycle: bool
    min_delay: timedelta | None
    other_band: bool
    asks_date: bool
    suspends: Suspension | None
    invalidates_number: bool
    stops_calls: bool
    alert: Alert | None
    effect: str

    @property
    def needs_date(self) -> bool:
        """Whether it means nothing without a day: a call-back agreed, an absence until then."""
        return self.asks_date and self.min_delay is None

    @property
    def accepts_date(self) -> bool:
        """Whether somebody could have agreed a day: nobody does on a line that rings out."""
        return self.asks_date or self.conversation


@cache
def outcomes() -> Mapping[str, Outcome]:
    """Every outcome by code, in the order of the file (``issues_appel.csv``)."""
    return read_outcomes("issues_appel.csv", table.shipped("issues_appel.csv"))


def read_outcomes(file: str, text: str) -> Mapping[str, Outcome]:
    """Outcomes from the text of a file; ValueError names the file and line of a mistake."""
    columns = (
        "code libelle groupe aapor_proche contact conversation sans_reponse "
        "compte_comme_tentative cycle_clos delai_min_heures autre_tranche demande_date suspend "
        "invalide_numero plus_appelable alerte suite"
    )
    found: dict[str, Outcome] = {}
    for row in table.rows(file, text, columns):
        if not row["code"] or row["code"] in found:
            raise row.wrong(f"empty or repeated code {row['code']!r}")
        found[row["code"]] = _outcome(row)
    return MappingProxyType(found)


def _outcome(row: Row) -> Outcome:
    outcome = Outcome(
        code=row["code"],
        label=row.text("libelle"),
        group=row.text("groupe"),
        aapor=row["aapor_proche"],
        contact=row.flag("contact"),
        conversation=row.flag("conversation"),
        no_answer=row.flag("sans_reponse"),
        counts_as_attempt=row.flag("compte_comme_tentative"),
        closes_cycle=row.flag("cycle_clos"),
        min_delay=_delay(row),
        other_band=row.flag("autre_tranche"),
        asks_date=row.flag("demande_date"),
        suspends=_SUSPENSIONS[row.one_of("suspend", _SUSPENSIONS)],
        invalidates_number=row.flag("invalide_numero"),
        stops_calls=row.flag("plus_appelable"),
        alert=Alert(row.one_of("alerte", [*Alert])) if row["alerte"] else None,
        effect=row.text("suite"),
    )
    if outcome.conversation and not outcome.contact:
        raise row.wrong("a conversation is a contact")
    if outcome.contact and outcome.no_answer:
        raise row.wrong("a contact is not a silence")
    if outcome.stops_calls and not outcome.closes_cycle:
        raise row.wrong("who is no longer called has no open cycle")
    return outcome


def _delay(row: Row) -> timedelta | None:
    hours = row["delai_min_heures"]
    if not hours:
        return None
    try:
        delay = timedelta(hours=float(hours))
    except (ValueError, OverflowError) as error:
        raise row.wrong(f"delai_min_heures {hours!r} is not a number of hours") from error
    if delay <= timedelta(0):
        raise row.wrong("delai_min_heures must be more than zero")
    return delay
