"""Somebody a mairie proposes to call, with that person’s recorded agreement (E9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from campaigns import journal, mails, team, values, weeks
from campaigns.models import (
    CallSuggestion,
    Campaign,
    Commune,
    Enrolment,
    Office,
    Person,
    Provenance,
    Role,
    SuggestionState,
    User,
)
from campaigns.records.editing import add
from campaigns.records.finding import twins
from campaigns.records.given import Given
from campaigns.refusal import Refusal

SOURCE = "Proposée par une mairie"
AGREED_WITHIN = timedelta(days=365)
MOST_WAITING = 50  # of one office: more is a list, which the lead imports


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a mairie writes. ``phone`` as typed; ``agreed_on`` is the day the person agreed, and
    ``said_by`` who gathered it and how."""

    last_name: str
    first_name: str = ""
    phone: str = ""
    insee: str | None = None
    agreed_on: date | None = None
    said_by: str = ""
    words: str = ""


def propose(
    session: Session, campaign: Campaign, office: Office, told: Proposal, *, at: datetime
) -> CallSuggestion:
    """Keep what a mairie proposes and tell the coordination; nobody is called yet.

    Refusal, with its field, when the agreement or a way to reach the person is missing. The same
    person proposed twice by the same office is kept once.
    """
    number = _checked(told, today=weeks.local_day(at))
    name, first = values.readable(told.last_name), values.readable(told.first_name)
    twin = _same(session, office, (name, first, number))
    if twin is not None:
        return twin
    made = CallSuggestion(
        campaign_id=campaign.id,
        office_id=office.id,
        last_name=name[:120],
        first_name=first[:120],
        phone=number,
        insee=told.insee,
        agreed_on=told.agreed_on,
        said_by=values.readable(told.said_by)[:120],
        words=told.words.strip()[:300],
        at=at,
    )
    session.add(made)
    session.flush()  # the mails and the journal name it by its id
    journal.record(session, "suggestion_made", about=made, by=None, at=at, office=office.id)
    for user in team.of_role(session, campaign.id, Role.COORDINATION):
        key, about = f"suggestion:{made.id}:{user.id}", {"suggestion": made.id}
        mails.post(session, "suggestion_made", to=user, key=key, about=about, at=at)
    return made


def _same(session: Session, office: Office, who: tuple[str, str, str]) -> CallSuggestion | None:
    """The same person, proposed by this office already; Refusal when it has proposed too many."""
    mine = list(
        session.scalars(
            sa.select(CallSuggestion).where(
                CallSuggestion.office_id == office.id,
                CallSuggestion.state == SuggestionState.WAITING,
            )
        )
    )
    for one in mine:
        if (one.last_name, one.first_name, one.phone) == who:
            return one
    if len(mine) >= MOST_WAITING:
        raise Refusal("Trop de propositions attendent : appelez la coordination.")
    return None


def waiting(session: Session, campaign: Campaign, *, limit: int = 50) -> list[CallSuggestion]:
    """The proposals nobody has decided, the oldest first."""
    return list(
        session.scalars(
            sa.select(CallSuggestion)
            .options(joinedload(CallSuggestion.office))
            .where(
                CallSuggestion.campaign_id == campaign.id,
                CallSuggestion.state == SuggestionState.WAITING,
            )
            .order_by(CallSuggestion.at, CallSuggestion.id)
            .limit(limit)
        )
    )


def waiting_count(session: Session, campaign: Campaign) -> int:
    """How many proposals wait."""
    query = sa.select(sa.func.count()).select_from(CallSuggestion)
    state = CallSuggestion.state == SuggestionState.WAITING
    return session.scalar(query.where(CallSuggestion.campaign_id == campaign.id, state)) or 0


def one(session: Session, campaign: Campaign, suggestion_id: int) -> CallSuggestion | None:
    """One proposal, decided or not."""
    return session.scalar(
        sa.select(CallSuggestion)
        .options(joinedload(CallSuggestion.office))
        .where(CallSuggestion.id == suggestion_id, CallSuggestion.campaign_id == campaign.id)
    )


