"""The offices on screen: found, added, corrected, closed; what a list may no longer overwrite."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, reference, routing, sealing
from campaigns.directory import writing
from campaigns.directory.writing import Entry
from campaigns.models import (
    Commune,
    Need,
    NeedState,
    Office,
    OfficeCommune,
    Referral,
    ReferralState,
    Territory,
    User,
)
from campaigns.refusal import Refusal
from campaigns.values import fold

_OVER = (ReferralState.NOT_OURS, ReferralState.DONE, ReferralState.EXPIRED)
COMMUNES = "communes"  # of ``by_hand``, beside the names of columns


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: words of a name, a code or a commune; a kind; a topic; the closed."""

    wanted: str = ""
    kind: str = ""
    topic: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Hits:
    """The offices of one page, and how many there are in all."""

    offices: tuple[Office, ...]
    total: int


def search(session: Session, asked: Search, *, limit: int = 50, offset: int = 0) -> Hits:
    """The offices that answer a search, those of the département first, then by name.

    Accents and capitals do not count. A commune finds what stands in it and what serves it.
    """
    rows = session.execute(
        sa.select(
            Office.id, Office.code, Office.name, Office.kind, Office.insee, Office.topics,
            Office.scope,
        ).where(Office.closed_at.is_not(None) if asked.closed else Office.closed_at.is_(None))
    ).all()  # fmt: skip
    words = fold(asked.wanted).split()
    serving = _serving(session, words) if words else {}
    ids = []
    for row in sorted(rows, key=lambda one: (one.scope == "commune", fold(one.name), one.id)):
        text = f"{fold(row.name)} {fold(row.code)} {serving.get(row.id, '')}"
        if (
            (not asked.kind or row.kind == asked.kind)
            and (not asked.topic or asked.topic in row.topics.split())
            and all(word in text for word in words)
        ):
            ids.append(row.id)
    page = ids[offset : offset + limit]
    found = {one.id: one for one in session.scalars(sa.select(Office).where(Office.id.in_(page)))}
    return Hits(tuple(found[one] for one in page), len(ids))


def _serving(session: Session, words: list[str]) -> dict[int, str]:
    """Office → the names, folded, of the communes that meet one of the words."""
    named = {
        insee: fold(name)
        for insee, name in session.execute(sa.select(Commune.insee, Commune.name))
        if any(word in fold(name) for word in words)
    }
    own = session.execute(sa.select(Office.id, Office.insee).where(Office.insee.is_not(None)))
    served = session.execute(sa.select(OfficeCommune.office_id, OfficeCommune.insee))
    found: dict[int, str] = {}
    for office_id, insee in (*own, *served):
        if insee in named:
            found[office_id] = f"{found.get(office_id, '')} {named[insee]}"
    return found


def one(session: Session, office_id: int) -> Office | None:
    """An office by its number."""
    return session.get(Office, office_id)


def by_code(session: Session, code: str) -> Office | None:
    """An office by its code."""
    return session.scalar(sa.select(Office).where(Office.code == code))


def communes_of(session: Session, office: Office) -> list[Commune]:
    """The communes an office serves beside the one it stands in, by name."""
    return list(
        session.scalars(
            sa.select(Commune)
            .join(OfficeCommune, OfficeCommune.insee == Commune.insee)
            .where(OfficeCommune.office_id == office.id)
            .order_by(Commune.name, Commune.insee)
        )
    )


def entry_of(session: Session, office: Office) -> Entry:
    """What is noted of an office, as it would be typed."""
    return Entry(
        kind=office.kind,
        name=office.name,
        scope=office.scope,
        insee=office.insee or "",
        territory_id=office.territory_id,
        email=office.email,
        phone=office.phone,
        on_call_phone=office.on_call_phone,
        hours=office.hours,
        note=office.note,
        channel=office.channel,
        topics=tuple(office.topics.split()),
        communes=tuple(commune.insee for commune in communes_of(session, office)),
        deputy_id=office.deputy_id,
        asks_code=office.asks_code,
        wants_digest=office.wants_digest,
    )


