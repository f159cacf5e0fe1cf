"""Bilans for elected members, and the page anybody may read: counts only, small ones hidden."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.bilan import stretches
from campaigns.bilan.drawing import svg
from campaigns.bilan.pages import images, pdf
from campaigns.bilan.parts import Bilan, Breakdown, Section
from campaigns.bilan.publishing import PublicWeek, published, switch, week_for_all
from campaigns.bilan.stretches import Stretch
from campaigns.bilan.telling import of
from campaigns.bilan.workbooks import workbook
from campaigns.models import Campaign, User

__all__ = [
    "Bilan",
    "Breakdown",
    "PublicWeek",
    "Section",
    "Stretch",
    "images",
    "made",
    "of",
    "pdf",
    "published",
    "stretches",
    "svg",
    "switch",
    "week_for_all",
    "workbook",
]


def made(
    session: Session, campaign: Campaign, stretch: Stretch, *, form: str, by: User, at: datetime
) -> None:
    """Note in the journal that a bilan left the product; ``form`` is pdf or xlsx."""
    journal.record(
        session,
        "bilan_made",
        about=campaign,
        by=by,
        at=at,
        form=form,
        first_day=stretch.first_day.isoformat(),
        last_day=stretch.last_day.isoformat(),
    )
