"""The journal in words, for the lead and the DPO; when its chain was last verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import (
    CampaignState,
    JournalEntry,
    Labelled,
    LinkKind,
    NeedState,
    Result,
    Role,
    StopReason,
    User,
)

# Every act the code records, as it reads after somebody's name.
ACTIONS: Mapping[str, str] = {
    "absence_added": "a noté une absence",
    "absence_dropped": "a retiré une absence",
    "absence_ended": "a noté un retour d’absence",
    "backup_made": "a sauvegardé la base",
    "backup_restored": "a restauré une sauvegarde",
    "call_logged": "a enregistré un appel",
    "campaign_created": "a créé la campagne",
    "campaign_moved": "a changé l’état de la campagne",
    "corrections_sent": "a reporté des corrections",
    "corrections_taken": "a téléchargé les corrections à reporter",
    "half_days_set": "a noté les demi-journées",
    "import_abandoned": "a abandonné un import",
    "import_confirmed": "a confirmé un import",
    "import_received": "a déposé une liste",
    "import_undone": "a annulé un import",
    "journal_verified": "a vérifié la chaîne du journal",
    "lines_given_back": "a rendu des lignes à répartir",
    "lines_asked": "a demandé d’autres foyers à appeler",
    "lines_taken_back": "a repris les lignes non faites",
    "line_returned": "a rendu une ligne de sa feuille",
    "mail_retried": "a relancé un courriel",
    "need_closed": "a clos un besoin",
    "need_handed_over": "a confié un besoin",
    "need_moved": "a fait avancer un besoin",
    "need_opened": "a ouvert un besoin",
    "need_raised": "a transmis un besoin",
    "need_raised_again": "a signalé de nouveau un besoin",
    "need_rerouted": "a réorienté un besoin",
    "need_taken": "a pris en charge un besoin",
    "number_shown": "a affiché un numéro",
    "organisation_founded": "a créé l’organisation",
    "people_exported": "a exporté la liste des personnes",
    "people_merged": "a réuni deux fiches",
    "person_added": "a ajouté une personne",
    "person_changed": "a corrigé une fiche",
    "person_confirmed": "a confirmé qu’une personne peut être appelée",
    "person_opened": "a ouvert une fiche",
    "person_restarted": "a repris les appels à une personne",
    "person_stopped": "a arrêté les appels à une personne",
    "priority_set": "a changé la priorité d’une personne",
    "quality_closed": "a vérifié un point d’une fiche",
    "referral_answered": "a répondu à une orientation",
    "referral_opened": "a ouvert une orientation",
    "settings_changed": "a changé les réglages",
    "sheet_issued": "a sorti une feuille d’appels",
    "sheet_returned": "a rapporté une feuille d’appels",
    "sheet_rows_settled": "a corrigé des lignes d’une feuille rapportée",
    "sheet_read": "a lu la feuille d’un volontaire",
    "signed_in": "s’est connecté par un lien",
    "source_changed": "a précisé une source de listes",
    "source_decided": "a décidé qu’un registre sert une autre campagne",
    "summary_opt_out": "ne reçoit plus le bilan de la semaine",
    "sheet_filled": "a complété la feuille d’un volontaire",
    "user_added": "a ouvert un compte",
    "user_disabled": "a fermé un compte",
    "user_enrolled": "a terminé sa première connexion",
    "user_invited": "a invité",
    "volunteer_changed": "a changé la fiche d’un volontaire",
    "volunteer_resumed": "a rétabli l’accès d’un volontaire",
    "volunteer_suspended": "a suspendu l’accès d’un volontaire",
    "week_published": "a publié les feuilles de la semaine",
    "week_rebalanced": "a rééquilibré les feuilles",
    "week_topped_up": "a complété les feuilles",
    "week_unpublished": "a annulé la publication des feuilles",
}
# What an act is about, with the reference under which people know it.
_KINDS = {
    "call": "appel n° {}",
    "campaign": "campagne n° {}",
    "issuedsheet": "feuille sortie n° {}",
    "returnedsheet": "feuille rapportée n° {}",
    "journalentry": "ligne n° {} du journal",
    "importbatch": "import n° {}",
    "line": "ligne n° {}",
    "need": "B-{}",
    "outgoingmail": "courriel n° {}",
    "person": "P-{}",
    "phone": "numéro n° {}",
    "referral": "orientation n° {}",
    "sourcelist": "source n° {}",
    "user": "compte n° {}",
    "weekplan": "répartition n° {}",
}
# Codes of a detail that have words; other details are read with the reference at hand.
_CODES: Mapping[tuple[str, str], type[Labelled]] = {
    ("campaign_moved", "state"): CampaignState,
    ("need_moved", "state"): NeedState,
    ("need_closed", "result"): Result,
    ("person_stopped", "reason"): StopReason,
    ("signed_in", "kind"): LinkKind,
    ("user_added", "role"): Role,
}
# Acts nobody signed in for: a partner’s link, or the programme itself.
_BY_LINK = frozenset({"referral_opened", "referral_answered"})


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the journal as it is read: who, did what, about what."""

    id: int
    at: datetime
    who: str
    role: str
    say: str
    about: str
    detail: str


