"""What a campaign decides about its calls, changed as a whole: one page, one act, one stamp."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.calls import rules
from campaigns.models import Campaign, User
from campaigns.reference import outcomes
from campaigns.refusal import Refusal
from campaigns.retry import Rules

MEANWHILE = (
    "Ces règles ont été modifiées entre-temps par quelqu’un d’autre\u00a0: rien n’a été "
    "enregistré. Voici ce que vous aviez écrit\u00a0; rechargez la page pour voir l’autre version."
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the page of the rules holds. ``rules`` are differences from the defaults, by the keys
    of ``rules.validated``; shares in percent, ``pace`` in households a half-day."""

    rules: Mapping[str, Any]  # Any: plain JSON values
    sweep_percent: int
    pace: int
    own_commune_allowed: bool
    training_required: bool
    auto_publish: bool
    paper_allowed: bool
    paper_full_names: bool
    asks_contact: bool


# Waits the page holds: the outcome whose wait it is, and the unit it is written in.
_WAITS = {
    "voicemail_hours": ("REPONDEUR_MSG", timedelta(hours=1)),
    "busy_minutes": ("OCCUPE", timedelta(minutes=1)),
    "cut_minutes": ("COUPE", timedelta(minutes=1)),
}
_COUNTS = (
    "max_per_day",
    "max_per_cycle",
    "min_days_per_cycle",
    "voicemails_per_cycle",
    "refusals_per_cycle",
    "undecided_days",
    "rhythm_days",
)
_NAMES = tuple(item.name for item in fields(Choices))


def choices_of(campaign: Campaign) -> Choices:
    """The choices in force."""
    return Choices(**{name: getattr(campaign, name) for name in _NAMES})


def stamp(campaign: Campaign) -> str:
    """What the page carries to tell whether the choices changed since it was shown."""
    held = [
        sorted(value.items()) if isinstance(value, dict) else value
        for value in (getattr(campaign, name) for name in _NAMES)
    ]
    return sha256(repr(held).encode()).hexdigest()[:16]


def settle(
    session: Session, campaign: Campaign, wanted: Choices, *, seen: str, by: User, at: datetime
) -> list[str]:
    """Change the choices; the next calls and splits follow them. Give the names of what changed.

    ``seen`` is the stamp of what the page showed. Refusal, naming the field, for a value out of
    its bounds; without a field when somebody else changed the choices meanwhile: nothing of theirs
    is overwritten.
    """
    session.refresh(campaign, with_for_update=True)  # of two who save at once, one is told
    if stamp(campaign) != seen:
        raise Refusal(MEANWHILE)
    before = choices_of(campaign)
    kept = {name: getattr(wanted, name) for name in _NAMES} | {
        "rules": rules.validated(wanted.rules),
        "paper_full_names": wanted.paper_full_names and wanted.paper_allowed,
    }
    changed = [name for name in _NAMES if kept[name] != getattr(before, name)]
    for name in changed:
        setattr(campaign, name, kept[name])
    if changed:
        session.flush()  # a value out of its bounds is refused here, not at the very end
        journal.record(session, "settings_changed", about=campaign, by=by, at=at, names=changed)
    return changed


def values_of(contact: Rules) -> dict[str, Any]:  # Any: hours, lists and numbers, by key
    """Every value a campaign may set, by the keys of ``rules.validated``, as it is in force."""
    table = outcomes()
    waits = {
        name: (contact.delay(table[code]) or timedelta()) / unit
        for name, (code, unit) in _WAITS.items()
    }
    return {
        "bands": list(contact.bands),
        "appointments": contact.appointments,
        "working_days": [day for day in range(7) if day in contact.working_days],
        "works_on_holidays": contact.works_on_holidays,
        "gap_hours": contact.gap / timedelta(hours=1),
        **waits,
        **{name: getattr(contact, name) for name in _COUNTS},
    }
