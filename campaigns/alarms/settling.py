"""What a campaign decides about silence: the thresholds, changed as a whole."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.alarms import thresholds
from campaigns.models import Campaign, User


def settle(
    session: Session, campaign: Campaign, wanted: Mapping[str, object], *, by: User, at: datetime
) -> bool:
    """Change from when a silence is unusual; False when nothing changed.

    ``wanted`` by the names of ``Thresholds``, as typed. Refusal names the field.
    """
    kept = thresholds.validated(wanted)
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    if kept == campaign.thresholds.get(thresholds.KEY, {}):
        return False
    campaign.thresholds = campaign.thresholds | {thresholds.KEY: kept}
    about = sorted(kept)
    journal.record(session, "silence_settled", about=campaign, by=by, at=at, names=about)
    session.flush()  # who looks under the lock next sees it
    return True
