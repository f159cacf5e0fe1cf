"""The published versions of a campaign's guide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from campaigns import rows
from campaigns.guide import switches
from campaigns.models import Call, Campaign, GuideSwitch, GuideVersion, User


def current(session: Session, campaign: Campaign) -> GuideVersion:
    """The version in use: the last one published."""
    return session.scalars(_newest_first(campaign).limit(1)).one()


@dataclass(frozen=True, slots=True)
class InUse:
    """What a call reads: the text published, and what was switched for today, by section."""

    markdown: str
    switches: Mapping[str, bool]
    version_id: int


_NUMBERS = sa.select(sa.func.max(GuideVersion.number)).where(
    GuideVersion.campaign_id == sa.bindparam("campaign_id")
)
_IN_USE = (
    sa.select(
        GuideVersion.id,
        GuideVersion.markdown,
        GuideSwitch.section,
        GuideSwitch.mode,
        GuideSwitch.first_on,
        GuideSwitch.last_on,
    )
    .outerjoin(GuideSwitch, GuideSwitch.campaign_id == GuideVersion.campaign_id)
    .where(
        GuideVersion.campaign_id == sa.bindparam("campaign_id"),
        GuideVersion.number == _NUMBERS.scalar_subquery(),
    )
    .order_by(GuideSwitch.section)
)


def in_use(session: Session, campaign: Campaign, *, today: date) -> InUse:
    """The guide of a call, in one question: every call page asks it."""
    found = rows.read(session, _IN_USE, {"campaign_id": campaign.id}).all()
    return InUse(
        found[0].markdown if found else "",
        {one.section: switches.is_on(one, today) for one in found if one.section is not None},
        found[0].id if found else 0,
    )


def every(session: Session, campaign: Campaign, *, limit: int = 100) -> list[GuideVersion]:
    """The versions, the newest first, without their texts."""
    query = _newest_first(campaign).options(defer(GuideVersion.markdown)).limit(limit)
    return list(session.scalars(query))


def one(session: Session, campaign: Campaign, number: int) -> GuideVersion | None:
    """The version of this number; None when there is none."""
    return session.scalar(
        sa.select(GuideVersion).where(
            GuideVersion.campaign_id == campaign.id, GuideVersion.number == number
        )
    )


def authors(session: Session, versions: list[GuideVersion]) -> Mapping[int, str]:
    """Who published them, by the version's id; the guide of the house has no author."""
    rows = session.execute(
        sa.select(GuideVersion.id, User)
        .join(User, User.id == GuideVersion.published_by_id)
        .where(GuideVersion.id.in_([version.id for version in versions]))
        .order_by(GuideVersion.id)
    )
    return {version_id: user.full_name for version_id, user in rows}


def uses(session: Session, campaign: Campaign) -> Mapping[int, int]:
    """How many calls kept each version, by its id."""
    rows = session.execute(
        sa.select(Call.guide_version_id, sa.func.count())
        .where(Call.campaign_id == campaign.id, Call.guide_version_id.is_not(None))
        .group_by(Call.guide_version_id)
        .order_by(Call.guide_version_id)
    )
    return {version_id: count for version_id, count in rows if version_id is not None}


def _newest_first(campaign: Campaign) -> sa.Select[GuideVersion]:
    return (
        sa.select(GuideVersion)
        .where(GuideVersion.campaign_id == campaign.id)
        .order_by(GuideVersion.number.desc())
    )
