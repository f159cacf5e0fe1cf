"""The link by which a mairie may propose somebody to call: its own, signed, mailed on demand."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, mails, sealing, weeks
from campaigns.models import Campaign, Commune, Office, User
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

_KINDS = ("mairie", "ccas", "cias")
_KEY = "mairies"  # where a campaign keeps what it chose, among its thresholds


def office_token(session: Session, office: Office, campaign: Campaign) -> str:
    """The token of an office’s own link; what opens it is not in the database."""
    keys: Keys = session.info["keys"]
    made = sealing.token(keys.link, "suggest", office.id, campaign.id, office.nonce)
    return f"{office.id}-{campaign.id}-{made}"


def wanted(campaign: Campaign) -> bool:
    """Whether mairies that check their entry are shown where to propose somebody."""
    return bool(campaign.thresholds.get(_KEY, {}).get("propose", False))


def want(session: Session, campaign: Campaign, *, is_wanted: bool, by: User, at: datetime) -> None:
    """Show it or not; asked again, nothing changes."""
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    if wanted(campaign) is is_wanted:
        return
    campaign.thresholds = campaign.thresholds | {_KEY: {"propose": is_wanted}}
    journal.record(session, "settings_changed", about=campaign, by=by, at=at, names=[_KEY])
    session.flush()  # who looks under the lock next sees it


def offered_to(session: Session, office: Office) -> str | None:
    """The token by which a mairie that checks its entry may propose somebody, or None.

    For mairies and CCAS, while a running campaign wants it; the newest of several.
    """
    if office.kind.lower() not in _KINDS or not office.nonce or office.closed_at is not None:
        return None
    for campaign in session.scalars(sa.select(Campaign).order_by(Campaign.id.desc())):
        if campaign.is_running and wanted(campaign):
            return office_token(session, office, campaign)
    return None


def behind(session: Session, token: str) -> tuple[Office, Campaign] | None:
    """The open office and the running campaign behind a link, or None."""
    numbers = token.split("-", 2)[:2]
    if len(numbers) < 2 or not all(one.isascii() and one.isdigit() for one in numbers):
        return None
    if max(map(len, numbers)) > 9:
        return None
    office, campaign = session.get(Office, int(numbers[0])), session.get(Campaign, int(numbers[1]))
    if office is None or office.closed_at is not None or not office.nonce:
        return None
    if campaign is None or not campaign.is_running:
        return None
    same = sealing.same(office_token(session, office, campaign), token)
    return (office, campaign) if same else None


def found(session: Session, wanted: str, *, limit: int = 20) -> list[Office]:
    """Mairies and CCAS that can be written to, by name."""
    return list(
        session.scalars(
            sa.select(Office)
            .where(
                sa.func.lower(Office.kind).in_(_KINDS),
                Office.closed_at.is_(None),
                Office.email != "",
                Office.name.icontains(wanted.strip(), autoescape=True),
            )
            .order_by(Office.name, Office.id)
            .limit(limit)
        )
    )


def one(session: Session, office_id: int) -> Office | None:
    """One office, or None."""
    return session.get(Office, office_id)


def send_link(
    session: Session, campaign: Campaign, office: Office, *, by: User, at: datetime
) -> None:
    """Mail an office its link, so that it may propose somebody; once a day at most.

    Refusal when nobody can be written to there.
    """
    if not office.email:
        raise Refusal("Cette mairie n’a pas d’adresse dans l’annuaire.", field="office")
    if not office.nonce:
        office.nonce = sealing.fresh_nonce()
    key = f"suggest:{office.id}:{weeks.local_day(at).isoformat()}"
    about = {"office": office.id, "of_campaign": campaign.id}
    if not mails.post(session, "suggestion_link", to=office.email, key=key, about=about, at=at):
        raise Refusal("Le lien lui a déjà été envoyé aujourd’hui.", field="office")
    journal.record(session, "suggestion_asked", about=office, by=by, at=at, campaign=campaign.id)


def communes_of(session: Session, office: Office) -> list[Commune]:
    """The communes an office may name: its own, else its territory’s, else all."""
    query = sa.select(Commune).order_by(Commune.name, Commune.insee)
    if office.insee:
        query = query.where(Commune.insee == office.insee)
    elif office.territory_id is not None:
        query = query.where(Commune.territory_id == office.territory_id)
    return list(session.scalars(query))
