"""The coordination keeps a household from a volunteer: it leaves their sheets at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.models import Campaign, User
from campaigns.sheets.moving import saying
from campaigns.sheets.moving.handing import NONE, hand_on, plans_of
from campaigns.sheets.moving.saying import Moved, moved
from campaigns.sheets.moving.standing import read


def keep_apart(
    session: Session, campaign: Campaign, volunteer: User, *, household: int, by: User, at: datetime
) -> Moved:
    """Hand a household that stands open on a volunteer's sheets to others who have room.

    This week and in the weeks prepared already, in all their campaigns. ``say`` is empty when it
    stood on none. Who it must not return to is decided before (``pairing.decide``).
    """
    total = NONE
    for of, plan in plans_of(session, campaign, volunteer, at=at):
        standing = read(session, of, plan, at=at, among=[household])
        if any(place.household_id == household for place in standing.open_of(volunteer.id)):
            leaving = {volunteer.id: [household]}
            found = hand_on(session, standing, leaving, why=saying.CHOSEN, by=by)
            total = total.and_also(found)
    return moved(
        "",
        given=total.given_count,
        back=len(total.pooled),
        stuck=len(total.stuck),
        printed=len(total.printed),
    )
