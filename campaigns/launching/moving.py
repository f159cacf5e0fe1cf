"""A campaign changes its state: what will happen is said before, what is left is asked."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import launch, overview
from campaigns.alarms import heat
from campaigns.models import Alarm, Campaign, CampaignState, Enrolment, Need, NeedState, User
from campaigns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Left:
    """What a campaign that ends leaves open; ``promised`` counts call-backs with a date."""

    needs: int
    alarms: int
    promised: int

    @property
    def asks(self) -> bool:
        """Whether somebody must go on following something."""
        return self.needs > 0 or self.alarms > 0


@dataclass(frozen=True, slots=True)
class Explained:
    """What a move changes and what it leaves as it is, in sentences; ``left`` when it ends."""

    state: CampaignState
    changes: tuple[str, ...]
    stays: tuple[str, ...]
    left: Left | None = None


def explain(session: Session, campaign: Campaign, state: CampaignState) -> Explained:
    """Say what going to a state would do. Refusal when the campaign cannot go there."""
    if state not in launch.ways(campaign):
        raise Refusal(
            f"La campagne est {campaign.state.label} : elle ne peut pas devenir {state.label}."
        )
    if state is CampaignState.PILOT:
        return _pilot(campaign)
    if state is CampaignState.OPEN:
        return _open(session, campaign)
    return _paused() if state is CampaignState.PAUSED else _closed(left(session, campaign))


def move(
    session: Session,
    campaign: Campaign,
    state: CampaignState,
    *,
    follows: bool = False,
    by: User,
    at: datetime,
) -> None:
    """Go to a state. A campaign that leaves needs or alarms open ends only when ``follows`` says
    that the coordination goes on with them; Refusal otherwise (field ``follows``)."""
    session.flush()  # what the caller just chose is kept
    session.refresh(campaign, with_for_update=True)  # of two who move it at once, one comes second
    if state is CampaignState.CLOSED and state in launch.ways(campaign):
        open_things = left(session, campaign)
        if open_things.asks and not follows:
            raise Refusal(
                "Dites d’abord qui suit ce qui reste ouvert : cochez la case, ou fermez ces "
                "besoins et ces levées de doute.",
                field="follows",
            )
        heat.switch_off(session, campaign, by=by, at=at)
    launch.move(session, campaign, state, by=by, at=at)


def left(session: Session, campaign: Campaign) -> Left:
    """What is still open in a campaign."""
    return Left(
        needs=_count(
            session, Need.id, Need.campaign_id == campaign.id, Need.state != NeedState.CLOSED
        ),
        alarms=_count(
            session, Alarm.id, Alarm.campaign_id == campaign.id, Alarm.closed_at.is_(None)
        ),
        promised=_count(
            session,
            Enrolment.id,
            Enrolment.campaign_id == campaign.id,
            Enrolment.appointment_at.is_not(None),
        ),
    )


def _pilot(campaign: Campaign) -> Explained:
    limits = launch.pilot.of(campaign)
    chosen = len(limits.volunteers)
    who = (
        "Le volontaire choisi appelle"
        if chosen == 1
        else f"Les {chosen} volontaires choisis appellent"
    )
    changes = (
        f"{who} {limits.people} personnes au plus.",
        "Seuls ces volontaires peuvent être invités et avoir une feuille.",
    )
    stays = (
        "Les autres volontaires et les autres personnes attendent l’ouverture.",
        "Vous pouvez ouvrir à tous, mettre en pause ou terminer quand vous voulez.",
    )
    return Explained(CampaignState.PILOT, changes, stays)


def _open(session: Session, campaign: Campaign) -> Explained:
    waiting = len(overview.not_yet_invited(session, campaign))
    changes = [
        "Toutes les personnes de la campagne peuvent être appelées, par toute l’équipe.",
        "Les feuilles publiées partent chaque lundi à 8 h.",
    ]
    if launch.pilot.of(campaign).volunteers and not launch.pilot.of(campaign).is_over:
        changes.append("Le pilote se termine : il ne pourra pas reprendre.")
    if waiting:
        changes.append("Les volontaires pas encore invités pourront l’être, d’un clic.")
    stays = ("Ce que le pilote a noté reste : appels, besoins, souhaits.",)
    if campaign.state is CampaignState.PAUSED:
        stays = ("Les appels, les besoins et les souhaits notés avant la pause.",)
    if campaign.state is CampaignState.DRAFT:
        stays = ("Rien n’est envoyé à personne au moment où vous cliquez.",)
    return Explained(CampaignState.OPEN, tuple(changes), stays)


def _paused() -> Explained:
    changes = (
        "Plus aucune feuille ne part, et les courriels du lundi s’arrêtent.",
        "Les volontaires voient que la campagne est en pause ; leurs fiches les attendent.",
    )
    stays = (
        "Les besoins déjà transmis continuent d’être suivis, avec leurs délais et leurs alertes.",
        "Vous reprendrez quand vous voudrez, là où vous en étiez.",
    )
    return Explained(CampaignState.PAUSED, changes, stays)


def _closed(found: Left) -> Explained:
    changes = [
        "Plus personne n’est appelé dans cette campagne. Elle ne peut pas être rouverte.",
        "La durée de conservation des données se compte à partir d’aujourd’hui.",
    ]
    if found.promised:
        promised = (
            "1 rappel promis ne sera pas fait : prévenez la personne."
            if found.promised == 1
            else f"{found.promised} rappels promis ne seront pas faits : prévenez les personnes."
        )
        changes.append(promised)
    stays = (
        "Les besoins ouverts restent dans les paniers de la coordination jusqu’à leur clôture.",
        "Le journal, les bilans, et les « ne plus appeler ».",
    )
    return Explained(CampaignState.CLOSED, tuple(changes), stays, found)


def _count(
    session: Session, column: sa.orm.InstrumentedAttribute[int], *where: sa.ColumnElement[bool]
) -> int:
    return session.scalar(sa.select(sa.func.count(column)).where(*where)) or 0
