"""Two people on one need: an act holds the version its page showed, or changes nothing."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from campaigns.models import Need, NeedState, User
from campaigns.needs.steps import acknowledge, lock
from campaigns.refusal import Refusal


class Changed(StaleDataError):  # noqa: N818  a state to tell the user, not a fault
    """Somebody changed the need since this page was shown; ``who`` and ``at`` say who, when.

    Nothing was overwritten. ``who`` is the first name of a colleague, or None for a partner.
    """

    def __init__(self, need: Need) -> None:
        super().__init__("need changed since the page was shown")
        last = need.steps[-1] if need.steps else None
        self.need_id, self.reference = need.id, need.reference
        self.who = last.by.first_name if last and last.by else None
        self.at = last.at if last else need.moved_at
        self.say = last.say if last else ""


def hold(session: Session, need: Need, version: int) -> None:
    """Lock the need as it is now; ``Changed`` when it is not what the page showed."""
    lock(session, need)
    if need.version != version:
        raise Changed(need)


def hold_open(session: Session, need: Need, version: int) -> None:
    """Hold a need that goes on; Refusal when it is closed."""
    hold(session, need, version)
    still_open(need)


def still_open(need: Need) -> None:
    """Refuse what only makes sense for a need that goes on."""
    if need.state is NeedState.CLOSED:
        raise Refusal("Ce besoin est clos : il ne change plus.")


def touch(need: Need, *, at: datetime) -> None:
    """Something happened to the need: it moved, and pages shown before are now old."""
    need.moved_at = at
    flag_modified(need, "moved_at")  # two acts in one instant still are two versions


def worked_on(need: Need, *, by: User, at: datetime) -> None:
    """Somebody works on it: they answer for it when nobody did, and it has been seen."""
    need.owner = need.owner or by
    if need.state is NeedState.NEW:
        need.state = NeedState.TAKEN
    acknowledge(need, at=at)
    touch(need, at=at)
