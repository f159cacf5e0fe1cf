"""What the pages of announcements and questions show: a word to all, one waiting, one shared."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import announcing, launch, team, weeks
from campaigns.models import Role, User


def add(session: Session, volunteer: User, *, at: datetime) -> None:
    """Write them, once for an instance."""
    campaign = launch.all_campaigns(session)[0]
    lead = team.first_of(session, Role.LEAD)
    desk = team.first_of(session, Role.COORDINATION)
    assert lead is not None
    assert desk is not None
    if announcing.saying.told(session, campaign, at=at):
        return
    announcing.saying.say(
        session,
        campaign,
        "La mairie de Péronne ferme vendredi : proposez un rappel lundi.",
        until=weeks.local_day(at),
        by=lead,
        at=at,
    )
    announcing.room.open_at(session, campaign, "https://visio.example.org/entraide", by=lead, at=at)
    _waiting, told = (
        announcing.asking.ask(session, campaign, text, by=volunteer, at=at)
        for text in ("Peut-on rappeler le samedi ?", "Qui livre des repas le soir ?")
    )
    announcing.asking.answer(
        session,
        told,
        "Le service de portage livre jusqu’à 19 heures.",
        shared_as="Qui livre des repas le soir ?",
        by=desk,
        at=at,
    )