def add(session: Session, entry: Entry, *, by: User | None, at: datetime) -> Office:
    """Add an office; needs go there as soon as the routing table names it or its kind.

    Refusal names the field that cannot be read.
    """
    columns = writing.checked(session, entry)
    served = writing.communes(session, entry.communes)
    office = Office(code=_fresh_code(session, entry), nonce=sealing.fresh_nonce(), **columns)
    office.by_hand = " ".join(sorted(columns))[:300]
    session.add(office)
    session.flush()  # its communes and the journal need office.id
    session.add_all(OfficeCommune(office_id=office.id, insee=insee) for insee in served)
    journal.record(session, "office_added", about=office, by=by, at=at)
    return office


def change(
    session: Session, office: Office, entry: Entry, *, by: User | None, at: datetime
) -> list[str]:
    """Correct an office; give the fields that changed: no list overwrites them any more.

    Refusal names the field that cannot be read.
    """
    columns = writing.checked(session, entry, office=office)
    served = writing.communes(session, entry.communes)
    changed = [name for name, value in columns.items() if getattr(office, name) != value]
    for name in changed:
        setattr(office, name, columns[name])
    if served != [commune.insee for commune in sorted(
        communes_of(session, office), key=lambda each: each.insee
    )]:  # fmt: skip
        serve(session, office, served)
        changed.append(COMMUNES)
    if changed:
        keep_by_hand(office, changed)
        journal.record(session, "office_changed", about=office, by=by, at=at, names=changed)
    return changed


def serve(session: Session, office: Office, communes: list[str]) -> None:
    """Say which communes an office serves, beside the one it stands in."""
    session.execute(sa.delete(OfficeCommune).where(OfficeCommune.office_id == office.id))
    session.add_all(OfficeCommune(office_id=office.id, insee=insee) for insee in communes)


def keep_by_hand(office: Office, names: list[str]) -> None:
    """Note fields as corrected by hand."""
    office.by_hand = " ".join(sorted({*office.by_hand.split(), *names}))[:300]


def give_back(
    session: Session, office: Office, names: Collection[str], *, by: User | None, at: datetime
) -> list[str]:
    """Let lists correct fields again that were corrected by hand; give which.

    The values stay until a list brings others. A name that was not corrected by hand is nothing.
    """
    given = sorted(set(office.by_hand.split()) & set(names))
    if given:
        office.by_hand = " ".join(sorted(set(office.by_hand.split()) - set(given)))
        journal.record(session, "office_given_back", about=office, by=by, at=at, names=given)
    return given


def open_needs(session: Session, office: Office) -> list[Need]:
    """The open needs that are at an office now, the most urgent first: listed before it closes."""
    return list(
        session.scalars(
            sa.select(Need)
            .where(
                Need.state != NeedState.CLOSED,
                sa.exists().where(
                    Referral.need_id == Need.id,
                    Referral.office_id == office.id,
                    Referral.state.not_in(_OVER),
                ),
            )
            .order_by(Need.urgency, Need.due_at, Need.id)
        )
    )


def close(session: Session, office: Office, *, by: User | None, at: datetime) -> None:
    """Close an office: nobody is sent there any more, its deputy takes over if it has one.

    The needs that are there stay until their coordinator sends them elsewhere.
    """
    if office.code == reference.COORDINATION:
        raise Refusal("La coordination ne ferme pas : les besoins sans destinataire y arrivent.")
    if office.closed_at is not None:
        raise Refusal("Ce service est déjà fermé.")
    office.closed_at = at
    journal.record(session, "office_closed", about=office, by=by, at=at)


def reopen(session: Session, office: Office, *, by: User | None, at: datetime) -> None:
    """Open again an office that was closed."""
    if office.closed_at is None:
        raise Refusal("Ce service est déjà ouvert.")
    office.closed_at = None
    journal.record(session, "office_reopened", about=office, by=by, at=at)


def _fresh_code(session: Session, entry: Entry) -> str:
    """<STEM>_<commune>, <STEM>_<territory> or <STEM>; numbered when that code is taken."""
    where = entry.insee.strip().upper() if entry.scope == "commune" else ""
    if not where and entry.territory_id is not None:
        territory = session.get(Territory, entry.territory_id)
        where = territory.code if territory else ""
    stem = "_".join(part for part in (routing.KINDS[entry.kind].stem, where) if part)[:34]
    taken = set(session.scalars(sa.select(Office.code).where(Office.code.startswith(stem))))
    if stem not in taken:
        return stem
    return next(code for number in count(2) if (code := f"{stem}_{number}") not in taken)
