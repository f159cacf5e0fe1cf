"""Setting up: the organisation with its places and offices, a campaign with its guide."""

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, journal, reference
from campaigns.models import (
    Campaign,
    CampaignState,
    Commune,
    FormerCommune,
    GuideVersion,
    Office,
    Organisation,
    Territory,
    User,
)
from campaigns.refusal import Refusal
from campaigns.values import fold, phone

_OF_ORGANISATION = (
    "name",
    "of_name",
    "coordination_phone",
    "switchboard_phone",
    "coordination_email",
)
_GUIDE_ID = (
    sa.select(GuideVersion.id)
    .where(GuideVersion.campaign_id == sa.bindparam("campaign_id"))
    .order_by(GuideVersion.number.desc())
    .limit(1)
)
_OF_CAMPAIGN = ("sweep_percent", "pace", "own_commune_allowed")
_RUNNING = (CampaignState.PILOT, CampaignState.OPEN)
# A campaign moves along these; what is closed stays closed.
MOVES = {
    CampaignState.DRAFT: {CampaignState.PILOT, CampaignState.OPEN},
    CampaignState.PILOT: {CampaignState.OPEN, CampaignState.PAUSED, CampaignState.CLOSED},
    CampaignState.OPEN: {CampaignState.PAUSED, CampaignState.CLOSED},
    CampaignState.PAUSED: {CampaignState.OPEN, CampaignState.CLOSED},
    CampaignState.CLOSED: set(),
}


def found_organisation(session: Session, *, departement: str, at: datetime) -> Organisation:
    """Create the organisation of a département with its places and offices.

    Refusal when the code is unknown or the instance already has an organisation.
    """
    known = reference.departements().get(departement)
    if known is None:
        raise Refusal(
            f"Le département « {departement} » n’existe pas. "
            "Donnez son code, par exemple 80, 2A ou 974."
        )
    if session.get(Organisation, 1) is not None:
        raise Refusal(
            "Cette instance est déjà prête. Choisissez un autre dossier pour en créer une nouvelle."
        )
    organisation = Organisation(
        id=1,
        name=f"Département – {known.name}",  # the lead writes it in full in the settings
        of_name="du Département",
        departement=departement,
    )
    session.add(organisation)
    _load_places(session, departement)
    session.flush()  # offices point at territories
    _load_offices(session, organisation)
    journal.record(session, "organisation_founded", about=organisation, by=None, at=at)
    return organisation


def _load_places(session: Session, departement: str) -> None:
    territories = {
        row.code: Territory(code=row.code, name=row.name, email=row.email or "")
        for row in reference.territories(departement)
    }
    session.add_all(territories.values())
    session.flush()  # communes point at territories
    sector = reference.territory_of_commune(departement)
    session.execute(
        sa.insert(Commune),
        [
            {
                "insee": row.insee,
                "name": row.name,
                "postal_codes": "|".join(row.postal_codes),
                "population": row.population or 0,
                "territory_id": territories[sector[row.insee]].id if row.insee in sector else None,
            }
            for row in reference.communes(departement)
        ],
    )
    present = {row.insee for row in reference.communes(departement)}
    former = [
        {"insee": row.insee, "name": row.name, "current_insee": row.present}
        for row in reference.former_communes(departement)
        if row.present in present and row.name
    ]
    if former:
        session.execute(sa.insert(FormerCommune), former)


def _load_offices(session: Session, organisation: Organisation) -> None:
    departement = organisation.departement
    territories = {row.code: row.id for row in session.scalars(sa.select(Territory))}
    for row in reference.offices(departement):
        session.add(
            Office(
                code=row.code,
                kind=row.kind,
                name=row.name,
                scope=row.scope,
                insee=row.scope_code if row.scope == "commune" and row.scope_code else None,
                email=row.email or "",
                phone=row.phone or "",
                note=row.note,
            )
        )
        if row.code == reference.COORDINATION:
            organisation.coordination_email = row.email or ""
    for house in reference.houses(departement):
        session.add(
            Office(
                code=house.code,
                kind="mds",
                name=house.name,
                scope="commune",
                insee=house.insee,
                territory_id=territories.get(house.territory),
                email=house.email or "",
                phone=house.phone or "",
            )
        )