@dataclass(frozen=True, slots=True)
class Check:
    """The last verification of the chain: how many lines, how many broken, the first of them."""

    at: datetime
    count: int
    broken: int
    first: int | None


def acts(session: Session, *, before: int | None = None, limit: int = 50) -> list[Act]:
    """The newest acts first, those before the line numbered ``before`` when it is given."""
    entries = journal.latest(session, before=before, limit=limit)
    ids = {entry.actor_id for entry in entries} | {
        entry.object_id for entry in entries if entry.object_kind == "user"
    }
    names = {
        user.id: user.full_name
        for user in session.scalars(sa.select(User).where(User.id.in_(ids - {None})))
    }
    return [_act(entry, names) for entry in entries]


def last_check(session: Session) -> Check | None:
    """When somebody last verified the chain, and what was found; None when nobody did."""
    entry = session.scalar(
        sa.select(JournalEntry)
        .where(JournalEntry.action == "journal_verified")
        .order_by(JournalEntry.id.desc())
        .limit(1)
    )
    if entry is None:
        return None
    detail = entry.detail
    return Check(entry.at, detail["count"], detail["broken"], detail.get("first"))


def head(session: Session) -> tuple[int, str] | None:
    """Number and fingerprint of the last line: kept elsewhere, they tell when the end is cut."""
    row = session.execute(
        sa.select(JournalEntry.id, JournalEntry.mac).order_by(JournalEntry.id.desc()).limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def journal_length(session: Session) -> int:
    """How many acts the journal holds."""
    return session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) or 0


def _act(entry: JournalEntry, names: Mapping[int, str]) -> Act:
    role = _label(Role, entry.actor_role)
    nobody = "Un partenaire" if entry.action in _BY_LINK else "Le programme"
    who = names.get(entry.actor_id, role) if entry.actor_id else nobody
    return Act(
        id=entry.id,
        at=entry.at,
        who=who,
        role=role if entry.actor_id else "",
        say=ACTIONS.get(entry.action, entry.action),
        about=_about(entry, names),
        detail=_detail(entry),
    )


def _about(entry: JournalEntry, names: Mapping[int, str]) -> str:
    if entry.object_id is None:
        return ""
    if entry.object_kind == "user":
        if entry.object_id == entry.actor_id:
            return ""
        if entry.object_id in names:
            return names[entry.object_id]
    return _KINDS.get(entry.object_kind, "n° {}").format(entry.object_id)


def _detail(entry: JournalEntry) -> str:
    said = [
        _label(kind, str(entry.detail[key]))
        for (action, key), kind in _CODES.items()
        if action == entry.action and key in entry.detail
    ]
    return ", ".join(said)


def _label(kind: type[StrEnum], value: str) -> str:
    known = {member.value: cast("Labelled", member).label for member in kind}
    return known.get(value, value)