def alike(session: Session, campaign: Campaign, one: CallSuggestion) -> Sequence[Person]:
    """People already known who might be the one proposed: the same name and one thing more."""
    found, _ = twins(session, campaign, given_of(session, one), territories=None)
    return found


def accept(
    session: Session, campaign: Campaign, one: CallSuggestion, *, by: User, at: datetime
) -> Person:
    """Enrol the person, to be called first; the mairie is told, by reference only.

    Refusal when they asked not to be called any more, or when it was decided meanwhile.
    """
    _hold(session, one)
    person = add(session, campaign, given_of(session, one), by=by, at=at)
    session.add(Provenance(person_id=person.id, source=SOURCE))
    _decide(session, one, SuggestionState.ACCEPTED, person=person, by=by, at=at)
    return person


def already_called(
    session: Session,
    campaign: Campaign,
    one: CallSuggestion,
    person: Person,
    *,
    by: User,
    at: datetime,
) -> None:
    """It is somebody we call already: nobody is added. Refusal when they are not in the campaign,
    or are not called any more."""
    _hold(session, one)
    enrolled = sa.select(Enrolment.id).where(
        Enrolment.person_id == person.id, Enrolment.campaign_id == campaign.id
    )
    if session.scalar(enrolled) is None or person.stop is not None:
        raise Refusal("Cette personne n’est plus appelée : ouvrez sa fiche pour décider.")
    _decide(session, one, SuggestionState.ACCEPTED, person=person, by=by, at=at)


def refuse(session: Session, one: CallSuggestion, *, by: User, at: datetime) -> None:
    """Nobody is added; the mairie is told, by reference only."""
    _hold(session, one)
    _decide(session, one, SuggestionState.REFUSED, person=None, by=by, at=at)


def given_of(session: Session, one: CallSuggestion) -> Given:
    """The person proposed, as a record is typed by hand."""
    commune = session.get(Commune, one.insee) if one.insee else None
    codes = commune.postal_codes.split("|") if commune else []
    return Given(
        last_name=one.last_name,
        first_name=one.first_name,
        phones=((one.phone, ""),) if one.phone else (),
        postal_code=codes[0] if len(codes) == 1 else "",
        town=commune.name if commune else "",
        insee=one.insee,
    )


def _checked(told: Proposal, *, today: date) -> str:
    """The number in E.164, once everything needed was said."""
    if not values.readable(told.last_name):
        raise Refusal("Indiquez le nom de la personne.", field="last_name")
    read = values.phone(told.phone)
    number = next((one.e164 for one in read if one.e164), None)
    if number is None:
        say = read[0].say if read else "Indiquez un numéro où joindre la personne."
        raise Refusal(say or "Ce numéro n’est pas reconnu.", field="phone")
    if told.agreed_on is None:
        raise Refusal("Indiquez le jour où la personne a donné son accord.", field="agreed_on")
    if not today - AGREED_WITHIN <= told.agreed_on <= today:
        raise Refusal(
            "Cet accord doit dater de moins d’un an, et ne peut pas être à venir.",
            field="agreed_on",
        )
    if not values.readable(told.said_by):
        raise Refusal("Dites qui a recueilli cet accord, et comment.", field="said_by")
    return number


def _hold(session: Session, one: CallSuggestion) -> None:
    held = sa.select(CallSuggestion.state).where(CallSuggestion.id == one.id).with_for_update()
    if session.scalar(held) is not one.state:
        session.expire(one)  # somebody decided since it was read
    if one.state is not SuggestionState.WAITING:
        raise Refusal("Quelqu’un a déjà décidé pour cette proposition. Rien n’a été changé.")


def _decide(
    session: Session,
    one: CallSuggestion,
    state: SuggestionState,
    *,
    person: Person | None,
    by: User,
    at: datetime,
) -> None:
    one.state, one.decided_at, one.decided_by_id = state, at, by.id
    one.person_id = person.id if person else None
    journal.record(session, "suggestion_decided", about=one, by=by, at=at, state=state.value)
    session.flush()  # who looks under the lock next sees it
    if one.office.email:
        mails.post(
            session,
            "suggestion_answered",
            to=one.office.email,
            key=f"suggestion:{one.id}:answer",
            about={"suggestion": one.id},
            at=at,
        )
