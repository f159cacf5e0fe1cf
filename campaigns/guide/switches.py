"""The parts of the guide that come and go: variants and seasonal inserts (V26)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import guide_text, journal
from campaigns.guide.placing import is_heat
from campaigns.guide_text import Section
from campaigns.guide_text.conditions import SEASONAL, TELLING, Situation, holding, is_read
from campaigns.models import Campaign, GuideSwitch, SwitchMode, User
from campaigns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Switchable:
    """A part that may be switched: what was decided, and whether it is read today.

    ``row`` is None when nothing was decided: the part follows its own conditions.
    """

    section: Section
    row: GuideSwitch | None
    is_today: bool

    @property
    def whom(self) -> str:
        """For whom, or when, in words; empty for everybody."""
        return ", ".join(one.label for one in self.section.conditions)

    @property
    def is_telling(self) -> bool:
        """Whether reading it tells a benefit: it stays off until somebody decides."""
        people = set(self.section.conditions) - SEASONAL
        return bool(people) and people <= TELLING


def every(session: Session, campaign: Campaign, markdown: str, *, today: date) -> list[Switchable]:
    """The variants and inserts of a guide, in its order."""
    rows = _rows(session, campaign)
    return [
        _switchable(section, rows.get(section.id), campaign, today)
        for section in guide_text.sections(markdown)
        if section.is_switchable
    ]


def allowed(markdown: str, situation: Situation) -> Mapping[str, bool]:
    """Switches for a preview: every part is allowed to be read, in its season."""
    held = holding(situation)
    return {
        section.id: not seasons or bool(seasons & held)
        for section in guide_text.sections(markdown)
        if section.is_switchable
        for seasons in [SEASONAL & set(section.conditions)]
    }


def left_behind(
    session: Session, campaign: Campaign, before: str, after: str
) -> list[tuple[str, SwitchMode]]:
    """What was decided of the parts of a text that another text names otherwise, or not at all.

    Their titles and how they were switched: nothing of it would hold for the other text.
    """
    kept = {one.id for one in guide_text.sections(after) if one.is_switchable}
    rows = _rows(session, campaign)
    return [
        (one.title, rows[one.id].mode)
        for one in guide_text.sections(before)
        if one.is_switchable and one.id in rows and one.id not in kept
    ]


def decide(
    session: Session,
    campaign: Campaign,
    section_id: str,
    *,
    mode: SwitchMode | None,
    first_on: date | None = None,
    last_on: date | None = None,
    by: User,
    at: datetime,
) -> None:
    """Switch a part on, off, or on between two days included; None lets its conditions decide.

    Refusal when the days are missing or the wrong way round.
    """
    row = _rows(session, campaign).get(section_id)
    if mode is None:
        if row is not None:
            session.delete(row)
    else:
        first_on, last_on = _days(mode, first_on, last_on)
        if row is None:
            row = GuideSwitch(campaign_id=campaign.id, section=section_id)
            session.add(row)
        row.mode, row.first_on, row.last_on = mode, first_on, last_on
    journal.record(
        session,
        "guide_switched",
        about=campaign,
        by=by,
        at=at,
        section=section_id,
        mode=mode.value if mode else "auto",
    )


def _days(
    mode: SwitchMode, first_on: date | None, last_on: date | None
) -> tuple[date | None, date | None]:
    if mode is not SwitchMode.DATES:
        return None, None
    if first_on is None or last_on is None:
        raise Refusal(
            "Indiquez le premier et le dernier jour.",
            field="first_on" if first_on is None else "last_on",
        )
    if last_on < first_on:
        raise Refusal("Le dernier jour vient avant le premier.", field="last_on")
    return first_on, last_on


def _rows(session: Session, campaign: Campaign) -> Mapping[str, GuideSwitch]:
    found = session.scalars(
        sa.select(GuideSwitch)
        .where(GuideSwitch.campaign_id == campaign.id)
        .order_by(GuideSwitch.section)
    )
    return {row.section: row for row in found}


def is_on(
    row: GuideSwitch | sa.Row[*tuple[Any, ...]], today: date
) -> bool:  # Any: a row of its columns
    """Whether what was decided makes the part read that day."""
    if row.mode is SwitchMode.DATES:
        return bool((row.first_on or today) <= today <= (row.last_on or today))
    return row.mode is SwitchMode.ON


def _switchable(
    section: Section, row: GuideSwitch | None, campaign: Campaign, today: date
) -> Switchable:
    """Read today means: by somebody, whoever they are."""
    situation = Situation(
        today=today,
        is_first_call=True,
        is_household=True,
        schemes=frozenset({"RSA", "APA", "PCH"}),
        language="autre",
        is_protected=True,
        is_heat=is_heat(campaign, today),
        is_register=campaign.is_register,
    )
    switch = None if row is None else is_on(row, today)
    is_today = any(
        is_read(section.conditions, one, switch=switch)
        for one in (situation, replace(situation, is_first_call=False))
    )
    return Switchable(section, row, is_today)
