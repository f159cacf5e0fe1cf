"""A proposed change the lead does not want now: set aside for a while, with the reason."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any  # a JSON object

from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import Campaign, Labelled, User
from campaigns.refusal import Refusal

KEY = "routes_aside"  # of ``campaign.thresholds``: key of the proposal → last day, reason
_FOR = timedelta(days=90)


class Why(Labelled):
    """Why a proposal is set aside: chosen, so that nobody is named."""

    BY_CASE = "au_cas", "C’étaient des cas particuliers"
    AGREED = "accord", "C’est réglé avec le service : il les prendra"
    NOBODY = "personne", "Personne d’autre ne peut les prendre"


def aside(campaign: Campaign, *, on: date) -> frozenset[str]:
    """The keys of the proposals set aside on this day."""
    return frozenset(_standing(campaign, on))


def dismiss(
    session: Session, campaign: Campaign, key: str, *, why: str, by: User, at: datetime
) -> date:
    """Propose this change no more for three months; give the last day.

    ``why`` is the code of a ``Why``; Refusal for any other.
    """
    if why not in {one.value for one in Why}:
        raise Refusal("Choisissez pourquoi vous l’écartez.", field="raison")
    today = weeks.local_day(at)
    until = today + _FOR - timedelta(days=1)
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    kept = {**_standing(campaign, today), key: {"until": until.isoformat(), "why": why}}
    campaign.thresholds = campaign.thresholds | {KEY: kept}
    journal.record(session, "routes_set_aside", about=campaign, by=by, at=at, key=key, why=why)
    session.flush()  # who looks under the lock next sees it
    return until


def _standing(campaign: Campaign, on: date) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = (campaign.thresholds or {}).get(KEY, {})
    return {key: one for key, one in kept.items() if date.fromisoformat(one["until"]) >= on}
