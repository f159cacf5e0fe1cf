"""The journal in words, for the lead and the DPO; when its chain was last verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import exposures, journal
from campaigns.models import (
    AlarmEnding,
    AlarmWhy,
    CampaignState,
    Helped,
    JournalEntry,
    Labelled,
    LinkKind,
    NeedState,
    Result,
    Role,
    StopReason,
    SuggestionState,
    TextFinding,
    User,
)
from campaigns.overview.act_search import Wanted
from campaigns.overview.act_words import ACTIONS

ANYTHING = Wanted()

# What an act is about, with the reference under which people know it.
_KINDS = {
    "alarm": "L-{}",
    "callsuggestion": "proposition M-{}",
    "weaksignal": "signal n° {}",
    "call": "appel n° {}",
    "carerequest": "demande A-{}",
    "goodnews": "bon moment n° {}",
    "campaign": "campagne n° {}",
    "issuedsheet": "feuille sortie n° {}",
    "returnedsheet": "feuille rapportée n° {}",
    "export": "E-{}",
    "guideversion": "guide n° {}",
    "journalentry": "ligne n° {} du journal",
    "importbatch": "import n° {}",
    "line": "ligne n° {}",
    "need": "B-{}",
    "outgoingmail": "courriel n° {}",
    "office": "service n° {}",
    "person": "P-{}",
    "phone": "numéro n° {}",
    "referral": "orientation n° {}",
    "review": "relecture n° {}",
    "routetable": "table n° {}",
    "territory": "territoire n° {}",
    "sourcelist": "source n° {}",
    "user": "compte n° {}",
    "alarmstep": "essai n° {} d’une levée de doute",
    "announcement": "annonce n° {}",
    "needquestion": "question n° {} sur un besoin",
    "needstep": "étape n° {} d’un besoin",
    "qualitycase": "point à vérifier n° {}",
    "question": "question n° {}",
    "voucher": "bon n° {}",
    "rightsrequest": "demande D-{}",
    "purgerun": "purge n° {}",
    "weekplan": "répartition n° {}",
}
# Codes of a detail that have words; other details are read with the reference at hand.
_CODES: Mapping[tuple[str, str], type[Labelled]] = {
    ("alarm_closed", "ending"): AlarmEnding,
    ("alarm_opened", "why"): AlarmWhy,
    ("campaign_moved", "state"): CampaignState,
    ("exposure_begun", "field"): exposures.Field,
    ("exposure_ended", "field"): exposures.Field,
    ("need_moved", "state"): NeedState,
    ("need_closed", "result"): Result,
    ("need_helped", "helped"): Helped,
    ("person_stopped", "reason"): StopReason,
    ("suggestion_decided", "state"): SuggestionState,
    ("signed_in", "kind"): LinkKind,
    ("user_added", "role"): Role,
}
# Acts nobody signed in for: a partner’s link, or the programme itself.
_BY_LINK = frozenset(
    {
        "office_confirmed",
        "referral_opened",
        "referral_answered",
        "referral_renewed",
        "suggestion_made",
    }
)


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
    """The last verification of the chain: how many lines, how many faults, the first of them."""

    at: datetime
    count: int
    broken: int
    first: int | None


def acts(
    session: Session,
    *,
    before: int | None = None,
    limit: int = 50,
    wanted: Wanted = ANYTHING,
) -> list[Act]:
    """The newest acts first, those before the line numbered ``before`` when it is given."""
    where = list(wanted.conditions(session))
    entries = journal.latest(session, before=before, limit=limit, where=where)
    ids = {entry.actor_id for entry in entries} | {
        entry.object_id for entry in entries if entry.object_kind == "user"
    }
    names = {
        user.id: user.full_name
        for user in session.scalars(sa.select(User).where(User.id.in_(ids - {None})))
    }
    return [_act(entry, names) for entry in entries]


def reference_of(found: TextFinding) -> str:
    """What a finding is about, as people know it: « B-2031 », « appel n° 12 »."""
    return _KINDS.get(found.object_kind, "n° {}").format(found.object_id)


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
