"""The page anybody may read: the last closed week, in counts too large to know anybody by."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.bilan import kinds, masks, stretches
from campaigns.bilan.parts import Breakdown, broken
from campaigns.bilan.stretches import Stretch
from campaigns.models import Campaign, Organisation, User
from campaigns.overview import periods
from campaigns.overview.periods import Counts


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """One number said large; None when it is under the threshold."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class PublicWeek:
    """What anybody may know of a campaign's last closed week."""

    stretch: Stretch
    figures: tuple[PublicFigure, ...]
    breakdowns: tuple[Breakdown, ...]
    threshold: int

    @property
    def is_empty(self) -> bool:
        """Nothing happened that week."""
        return all(one.count == 0 for one in self.figures)

    @property
    def is_masked(self) -> bool:
        """At least one number is hidden."""
        return any(one.count is None for one in self.figures)


def published(session: Session, slug: str) -> Campaign | None:
    """The campaign of that name whose page is switched on; None otherwise."""
    return session.scalars(
        sa.select(Campaign).where(Campaign.slug == slug, Campaign.is_public.is_(True))
    ).one_or_none()


def switch(
    session: Session, campaign: Campaign, *, is_public: bool, by: User, at: datetime
) -> None:
    """Show the weekly figures of a campaign to anybody, or no longer."""
    session.refresh(campaign, with_for_update=True)
    if campaign.is_public == is_public:
        return
    campaign.is_public = is_public
    journal.record(
        session, "public_page_switched", about=campaign, by=by, at=at, is_public=is_public
    )


def week_for_all(session: Session, campaign: Campaign, *, at: datetime) -> PublicWeek:
    """The last closed week: large figures, people reached by territory, needs by family.

    Every number under the threshold is hidden, and those that would give it away. Categories
    that are sensitive are not told apart.
    """
    stretch = stretches.week(weeks.after(weeks.current(at), -1))
    counts = periods.within_days(session, campaign, stretch.first_day, stretch.last_day)
    told = {
        "conversations": counts.conversations,
        "personnes jointes": counts.reached,
        "besoins signalés": counts.needs,
        "besoins clos": counts.closed.count,
        "volontaires au téléphone": counts.volunteers,
    }
    return PublicWeek(
        stretch,
        tuple(
            PublicFigure(label, masks.small(count, masks.FOR_ALL)) for label, count in told.items()
        ),
        tuple(one for one in (_reached(session, counts), _needs(counts)) if one.rows),
        masks.FOR_ALL,
    )


def _reached(session: Session, counts: Counts) -> Breakdown:
    word = session.get_one(Organisation, 1).territory_word.capitalize()
    return broken(
        "reached",
        f"Personnes jointes par {word.lower()}",
        word,
        "personnes jointes",
        kinds.territories(session),
        {"Personnes": counts.reached_by_territory},
        threshold=masks.FOR_ALL,
    )


def _needs(counts: Counts) -> Breakdown:
    """Needs by family; what is sensitive is with « autres »."""
    labels, family = kinds.families()
    by_family = dict.fromkeys(labels, 0)
    for category, count in counts.by_category.items():
        by_family[family.get(category, "")] += count
    return broken(
        "families",
        "Besoins signalés par famille",
        "Famille",
        "besoins",
        labels,
        {"Besoins": by_family},
        threshold=masks.FOR_ALL,
    )
