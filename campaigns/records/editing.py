"""Adding somebody no list holds, and correcting what a list said; no later list undoes it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, people, quality, values
from campaigns.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Household,
    Objection,
    Person,
    Phone,
    QualityKind,
    User,
)
from campaigns.objections import Objectors
from campaigns.records.given import FIELDS, Given, written
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

_MOST_BEHIND_ONE_NUMBER = 4


def add(session: Session, campaign: Campaign, given: Given, *, by: User, at: datetime) -> Person:
    """Enrol somebody by hand, to be called first: « ajoutée par nous ».

    Refusal when they asked not to be called, or when the campaign is over.
    """
    if campaign.state is CampaignState.CLOSED:
        raise Refusal("Cette campagne est terminée : plus personne n’y entre.")
    person = Person(
        household=Household(), insee=given.insee, created_at=at, updated_at=at,
        name_key=values.name_key(given.last_name, given.first_name),
        by_hand=" ".join(name for name in FIELDS if getattr(given, name)),
        **{name: getattr(given, name) for name in FIELDS},
        phones=[
            Phone(position=place, e164=e164, label=label)
            for place, (e164, label) in enumerate(given.phones)
        ],
    )  # fmt: skip
    _refuse_objector(session, person)
    session.add(person)
    session.flush()  # the enrolment needs person.id
    session.add(Enrolment(campaign_id=campaign.id, person_id=person.id, priority=0, created_at=at))
    _share_household(session, person)
    if not given.phones:
        quality.open_case(session, person, kind=QualityKind.NUMBER, by=by, at=at)
    journal.record(session, "person_added", about=person, by=by, at=at)
    return person


def change(
    session: Session, person: Person, given: Given, *, seen: datetime, by: User, at: datetime
) -> int:
    """Correct a record; give how many fields changed. No later list overwrites them.

    ``seen`` is the person's ``updated_at`` when the form was shown: Refusal when somebody changed
    the record since.
    """
    if person.updated_at != seen:
        raise Refusal(
            "Quelqu’un vient de modifier cette fiche. Relisez-la : ce que vous aviez tapé est "
            "encore dans le formulaire."
        )
    before = {name: getattr(person, name) for name in FIELDS}
    changed = [name for name in FIELDS if getattr(given, name) != before[name]]
    if given.insee is not None and given.insee == person.insee:
        changed = [name for name in changed if name != "town"]  # only the list's own spelling
    for name in changed:
        old, new = written(name, before[name]), written(name, getattr(given, name))
        setattr(person, name, getattr(given, name))
        quality.note(session, person, field=FIELDS[name], before=old, after=new, by=by, at=at)
    person.insee = given.insee
    person.name_key = values.name_key(person.last_name, person.first_name)
    numbers = _renumber(session, person, given.phones, by=by, at=at)
    if changed or numbers:
        placed = ("insee", "postal_code", "town") if {"town", "postal_code"} & {*changed} else ()
        kept = dict.fromkeys((*person.by_hand.split(), *changed, *placed))
        person.by_hand = " ".join(kept)[:300]
        person.updated_at = at
        journal.record(
            session, "person_changed", about=person, by=by, at=at, fields=[*changed, *numbers]
        )
        _settle(session, person, by=by, at=at)
    return len(changed) + len(numbers)


def _refuse_objector(session: Session, person: Person) -> None:
    keys: Keys = session.info["keys"]
    kept = frozenset(session.scalars(sa.select(Objection.fingerprint)))
    objected = Objectors(keys.objection, kept).has(
        last_name=person.last_name,
        first_name=person.first_name,
        birth_name=person.birth_name,
        birth_date=person.birth_date,
        phones=[phone.e164 for phone in person.phones],
    )
    if objected:
        raise Refusal(
            "Cette personne a demandé à ne plus être appelée : elle ne revient que si elle le "
            "demande elle-même. Si c’est le cas, ouvrez sa fiche et reprenez les appels."
        )


def _renumber(
    session: Session,
    person: Person,
    phones: tuple[tuple[str, str], ...],
    *,
    by: User,
    at: datetime,
) -> list[str]:
    """Set the numbers to try; one taken away stays as a wrong one, lest a list bring it back."""
    shown = [(one.e164, one.label) for one in person.phones if one.invalid_at is None]
    if list(phones) == shown:
        return []
    stored = {one.e164: one for one in person.phones}
    for place, (e164, label) in enumerate(phones):
        one = stored.pop(e164, None)
        if one is None:
            person.phones.append(Phone(position=place, e164=e164, label=label))
        else:
            one.position, one.label, one.invalid_at = place, label, None
    for one in stored.values():
        one.invalid_at = one.invalid_at or at
    session.flush()  # households are looked up by number
    before, after = (
        " / ".join(values.national(each[0]) for each in few) for few in (shown, phones)
    )
    if before != after:
        quality.note(session, person, field="téléphone", before=before, after=after, by=by, at=at)
    _share_household(session, person)
    return ["phones"]


def _numbers(phones: Sequence[tuple[str, str]]) -> str:
    return " / ".join(values.national(e164) for e164, _ in phones)


def _share_household(session: Session, person: Person) -> None:
    """A number in common makes one household: who lives alone joins the others, at most four."""
    numbers = [one.e164 for one in person.phones if one.invalid_at is None]
    others = session.scalars(
        sa.select(Person)
        .join(Phone, Phone.person_id == Person.id)
        .where(
            Phone.e164.in_(numbers), Phone.invalid_at.is_(None), Person.id != person.id,
            Person.household_id != person.household_id,
        )
        .distinct()
        .order_by(Person.id)
    ).all()  # fmt: skip
    homes = {other.household_id for other in others}
    if len(homes) != 1 or len(others) >= _MOST_BEHIND_ONE_NUMBER:
        return
    if len(people.of_household(session, person.household_id)) > 1:
        return
    person.household_id = others[0].household_id
    session.flush()
    session.refresh(person, ["household"])


def _settle(session: Session, person: Person, *, by: User, at: datetime) -> None:
    """Close the points this correction answers."""
    if any(one.invalid_at is None for one in person.phones):
        quality.settle(session, person, {QualityKind.NUMBER}, result="Numéro trouvé.", by=by, at=at)
    if person.insee is not None:
        quality.settle(
            session, person, {QualityKind.PLACE}, result="Commune trouvée.", by=by, at=at
        )
