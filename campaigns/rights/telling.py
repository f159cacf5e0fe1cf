"""What a column holds, in the words of the person it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any  # values of any column

import sqlalchemy as sa
from babel.dates import format_date
from sqlalchemy.orm import Session

from campaigns import reference, values, weeks
from campaigns.holdings import Nature, nature, table
from campaigns.models import Campaign, Commune, Labelled, Mode, Office, Territory, Urgency
from campaigns.overview.act_words import ACTIONS
from campaigns.rights import masks
from campaigns.rights.masks import Masks

_NBSP = "\u00a0"
_MOST_DEEP = 6


@dataclass(frozen=True, slots=True)
class Names:
    """What numbers of other rows stand for, by the table they lead to."""

    known: Mapping[str, Mapping[Any, str]]
    masks: Masks


def names(session: Session, mask: Masks) -> Names:
    """The campaigns, territories, offices and communes; accounts by their role."""
    lists: tuple[tuple[str, Any, Any], ...] = (
        ("campaign", Campaign.id, Campaign.name),
        ("territory", Territory.id, Territory.name),
        ("office", Office.id, Office.name),
        ("commune", Commune.insee, Commune.name),
    )
    known = {
        name: {row[0]: row[1] for row in session.execute(sa.select(key, shown))}
        for name, key, shown in lists
    }
    return Names({**known, "user_account": mask.roles}, mask)


def raw(name: str, row: Mapping[str, Any], told: Names) -> dict[str, Any]:
    """A row for a machine: plain values; names of others and what opens something left out."""
    given = {}
    for column, value in row.items():
        if nature(name, column) is not Nature.SECRET:
            given[column] = _plain(_masked(name, row, column, value, told))
    return given


def said(name: str, row: Mapping[str, Any], column: str, told: Names) -> str:
    """A value in words; empty when there is nothing to say."""
    value = _masked(name, row, column, row[column], told)
    if value is None or value in ("", [], {}) or value is False:
        return ""
    if (name, column) in _CODES:
        return _CODES[name, column](str(value))
    if isinstance(value, Labelled | Urgency | Mode):
        return value.label
    if value == 0 and (name, column) not in _ZERO_SPEAKS:
        return ""
    if isinstance(value, bool):
        return "oui"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, dict | list):
        return _spread(value)
    return str(value)


def moment(value: datetime) -> str:
    """« 24 novembre 2026 à 10 h 05 », in Paris."""
    local = value.astimezone(weeks.PARIS)
    written = format_date(local.date(), "d MMMM y", locale="fr_FR")
    return f"{written} à {local.hour}{_NBSP}h{_NBSP}{local.minute:02d}"


def _masked(name: str, row: Mapping[str, Any], column: str, value: Any, told: Names) -> Any:
    if not value:
        return value
    if (name, column) in masks.OF_CALLERS:
        return masks.WITHHELD
    if (name, column) in masks.OF_OTHERS:
        return masks.OF_OTHERS[name, column]
    if (name, column) == ("outgoing_mail", "to_address") and row["user_id"] is not None:
        return told.masks.roles.get(row["user_id"], masks.CALLER)
    for key in table(name).columns[column].foreign_keys:
        return told.known.get(key.column.table.name, {}).get(value, value)
    # The person's own columns say who they are: nothing of others stands in them.
    is_theirs = nature(name, column) is Nature.PERSONAL and name != "import_change"
    if isinstance(value, Enum) or is_theirs or nature(name, column) is Nature.ID:
        return value
    return told.masks.inside(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def _spread(value: Any, depth: int = 0) -> str:
    """JSON in one line of text."""
    if depth > _MOST_DEEP:
        return "…"
    if isinstance(value, dict):
        parts = [(str(key), _spread(each, depth + 1)) for key, each in value.items()]
        return "; ".join(f"{key} = {each}" for key, each in parts if each)
    if isinstance(value, list):
        return ", ".join(filter(None, (_spread(each, depth + 1) for each in value)))
    return "" if value is None or value is False else str(value)


def _outcome(code: str) -> str:
    found = reference.outcomes().get(code)
    return found.label if found else code


def _category(code: str) -> str:
    found = reference.categories().get(code)
    return found.label if found else code


_ZERO_SPEAKS = {("enrolment", "priority")}
_HALVES = {"am": "le matin", "pm": "l’après-midi"}
_CHANNELS = {"letter": "courrier", "mail": "courriel", "sms": "SMS"}
_CODES: Mapping[tuple[str, str], Callable[[str], str]] = {
    ("call", "outcome"): _outcome,
    ("need", "category"): _category,
    ("phone", "e164"): values.national,
    ("call_suggestion", "phone"): values.national,
    ("person", "best_half"): lambda code: _HALVES.get(code, code),
    ("enrolment", "notice_channel"): lambda code: _CHANNELS.get(code, code),
    ("journal_entry", "action"): lambda code: ACTIONS.get(code, code),
}
