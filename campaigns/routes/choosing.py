"""From how many « hors compétence » a change of the table is proposed: what a campaign chooses."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.bounds import Bounds, whole
from campaigns.models import Campaign, User
from campaigns.routes import learning

# By name: the least, the most, the words of the refusal. One answer is an accident.
_BOUNDS: Bounds = {
    "refusals": (2, 50, "réponses"),
    "days": (7, 365, "jours"),
}


def choose(
    session: Session, campaign: Campaign, wanted: Mapping[str, object], *, by: User, at: datetime
) -> bool:
    """Change from when a change is proposed; False when nothing changed.

    ``wanted`` by the names of ``learning.Settings``, as typed. Refusal names the field.
    """
    kept = {name: whole(wanted[name], name, _BOUNDS) for name in _BOUNDS}
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    if kept == asdict(learning.settings_of(campaign)):
        return False
    campaign.thresholds = campaign.thresholds | {learning.KEY: kept}
    journal.record(session, "settings_changed", about=campaign, by=by, at=at, names=[learning.KEY])
    session.flush()  # who looks under the lock next sees it
    return True
