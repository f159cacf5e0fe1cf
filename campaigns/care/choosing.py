"""What a campaign decides about the care of its callers and the reading of their reports."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.bounds import Bounds, whole
from campaigns.care import sampling, settings
from campaigns.models import Campaign, User
from campaigns.refusal import Refusal

# By name: the least, the most, and what the refusal calls them.
_CARE: Bounds = {
    "heavy_run": (1, 10, "appels difficiles"),
    "break_after": (15, 240, "minutes d’appels"),
    "break_is": (1, 60, "minutes de pause"),
    "shared_days": (1, 90, "jours"),
}
_REVIEWS: Bounds = {
    "first": (0, 100, "comptes rendus"),
    "percent": (0, 100, "comptes rendus sur cent"),
    "experienced_after": (0, 1_000, "comptes rendus"),
    "experienced_percent": (0, 100, "comptes rendus sur cent"),
}
_BOUNDS = {**_CARE, **_REVIEWS}
NAMES = tuple(_BOUNDS)


def in_force(campaign: Campaign) -> dict[str, int]:
    """Every number a campaign may set, as it is today, by the names of ``NAMES``."""
    reviews = asdict(sampling.Sampling.of(campaign.thresholds))
    return asdict(settings.of(campaign)) | reviews


def choose(
    session: Session, campaign: Campaign, wanted: Mapping[str, object], *, by: User, at: datetime
) -> bool:
    """Change them as a whole; the next report follows. False when nothing changed.

    ``wanted`` holds every name of ``NAMES``, as typed. Refusal names the field; nothing is changed
    then.
    """
    read = {name: whole(wanted[name], name, _BOUNDS) for name in NAMES}
    _check_together(read)
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    before = in_force(campaign)
    changed = [name for name in NAMES if read[name] != before[name]]
    if not changed:
        return False
    campaign.thresholds = campaign.thresholds | {
        settings.KEY: _kept(read, asdict(settings.Settings())),
        sampling.KEY: _kept(read, asdict(sampling.Sampling())),
    }
    journal.record(session, "care_settled", about=campaign, by=by, at=at, names=changed)
    session.flush()  # who looks under the lock next sees it
    return True


def _kept(read: Mapping[str, int], plain: Mapping[str, Any]) -> dict[str, int]:
    """What differs from the defaults: one that changes later changes for everybody else."""
    return {name: read[name] for name in plain if read[name] != plain[name]}


def _check_together(read: Mapping[str, int]) -> None:
    if read["break_is"] >= read["break_after"]:
        raise Refusal("La pause est plus courte que le temps d’appel.", field="break_is")
    if read["experienced_after"] < read["first"]:
        raise Refusal(
            f"Les {read['first']} premiers sont tous relus : choisissez au moins {read['first']}.",
            field="experienced_after",
        )
    if read["experienced_percent"] > read["percent"]:
        raise Refusal(
            "Avec l’expérience, on relit moins, pas plus : choisissez au plus "
            f"{read['percent']} sur cent.",
            field="experienced_percent",
        )
