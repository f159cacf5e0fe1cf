"""How long each thing is kept: the longest the law's practice bears, shortened by the DPO alone.

Days are kept in the thresholds of the campaigns; where they differ, the shortest holds.
Sources: reliability.md, c3 (CNIL 2021-028, 2021-122, 2023-095); handbook, section 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # a threshold is JSON

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.bounds import whole
from campaigns.models import Campaign, User
from campaigns.refusal import Refusal

KEY = "retention"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: at most and at least so many days; what is kept, from when, what becomes of it."""

    key: str
    most: int
    least: int
    what: str
    since: str
    becomes: str
    basis: str


RULES: tuple[Rule, ...] = (
    Rule(
        "uncontacted",
        180,
        30,
        "Personne à qui personne n’a parlé",
        "la fin de sa dernière campagne",
        "La fiche est supprimée.",
        "Minimisation (RGPD, article 5)",
    ),
    Rule(
        "contacted",
        730,
        90,
        "Personne à qui on a parlé, ou qui a eu un besoin",
        "le dernier contact, une fois ses campagnes terminées",
        "La fiche est rendue anonyme : les appels et les besoins restent comptés.",
        "CNIL, délibération 2023-095",
    ),
    Rule(
        "words",
        180,
        30,
        "Textes libres : notes d’appel, besoins, étapes, alertes, raisons d’exports",
        "la clôture du besoin, ou l’appel quand il n’y a pas de besoin ; le jour écrit, sinon",
        "Le texte est effacé ; les codes et les dates restent.",
        "Minimisation ; CNIL, zones de commentaires",
    ),
    Rule(
        "files",
        1,
        1,
        "Fichier importé qui n’a pas été confirmé",
        "le dépôt du fichier",
        "Le fichier est détruit ; l’empreinte et les nombres restent.",
        "Minimisation (RGPD, article 5)",
    ),
    Rule(
        "mails",
        62,
        7,
        "Courriels envoyés : adresse et objet",
        "l’envoi",
        "L’adresse et la référence sont effacées ; la date reste.",
        "Minimisation (RGPD, article 5)",
    ),
    Rule(
        "accounts",
        365,
        90,
        "Compte de volontaire inutilisé",
        "la dernière connexion",
        "Un courriel prévient ; trente jours plus tard, le compte est effacé.",
        "Minimisation (RGPD, article 5)",
    ),
    Rule(
        "traces",
        31,
        2,
        "Connexions et liens qui ne servent plus, retour arrière d’une liste",
        "leur fin",
        "Les lignes sont supprimées.",
        "Sécurité (RGPD, article 32)",
    ),
    Rule(
        "journal",
        365,
        180,
        "Journal des actes",
        "l’acte",
        "Les lignes sont supprimées ; un repère signé garde la chaîne vérifiable.",
        "CNIL, délibération 2021-122 : de six mois à un an",
    ),
    Rule(
        "backups",
        35,
        2,
        "Sauvegardes du dossier de l’instance",
        "la sauvegarde",
        "Le fichier est supprimé.",
        "Rotation (RGPD, article 32)",
    ),
)
BY_KEY: Mapping[str, Rule] = {rule.key: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Retention:
    """The rules in force. ``changed`` gives when each was last shortened, and by whom (an id)."""

    days: Mapping[str, int]
    by_night: bool
    changed: Mapping[str, tuple[datetime, int]]


def in_force(session: Session) -> Retention:
    """The days of each rule: the shortest any campaign holds, never more than the rule's most."""
    days = {rule.key: rule.most for rule in RULES}
    changed: dict[str, tuple[datetime, int]] = {}
    by_night = False
    for kept in _kept(session):
        by_night = by_night or kept.get("by_night") is True
        for key, told in kept.get("days", {}).items():
            if key in days and isinstance(told.get("days"), int) and told["days"] <= days[key]:
                days[key] = max(told["days"], BY_KEY[key].least)
                changed[key] = datetime.fromisoformat(told["at"]), told["by"]
    return Retention(days, by_night, changed)


def changed_by(session: Session, found: Retention) -> dict[str, str]:
    """Who shortened each rule last, by name."""
    ids = {by for _, by in found.changed.values()}
    users = {user.id: user for user in session.scalars(sa.select(User).where(User.id.in_(ids)))}
    return {
        rule: users[by].full_name if by in users else "un ancien compte"
        for rule, (_, by) in found.changed.items()
    }


def shorten(session: Session, rule: str, days: object, *, by: User, at: datetime) -> Retention:
    """Keep something for less long from now on; Refusal, about field ``days``, when not less.

    What is shortened is never lengthened again: people were told, and what is gone is gone.
    """
    found = BY_KEY[rule]
    now = in_force(session).days[rule]
    wanted = whole(days, "days", {"days": (found.least, found.most, "jours")})
    if wanted >= now:
        raise Refusal(
            f"Cette durée est déjà de {now} jours : elle peut seulement être raccourcie.",
            field="days",
        )
    campaign = _held(session)
    kept = dict(campaign.thresholds.get(KEY, {}))
    noted = {"days": wanted, "at": at.isoformat(), "by": by.id}
    kept["days"] = {**kept.get("days", {}), rule: noted}
    campaign.thresholds = {**campaign.thresholds, KEY: kept}
    journal.record(
        session, "retention_shortened", about=campaign, by=by, at=at, rule=rule, days=wanted
    )
    return in_force(session)


def switch_night(session: Session, *, on: bool, by: User, at: datetime) -> None:
    """Purge every night without being asked, or no longer."""
    campaign = _held(session)
    if in_force(session).by_night is on:
        return
    for one in session.scalars(sa.select(Campaign).order_by(Campaign.id)):
        kept = one.thresholds.get(KEY, {})
        if one.id == campaign.id or kept.get("by_night"):
            one.thresholds = {**one.thresholds, KEY: {**kept, "by_night": on}}
    session.flush()  # the next reading asks the rows
    journal.record(session, "retention_by_night", about=campaign, by=by, at=at, on=on)


def _kept(session: Session) -> list[dict[str, Any]]:
    rows = session.scalars(sa.select(Campaign.thresholds).order_by(Campaign.id))
    return [dict(row.get(KEY, {})) for row in rows]


def _held(session: Session) -> Campaign:
    """The oldest campaign, which keeps the rules of all; nobody else writes it meanwhile."""
    campaign = session.scalar(sa.select(Campaign).order_by(Campaign.id).limit(1))
    if campaign is None:
        raise Refusal("Créez d’abord une campagne : les durées de conservation sont gardées avec.")
    session.refresh(campaign, with_for_update=True)
    return campaign
