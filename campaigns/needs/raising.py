"""Raising a need: what it is, how urgent, where it goes and why, who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import clocks, directory, journal, reference, routes, routing
from campaigns.models import (
    Agreement,
    Call,
    Campaign,
    Need,
    NeedState,
    Person,
    Result,
    Urgency,
    User,
)
from campaigns.needs import delays
from campaigns.needs.agreeing import goes_anyway
from campaigns.needs.referring import refer, tell_again
from campaigns.needs.steps import acknowledge, note
from campaigns.reference import Alert, Mode
from campaigns.refusal import Refusal

_OTHER = "DIV_AUTRE"
_VITAL = "SAN_VITAL"


@dataclass(frozen=True, slots=True)
class Draft:
    """A need as the volunteer fills it in. ``answers`` by question id, ``facts`` by condition."""

    category: str
    text: str = ""
    agreement: Agreement | None = None
    answers: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    facts: Mapping[str, bool | None] = field(default_factory=lambda: MappingProxyType({}))
    ring_back: str = ""

    def __repr__(self) -> str:
        # Stands in the digest of a report: mappings in one order, whatever the form sent first.
        return (
            f"Draft({self.category!r}, {self.text!r}, {self.agreement!r}, "
            f"{sorted(self.answers.items())!r}, {sorted(self.facts.items())!r}, "
            f"{self.ring_back!r})"
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What the volunteer sees before sending: how urgent, where to, why, what is still asked."""

    category: reference.Category
    urgency: Urgency
    steps: tuple[routing.Step, ...]
    questions: tuple[reference.Question, ...]
    conditions: tuple[str, ...]

    @property
    def goes_anyway(self) -> bool:
        """Whether it is sent whatever the person answers about their agreement."""
        return goes_anyway(self.category.code, self.urgency)


def preview(session: Session, person: Person, draft: Draft, *, campaign: Campaign) -> Preview:
    """Say where a need would go and why; KeyError for a category that does not exist."""
    return Preview(
        category=reference.categories()[draft.category],
        urgency=_urgency(draft),
        steps=_route(session, person, draft, campaign),
        questions=tuple(q for q in reference.questions() if q.category == draft.category),
        conditions=routing.conditions_to_ask(
            draft.category,
            place=directory.place_of(session, person),
            facts=routes.facts_known(person),
            directory=directory.Directory(session),
            routes=routes.for_person(session, campaign, person, draft.category),
        ),
    )


def facts_of(person: Person, draft: Draft) -> dict[str, bool | None]:
    """What is known, completed by what the volunteer heard."""
    return {
        **routes.facts_known(person),
        **routing.facts_from_answers(draft.category, draft.answers),
        **{name: value for name, value in draft.facts.items() if value is not None},
    }


def raise_(
    session: Session,
    draft: Draft,
    *,
    campaign: Campaign,
    person: Person,
    call: Call | None,
    by: User,
    at: datetime,
) -> Need:
    """Keep a need and send it where it must go.

    Refusal when the category, the facts or the agreement are missing. Without agreement it is
    recorded and sent nowhere. The same need, still open, receives what was added.
    """
    _check(draft)
    if draft.agreement is not Agreement.NO:
        open_one = _same_open_need(session, person, draft.category, campaign)
        if open_one is not None:
            return add_to(session, open_one, draft, campaign=campaign, by=by, at=at)
    return raise_anew(session, draft, campaign=campaign, person=person, call=call, by=by, at=at)


def raise_anew(
    session: Session,
    draft: Draft,
    *,
    campaign: Campaign,
    person: Person,
    call: Call | None,
    by: User,
    at: datetime,
) -> Need:
    """Keep a need as one of its own, whatever is open already: an alert is never a postscript.

    Refusal as ``raise_``.
    """
    _check(draft)
    urgency = _urgency(draft)
    need = _need(session, draft, urgency, campaign=campaign, person=person, call=call, by=by, at=at)
    if draft.agreement is Agreement.NO:
        need.state, need.result, need.closed_at = NeedState.CLOSED, Result.REFUSED, at
        acknowledge(need, at=at)  # it goes nowhere: nobody is waited for
        note(need, "raised", "La personne ne souhaite pas que ce soit transmis.", by=by, at=at)
        session.flush()  # who acts next reads the version it has now
        return need
    note(need, "raised", f"Signalé pendant un appel. {urgency.label}.", by=by, at=at)
    for step in _route(session, person, draft, campaign):
        refer(session, need, step, at=at)
    return need