def create_campaign(
    session: Session, *, name: str, slug: str | None = None, by: User | None, at: datetime
) -> Campaign:
    """Create a campaign in preparation, with the call guide of the house as its first version.

    Refusal when the name is empty or its short name taken.
    """
    title = " ".join(name.split())
    short = re.sub(r"[^a-z0-9]+", "-", fold(slug or title)).strip("-")[:60]
    if not title or not short:
        raise Refusal("Donnez un nom à la campagne, par exemple « Canicule 2027 ».", field="name")
    if by_slug(session, short) is not None:
        raise Refusal(
            f"Une campagne s’appelle déjà « {short} ». Choisissez un autre nom.", field="name"
        )
    campaign = Campaign(slug=short, name=title, state=CampaignState.DRAFT, created_at=at)
    session.add(campaign)
    session.flush()  # its guide and the journal need campaign.id
    session.add(
        GuideVersion(
            campaign_id=campaign.id, number=1, markdown=reference.guide_markdown(), published_at=at
        )
    )
    journal.record(session, "campaign_created", about=campaign, by=by, at=at)
    return campaign


def move(
    session: Session, campaign: Campaign, state: CampaignState, *, by: User | None, at: datetime
) -> None:
    """Open, pause or close a campaign; Refusal when it cannot go there from where it stands."""
    if state not in MOVES[campaign.state]:
        raise Refusal(
            f"La campagne est {campaign.state.label} : elle ne peut pas devenir {state.label}."
        )
    campaign.state = state
    journal.record(session, "campaign_moved", about=campaign, by=by, at=at, state=state.value)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the lead may change. Telephones are as typed; ``sweep_percent`` is a share of places."""

    name: str
    of_name: str
    coordination_phone: str
    switchboard_phone: str
    coordination_email: str
    sweep_percent: int
    pace: int
    own_commune_allowed: bool


def settings_of(organisation: Organisation, campaign: Campaign) -> Settings:
    """The settings in force."""
    return Settings(
        **{name: getattr(organisation, name) for name in _OF_ORGANISATION},
        **{name: getattr(campaign, name) for name in _OF_CAMPAIGN},
    )


def settle(
    session: Session,
    organisation: Organisation,
    campaign: Campaign,
    wanted: Settings,
    *,
    by: User,
    at: datetime,
) -> None:
    """Change the settings; the next pages, mails and splits follow them.

    Refusal, naming the field, when a name is empty, or a telephone or address cannot be read.
    """
    read = replace(
        wanted,
        name=_words(wanted.name, "name", "Indiquez le nom de l’organisation."),
        of_name=_words(
            wanted.of_name,
            "of_name",
            "Indiquez comment nommer l’organisation dans une phrase, par exemple "
            "« du Département de la Somme ».",
        ),
        coordination_phone=_phone(wanted.coordination_phone, "coordination_phone"),
        switchboard_phone=_phone(wanted.switchboard_phone, "switchboard_phone"),
        coordination_email=_email(wanted.coordination_email),
    )
    before = settings_of(organisation, campaign)
    changed = [
        item.name for item in fields(read) if getattr(read, item.name) != getattr(before, item.name)
    ]
    if not changed:
        return
    for name in changed:
        setattr(organisation if name in _OF_ORGANISATION else campaign, name, getattr(read, name))
    journal.record(session, "settings_changed", about=campaign, by=by, at=at, names=changed)


def _words(text: str, field: str, say: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Refusal(say, field=field)
    return words


def _phone(text: str, field: str) -> str:
    if not text.strip():
        return ""
    readings = phone(text)
    if len(readings) != 1 or readings[0].e164 is None:
        raise Refusal(
            "Indiquez un seul numéro de téléphone, par exemple 03 53 01 00 00.", field=field
        )
    return readings[0].e164


def _email(text: str) -> str:
    try:
        return accounts.normal_email(text) if text.strip() else ""
    except Refusal as refusal:
        raise Refusal(refusal.say, field="coordination_email") from refusal


def by_slug(session: Session, slug: str) -> Campaign | None:
    """Find a campaign by its short name."""
    return session.scalar(sa.select(Campaign).where(Campaign.slug == slug))


def all_campaigns(session: Session) -> list[Campaign]:
    """Every campaign, the newest first."""
    return list(session.scalars(sa.select(Campaign).order_by(Campaign.id.desc())))


def running(session: Session) -> list[Campaign]:
    """Campaigns in which people are called now."""
    return list(
        session.scalars(
            sa.select(Campaign).where(Campaign.state.in_(_RUNNING)).order_by(Campaign.id)
        )
    )


def guide_id(session: Session, campaign_id: int) -> int | None:
    """The id of the published guide in use, without its text; asked once a session."""
    known: dict[int, int | None] = session.info.setdefault("guide_id", {})
    if campaign_id not in known:
        known[campaign_id] = session.scalar(_GUIDE_ID, {"campaign_id": campaign_id})
    return known[campaign_id]


def guide(session: Session, campaign: Campaign) -> GuideVersion:
    """The published guide in use."""
    return session.scalars(
        sa.select(GuideVersion)
        .where(GuideVersion.campaign_id == campaign.id)
        .order_by(GuideVersion.number.desc())
        .limit(1)
    ).one()
