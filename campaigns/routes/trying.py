"""Trying a draft: the last needs sent again on paper, and what would have gone elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import directory, reference, routing, weeks
from campaigns.models import Agreement, Campaign, Need, Urgency
from campaigns.reference import Route
from campaigns.routes import tables
from campaigns.routing import DANGER, Place, Rule, Step

LAST = 200  # needs replayed (decisions: the simulator's last 200)


@dataclass(frozen=True, slots=True)
class Change:
    """A need that would go elsewhere: where it goes today, where it would go, and why."""

    reference: str
    category: str
    commune: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft tried on past needs. ``sensitive`` counts the changes nobody is shown."""

    looked: int
    changes: tuple[Change, ...] = ()
    sensitive: int = 0
    to_basket: int = 0  # of the changes, those that would fall back on the coordination

    @property
    def same(self) -> int:
        """How many needs would go where they go today."""
        return self.looked - len(self.changes) - self.sensitive


@dataclass(slots=True)
class _Stage:
    """What stays the same from one need to the next."""

    places: Mapping[str, Place]
    directory: directory.Directory
    steps: dict[tuple[object, ...], tuple[Step, ...]] = field(default_factory=dict)

    def route(
        self, category: str, place: Place, facts: Mapping[str, bool | None], rows: tuple[Route, ...]
    ) -> tuple[Step, ...]:
        """Where such a need goes; asked once for needs alike."""
        key = (category, place, tuple(sorted(facts.items())), rows)
        if key not in self.steps:
            self.steps[key] = routing.route(
                category, place=place, facts=facts, directory=self.directory, routes=rows
            )
        return self.steps[key]


def try_out(
    session: Session, campaign: Campaign, rules: Sequence[Rule], *, limit: int = LAST
) -> Trial:
    """Send the last needs of a campaign again, on paper, with other rules; nothing is written.

    Both sides use today's directory. What the volunteer answered then is not kept: it is told by
    the person's list and age, by the urgency, and by where the need did go. Needs of a sensitive
    kind are counted, never shown: only their named readers read them.
    """
    stage = _Stage(
        {place.insee: place for place in directory.places(session) if place.insee},
        directory.Directory.whole(session),
    )
    now = tables.in_force(session, campaign)
    changes, sensitive, to_basket, looked = [], 0, 0, 0
    for need in _last(session, campaign, limit):
        looked += 1
        place = stage.places.get(need.person.insee or "") or Place(None, need.person.town, None)
        audiences = tables.audiences_of(need.person)
        rows = routing.narrowed(now, need.category, place=place, audiences=audiences)
        other = routing.narrowed(rules, need.category, place=place, audiences=audiences)
        facts = _facts_then(stage, need, place, rows)
        before = stage.route(need.category, place, facts, rows)
        after = stage.route(need.category, place, facts, other)
        if _goes(before) == _goes(after):
            continue
        to_basket += after[0].is_fallback
        if need.is_sensitive:
            sensitive += 1
            continue
        label = reference.categories()[need.category].label
        changes.append(Change(need.reference, label, place.name, before, after))
    return Trial(looked, tuple(changes), sensitive, to_basket)


def _last(session: Session, campaign: Campaign, limit: int) -> Sequence[Need]:
    """The last needs that were sent somewhere, with who they are about."""
    return session.scalars(
        sa.select(Need)
        .where(Need.campaign_id == campaign.id, Need.agreement != Agreement.NO)
        .options(joinedload(Need.person), selectinload(Need.referrals))
        .order_by(Need.id.desc())
        .limit(limit)
    ).all()


def _facts_then(
    stage: _Stage, need: Need, place: Place, rows: tuple[Route, ...]
) -> dict[str, bool | None]:
    """What was known when the need was raised, as far as its traces tell.

    Of the answers nobody kept, those that explain where it went; « no » when none does.
    """
    facts = tables.facts_known(need.person, today=weeks.local_day(need.raised_at))
    vital = any(
        question.category == need.category and question.urgency is Urgency.U0
        for question in reference.questions()
    )
    if vital:
        facts[DANGER] = need.urgency is Urgency.U0
    went = {referral.destination for referral in need.referrals}
    for answers in routing.assignments(routing.unknown(rows, facts)):
        told = {**facts, **answers}
        codes = {step.destination.code for step in stage.route(need.category, place, told, rows)}
        if codes <= went:
            return told
    return facts


def _goes(steps: tuple[Step, ...]) -> frozenset[tuple[str, str]]:
    return frozenset((step.destination.code, step.mode.value) for step in steps)