def raise_alert(
    session: Session,
    alert: Alert,
    *,
    campaign: Campaign,
    person: Person,
    call: Call,
    by: User,
    at: datetime,
) -> Need:
    """An outcome that is itself an alert: urgent, to the coordination or to the territory."""
    place = directory.place_of(session, person)
    found = directory.Directory(session)
    office = None
    if alert is Alert.TERRITORY and place.territory_code is not None:
        office = found(f"TERRITOIRE_{place.territory_code}")
    outcome = reference.outcomes()[call.outcome]
    draft = Draft(_OTHER, text=f"{outcome.label}. {call.note}".strip(), agreement=Agreement.VITAL)
    need = _need(
        session, draft, Urgency.U1, campaign=campaign, person=person, call=call, by=by, at=at
    )
    note(need, "raised", "Alerte donnée par le résultat de l’appel.", by=by, at=at)
    reason = "Une situation d’alerte est regardée le jour même."
    step = routing.Step(office or routing.coordination(found), Mode.MAIL, reason, rank=1)
    refer(session, need, step, at=at)
    return need


def _urgency(draft: Draft) -> Urgency:
    """How urgent a need is; « urgence vitale » is never answered at leisure, whatever it is for."""
    found = routing.urgency(draft.category, draft.answers)
    return min(found, Urgency.U1) if draft.agreement is Agreement.VITAL else found


def _check(draft: Draft) -> None:
    if draft.category not in reference.categories():
        raise Refusal("Choisissez de quel besoin il s’agit.", field="category")
    if draft.agreement is None:
        raise Refusal(
            "Dites si la personne est d’accord pour que ce besoin soit transmis.",
            field="agreement",
        )
    if not draft.text.strip():
        raise Refusal("Écrivez en une phrase ce qu’il faut savoir pour l’aider.", field="text")
    if draft.agreement is Agreement.NO and goes_anyway(draft.category, _urgency(draft)):
        raise Refusal(
            "Ce danger se transmet même si la personne ne le souhaite pas : choisissez « Urgence "
            "vitale, sans attendre ». La coordination décide de la suite.",
            field="agreement",
        )


def _route(
    session: Session, person: Person, draft: Draft, campaign: Campaign
) -> tuple[routing.Step, ...]:
    return routing.route(
        draft.category,
        place=directory.place_of(session, person),
        facts=facts_of(person, draft),
        directory=directory.Directory(session),
        routes=routes.for_person(session, campaign, person, draft.category),
    )


def _need(
    session: Session,
    draft: Draft,
    urgency: Urgency,
    *,
    campaign: Campaign,
    person: Person,
    call: Call | None,
    by: User,
    at: datetime,
) -> Need:
    need = Need(
        campaign_id=campaign.id,
        person_id=person.id,
        call_id=call.id if call else None,
        territory_id=person.commune.territory_id if person.commune else None,
        category=draft.category,
        is_sensitive=reference.categories()[draft.category].sensitive,
        urgency=urgency,
        agreement=draft.agreement or Agreement.NO,
        text=draft.text.strip()[:500],
        ring_back=draft.ring_back.strip()[:120],
        state=NeedState.NEW,
        raised_at=at,
        raised_by_id=by.id,
        moved_at=at,
        due_at=_due(session, campaign, urgency, at),
    )
    session.add(need)
    session.flush()  # its steps, referrals and mails need need.id
    told = {"category": draft.category, "urgency": urgency.value}
    journal.record(session, "need_raised", about=need, by=by, at=at, **told)
    return need


def _due(session: Session, campaign: Campaign, urgency: Urgency, at: datetime) -> datetime:
    opening = delays.opening_for(session, campaign, at=at)
    return clocks.due(urgency, raised_at=at, opening=opening)


def _same_open_need(
    session: Session, person: Person, category: str, campaign: Campaign
) -> Need | None:
    if category in {_OTHER, _VITAL}:
        return None  # two of these are two different things
    return session.scalar(
        sa.select(Need)
        .where(
            Need.person_id == person.id,
            Need.campaign_id == campaign.id,
            Need.category == category,
            Need.state != NeedState.CLOSED,
        )
        .order_by(Need.id)
        .limit(1)
        .with_for_update()  # a coordinator may be moving it at this instant
    )


def add_to(
    session: Session, need: Need, draft: Draft, *, campaign: Campaign, by: User, at: datetime
) -> Need:
    """Say an open need again: it tells what was added, and becomes as urgent as what was heard."""
    urgency = _urgency(draft)
    note(need, "added", f"Signalé de nouveau : {draft.text.strip()}", by=by, at=at)
    # What was said last is read first, by partners too.
    need.text = f"{draft.text.strip()} — Avant : {need.text}"[:500]
    need.ring_back = draft.ring_back.strip()[:120] or need.ring_back
    need.moved_at = at
    told = {"category": draft.category, "urgency": urgency.value}
    journal.record(session, "need_raised_again", about=need, by=by, at=at, **told)
    if urgency < need.urgency:
        need.urgency = urgency
        need.due_at = min(need.due_at, _due(session, campaign, urgency, at))
        need.acknowledged_at = None  # seen as less urgent than it has become
        tell_again(session, need, at=at)
    session.flush()  # who acts next reads the version it has now
    return need
