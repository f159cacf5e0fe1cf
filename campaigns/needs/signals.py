"""Weak signals: several needs of a kind in one commune in a few days make a card (T23)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access, journal, reference
from campaigns.bounds import Bounds, whole
from campaigns.models import Campaign, Commune, Need, Person, Result, User, WeakSignal
from campaigns.refusal import Refusal

KEY = "signals"  # where a campaign keeps what differs, among its thresholds


# By name: the least, the most, the words of the refusal. Two needs are a coincidence.
_BOUNDS: Bounds = {
    "needs": (3, 50, "besoins"),
    "days": (2, 60, "jours"),
}


@dataclass(frozen=True, slots=True)
class SignalThresholds:
    """``needs`` of one kind in one commune within ``days`` days make a card."""

    needs: int = 6
    days: int = 10


@dataclass(frozen=True, slots=True)
class Card:
    """A card as a coordinator reads it; never shown to anybody else, small counts included."""

    signal: WeakSignal
    category: str
    commune: str
    count: int
    days: int


def thresholds_of(campaign: Campaign) -> SignalThresholds:
    """What a campaign chose, else the handbook’s six in ten days."""
    kept: Mapping[str, Any] = campaign.thresholds.get(KEY, {})  # Any: plain JSON values
    return SignalThresholds(**kept)


def choose(
    session: Session, campaign: Campaign, wanted: Mapping[str, object], *, by: User, at: datetime
) -> bool:
    """Change from how many needs on a card is made; False when nothing changed.

    ``wanted`` by the names of ``SignalThresholds``, as typed. Refusal names the field.
    """
    kept = {name: whole(wanted[name], name, _BOUNDS) for name in _BOUNDS}
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    if kept == asdict(thresholds_of(campaign)):
        return False
    campaign.thresholds = campaign.thresholds | {KEY: kept}
    journal.record(session, "settings_changed", about=campaign, by=by, at=at, names=[KEY])
    session.flush()  # who looks under the lock next sees it
    return True


def look(session: Session, campaign: Campaign, *, at: datetime) -> int:
    """Count the needs of the last days and open or grow the cards; give how many are new.

    A need stands on one card only: those settled with a card count for no other.
    """
    limits = thresholds_of(campaign)
    known = _newest(session, campaign)
    opened = 0
    for (category, insee), times in _raised(session, campaign, limits, at=at).items():
        before = known.get((category, insee))
        # What a card has counted already counts for no other, settled or not.
        fresh = [one for one in times if before is None or one > before.last_at]
        if before is not None and before.settled_at is None:
            before.count += len(fresh)
            before.last_at = max([before.last_at, *fresh])
        elif len(fresh) >= limits.needs:
            _open(session, campaign, category, insee, fresh, at=at)
            opened += 1
    return opened


def cards(session: Session, user: User, campaign: Campaign, *, at: datetime) -> list[Card]:
    """The cards a coordinator may read and nobody has settled, the newest needs first."""
    rows = session.execute(
        _visible(user, campaign, at)
        .where(WeakSignal.settled_at.is_(None))
        .order_by(WeakSignal.last_at.desc(), WeakSignal.id)
    ).all()
    return [_card(campaign, *row) for row in rows]


def card(
    session: Session, user: User, signal_id: int, campaign: Campaign, *, at: datetime
) -> Card | None:
    """One card this coordinator may read, settled or not."""
    row = session.execute(
        _visible(user, campaign, at).where(WeakSignal.id == signal_id)
    ).one_or_none()
    return None if row is None else _card(campaign, *row)


def needs_of(
    session: Session, user: User, signal: WeakSignal, campaign: Campaign, *, at: datetime
) -> list[Need]:
    """The needs behind a card, newest first: those this coordinator may read."""
    since = signal.opened_at - timedelta(days=thresholds_of(campaign).days)
    query = (
        access.visible_needs(session, user, campaign, at=at)
        .join(Person, Person.id == Need.person_id)
        .where(
            Need.category == signal.category,
            Person.insee == signal.insee,
            Need.raised_at > since,
            Need.raised_at <= signal.last_at,
        )
    )
    return list(session.scalars(query.order_by(Need.raised_at.desc(), Need.id.desc()).limit(100)))


def settle(session: Session, signal: WeakSignal, *, note: str, by: User, at: datetime) -> None:
    """Somebody looked at a card: it leaves the page with what was decided."""
    session.refresh(signal, with_for_update=True)
    if signal.settled_at is not None:
        raise Refusal("Quelqu’un a déjà rangé ce signal. Rien n’a été changé.")
    if not note.strip():
        raise Refusal("Écrivez en une phrase ce qui est décidé.", field="note")
    signal.settled_at, signal.settled_by_id, signal.note = at, by.id, note.strip()[:300]
    journal.record(session, "signal_settled", about=signal, by=by, at=at)
    session.flush()  # who looks under the lock next sees it


def _newest(session: Session, campaign: Campaign) -> dict[tuple[str, str], WeakSignal]:
    rows = session.scalars(
        sa.select(WeakSignal).where(WeakSignal.campaign_id == campaign.id).order_by(WeakSignal.id)
    )
    return {(one.category, one.insee): one for one in rows}


def _raised(
    session: Session, campaign: Campaign, limits: SignalThresholds, *, at: datetime
) -> dict[tuple[str, str], list[datetime]]:
    """When each need was raised, by category and commune."""
    rows = session.execute(
        sa.select(Need.category, Person.insee, Need.raised_at)
        .join(Person, Person.id == Need.person_id)
        .where(
            Need.campaign_id == campaign.id,
            Need.raised_at > at - timedelta(days=limits.days),
            Need.raised_at <= at,
            Person.insee.is_not(None),
            sa.or_(
                Need.result.is_(None),
                Need.result.not_in((Result.DUPLICATE, Result.WITHDRAWN)),
            ),
        )
        .order_by(Need.raised_at, Need.id)
    )
    found: dict[tuple[str, str], list[datetime]] = {}
    for category, insee, raised_at in rows:
        found.setdefault((category, insee or ""), []).append(raised_at)
    return found


def _open(
    session: Session,
    campaign: Campaign,
    category: str,
    insee: str,
    times: list[datetime],
    *,
    at: datetime,
) -> None:
    made = WeakSignal(
        campaign_id=campaign.id,
        category=category,
        insee=insee,
        count=len(times),
        opened_at=at,
        last_at=max(times),
    )
    session.add(made)
    journal.record(session, "signal_opened", about=made, by=None, at=at, count=len(times))


def _visible(user: User, campaign: Campaign, at: datetime) -> sa.Select[WeakSignal, str]:
    """The cards of a coordinator’s communes; a sensitive kind only for who reads it there."""
    reader = access.reader_of(user, campaign, at=at)
    sensitive = [code for code, one in reference.categories().items() if one.sensitive]
    return (
        sa.select(WeakSignal, Commune.name)
        .join(Commune, Commune.insee == WeakSignal.insee)
        .where(
            WeakSignal.campaign_id == campaign.id,
            reader.covers(Commune.territory_id),
            sa.or_(
                WeakSignal.category.not_in(sensitive),
                reader.opens_sensitive(Commune.territory_id),
            ),
        )
    )


def _card(campaign: Campaign, signal: WeakSignal, commune: str) -> Card:
    label = reference.categories()[signal.category].label
    return Card(signal, label, commune, signal.count, thresholds_of(campaign).days)
