"""A campaign made in two minutes: from a preset, or like the last one (L24)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, exposures, guide, journal, launch, reference, retry
from campaigns.alarms import heat
from campaigns.alarms import thresholds as silence
from campaigns.models import (
    Campaign,
    GuideSwitch,
    Membership,
    Role,
    RouteRow,
    RouteTable,
    SwitchMode,
    TableState,
    User,
)
from campaigns.refusal import Refusal
from campaigns.routes import dismissing, tables

# What a copy takes over as it stands; the rest begins anew.
_COPIED = (
    "sweep_percent",
    "pace",
    "own_commune_allowed",
    "rules",
    "auto_publish",
    "training_required",
    "paper_allowed",
    "paper_full_names",
    "asks_contact",
    "is_register",
    "preset",
    "purpose",
    "legal_basis",
    "help_room_url",
)
# Among the thresholds, what happened to that campaign: no setting of the next one.
_OF_ITS_TIME = frozenset({launch.pilot.KEY, dismissing.KEY, exposures.KEY, "before_heat"})


def from_preset(
    session: Session, *, name: str, preset: str, by: User | None, at: datetime
) -> Campaign:
    """Create a campaign in preparation with the settings of a preset, by its short name.

    An empty ``preset`` keeps the defaults of the house. Refusal when the name is empty or taken,
    or the preset unknown (field ``preset``).
    """
    if not preset:
        return launch.create_campaign(session, name=name, by=by, at=at)
    chosen = reference.presets().get(preset)
    if chosen is None:
        raise Refusal("Choisissez un modèle de la liste.", field="preset")
    text = reference.preset_guide(chosen, house=reference.guide_markdown())
    made = launch.create_campaign(session, name=name, guide=text, by=by, at=at)
    made.preset = chosen.slug
    made.sweep_percent, made.pace = chosen.sweep_percent, chosen.pace
    made.training_required, made.is_register = chosen.training_required, chosen.is_register
    made.purpose, made.legal_basis = chosen.purpose, chosen.legal_basis
    made.rules = retry.settings.validated(chosen.rules)
    if silent := silence.validated(chosen.thresholds.get(silence.KEY, {})):
        made.thresholds = {silence.KEY: silent}
    session.add_all(
        GuideSwitch(campaign_id=made.id, section=section, mode=SwitchMode.ON)
        for section in chosen.read
    )
    session.flush()  # whoever reads the guide in this transaction finds its switches
    return made


def copy(
    session: Session,
    source: Campaign,
    *,
    name: str,
    with_volunteers: bool,
    by: User,
    at: datetime,
) -> Campaign:
    """Create a campaign in preparation like another: settings, guide, routes.

    With its volunteers, who are to be invited again, and always its coordinators. Its people are
    brought apart (``bring_people``). Refusal when the name is empty or taken.
    """
    text = guide.versions.current(session, source).markdown
    made = launch.create_campaign(session, name=name, guide=text, by=by, at=at)
    made.copied_from_id = source.id
    for column in _COPIED:
        setattr(made, column, getattr(source, column))
    if source.heat_until is not None:
        made.rules = _rules_without_heat(source)
    kept = source.thresholds or {}
    made.thresholds = {room: kept[room] for room in kept if room not in _OF_ITS_TIME}
    _copy_switches(session, source, made)
    _copy_routes(session, source, made, by=by, at=at)
    roles = [Role.COORDINATOR, Role.COORDINATION, *([Role.VOLUNTEER] if with_volunteers else [])]
    for user in _members(session, source, roles):
        accounts.join(session, user, made)
    journal.record(session, "campaign_copied", about=made, by=by, at=at, source=source.id)
    session.flush()  # whoever reads the copy in this transaction finds what it holds
    return made


def _rules_without_heat(source: Campaign) -> dict[str, Any]:  # Any: plain JSON values
    """The rules an alert under way has replaced: a copy does not begin in the heat."""
    before: dict[str, Any] = source.thresholds.get("before_heat", {})
    return {name: rule for name, rule in source.rules.items() if name not in heat.RULES} | before


def _copy_switches(session: Session, source: Campaign, made: Campaign) -> None:
    """The parts of the guide that are always or never read; dates were those of the last one."""
    rows = session.scalars(
        sa.select(GuideSwitch).where(
            GuideSwitch.campaign_id == source.id, GuideSwitch.mode != SwitchMode.DATES
        )
    ).all()
    session.add_all(
        GuideSwitch(campaign_id=made.id, section=row.section, mode=row.mode) for row in rows
    )


def _copy_routes(
    session: Session, source: Campaign, made: Campaign, *, by: User, at: datetime
) -> None:
    """The routing table in force, if the campaign has one of its own."""
    rules = tables.in_force(session, source)
    if set(rules) == set(tables.house_rules()):
        return
    rows: list[RouteRow] = [tables.row_of(rule) for rule in rules]
    session.add(
        RouteTable(
            campaign_id=made.id,
            number=1,
            note=f"Copie de « {source.name} »"[:300],
            made_at=at,
            made_by_id=by.id,
            published_at=at,
            published_by_id=by.id,
            state=TableState.PUBLISHED,
            rows=rows,
        )
    )


def _members(session: Session, source: Campaign, roles: list[Role]) -> list[User]:
    return list(
        session.scalars(
            sa.select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.campaign_id == source.id,
                User.role.in_(roles),
                User.disabled_at.is_(None),
                User.suspended_at.is_(None),
            )
            .order_by(User.id)
        )
    )
