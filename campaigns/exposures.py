"""What a campaign lets its volunteers see beyond a name and a commune, for how long, and why.

Nothing is, unless a lead said so in writing (reliability.md, c1). Two fields may be: the age in
bands of five years, and the address. The birth date itself, schemes, the social-security number,
who to notify, the home help and the key holder never are, whatever the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import Campaign, CampaignState, Person, User
from campaigns.models.base import Labelled
from campaigns.refusal import Refusal
from campaigns.values import readable

KEY: Final = "exposures"  # among the campaign’s thresholds
LETTERS: Final = 10  # of a reason, at least
LONGEST: Final = 300  # signs of a reason, at most
FARTHEST: Final = timedelta(days=183)  # then somebody looks at it again
REMEMBERED: Final = 30  # past ones a campaign keeps with their reasons; the journal has them all
_BAND, _YOUNGEST, _OLDEST = 5, 60, 95  # years


class Field(Labelled):
    """What may be shown to the volunteers of a campaign."""

    AGE = "age", "la tranche d’âge"
    ADDRESS = "address", "l’adresse"


@dataclass(frozen=True, slots=True)
class Exposure:
    """One field shown to volunteers until a day, which still counts, with its reason.

    ``is_for_heat``: decided during a heat alert, it ends with it. ``ended_at``: taken back, or
    replaced, before its day.
    """

    field: Field
    reason: str
    until: date
    at: datetime
    by_id: int
    is_for_heat: bool = False
    ended_at: datetime | None = None
    ended_by_id: int | None = None

    def is_in_force(self, campaign: Campaign, *, today: date) -> bool:
        """Whether volunteers see it that day."""
        if self.ended_at is not None or today > self.until:
            return False
        if campaign.state is CampaignState.CLOSED:
            return False
        in_heat = campaign.heat_until is not None and today <= campaign.heat_until
        return in_heat or not self.is_for_heat


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the call page: what it is, what it says of the person, why it is shown."""

    field: Field
    said: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Told:
    """One exposure as the lead and the DPO read it; a name is empty when nobody is left to name."""

    campaign: str
    exposure: Exposure
    is_in_force: bool
    by: str
    ended_by: str


def show(
    session: Session,
    campaign: Campaign,
    field: Field,
    *,
    reason: str,
    until: date,
    by: User,
    at: datetime,
) -> Exposure:
    """Show a field to the volunteers of a campaign, on the page of the call, up to a day included.

    Said again, it takes the place of what was. Refusal (field « reason » or « until ») without a
    reason in words, for a day gone by or too far, after the end of a heat alert under way; and for
    a campaign that is over.
    """
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    today = weeks.local_day(at)
    in_heat = campaign.heat_until is not None and today <= campaign.heat_until
    said = _reason(reason)
    _refuse_day(campaign, until, today=today, in_heat=in_heat)
    made = Exposure(field, said, until, at, by.id, is_for_heat=in_heat)
    _keep(campaign, [made, *_without(campaign, field, by=by, at=at)], today=today)
    journal.record(
        session,
        "exposure_begun",
        about=campaign,
        by=by,
        at=at,
        field=field.value,
        until=until.isoformat(),
    )
    session.flush()  # who looks under the lock next sees it
    return made


def hide(session: Session, campaign: Campaign, field: Field, *, by: User, at: datetime) -> bool:
    """Stop showing a field, at once; False when nobody saw it any more."""
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    today = weeks.local_day(at)
    if field not in in_force(campaign, today=today):
        return False
    _keep(campaign, _without(campaign, field, by=by, at=at), today=today)
    journal.record(session, "exposure_ended", about=campaign, by=by, at=at, field=field.value)
    session.flush()  # who looks under the lock next sees it
    return True


def in_force(campaign: Campaign, *, today: date) -> dict[Field, Exposure]:
    """What volunteers see that day; empty unless a lead said otherwise. No statement is run."""
    if KEY not in campaign.thresholds:
        return {}
    return {one.field: one for one in _of(campaign) if one.is_in_force(campaign, today=today)}


def of_person(campaign: Campaign, person: Person, *, today: date) -> list[Shown]:
    """What the page of a call says of a person beside their name and commune, with its reasons."""
    shown = in_force(campaign, today=today)
    return [
        Shown(field, _said(field, person, today=today), shown[field].reason, shown[field].until)
        for field in Field
        if field in shown
    ]


def told(
    session: Session, *, of: Campaign | None = None, today: date
) -> tuple[list[Told], list[Told]]:
    """The exposures in force and those of before, the newest first; of every campaign unless one is
    given."""
    which = sa.select(Campaign).order_by(Campaign.id)
    campaigns = [of] if of is not None else session.scalars(which).all()
    found = [(campaign, one) for campaign in campaigns for one in _of(campaign)]
    found.sort(key=lambda pair: pair[1].at, reverse=True)
    names = _names(session, [one for _, one in found])
    read = [
        Told(
            campaign=campaign.name,
            exposure=one,
            is_in_force=one.is_in_force(campaign, today=today),
            by=names.get(one.by_id, ""),
            ended_by=names.get(one.ended_by_id or 0, ""),
        )
        for campaign, one in found
    ]
    return [one for one in read if one.is_in_force], [one for one in read if not one.is_in_force]


def age_band(birth_date: date, today: date) -> str:
    """« 80 à 84 ans »: five years wide, open at both ends."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    years = today.year - birth_date.year - (not had_birthday)
    if years < _YOUNGEST:
        return f"moins de {_YOUNGEST}\u00a0ans"
    if years >= _OLDEST:
        return f"{_OLDEST}\u00a0ans et plus"
    first = years - years % _BAND
    return f"{first} à {first + _BAND - 1}\u00a0ans"


def _said(field: Field, person: Person, *, today: date) -> str:
    """What is known of the person; empty when it is not."""
    if field is Field.AGE:
        return age_band(person.birth_date, today) if person.birth_date else ""
    town = person.commune.name if person.commune else person.town
    place = f"{person.postal_code} {town}".strip()
    return f"{person.address}, {place}" if person.address and place else person.address


def _reason(text: str) -> str:
    said = " ".join(readable(text).split())
    if sum(sign.isalpha() for sign in said) < LETTERS:
        raise Refusal(
            f"Écrivez pourquoi, en {LETTERS} lettres au moins : les volontaires le liront.",
            field="reason",
        )
    if len(said) > LONGEST:
        raise Refusal(f"{LONGEST} signes au plus : gardez l’essentiel.", field="reason")
    return said


def _refuse_day(campaign: Campaign, until: date, *, today: date, in_heat: bool) -> None:
    if campaign.state is CampaignState.CLOSED:
        raise Refusal("Cette campagne est terminée : plus personne n’y appelle.", field="until")
    if until < today:
        raise Refusal("Ce jour est passé : choisissez aujourd’hui ou plus tard.", field="until")
    if in_heat and campaign.heat_until is not None and until > campaign.heat_until:
        raise Refusal(
            f"L’alerte chaleur finit le {campaign.heat_until:%d/%m/%Y} : ce jour-là au plus tard.",
            field="until",
        )
    if until > today + FARTHEST:
        raise Refusal("Six mois au plus : vous pourrez recommencer ensuite.", field="until")


def _of(campaign: Campaign) -> list[Exposure]:
    """Those a campaign keeps, the newest first."""
    return [_read(one) for one in campaign.thresholds.get(KEY, ())]


def _without(campaign: Campaign, field: Field, *, by: User, at: datetime) -> list[Exposure]:
    """Those kept, with the one of this field ended now if it still held."""
    today = weeks.local_day(at)
    return [
        replace(one, ended_at=at, ended_by_id=by.id)
        if one.field is field and one.is_in_force(campaign, today=today)
        else one
        for one in _of(campaign)
    ]


def _keep(campaign: Campaign, kept: Sequence[Exposure], *, today: date) -> None:
    """The last of them, and whatever holds: what is decided never goes by being forgotten."""
    last = [
        one
        for place, one in enumerate(kept)
        if place < REMEMBERED or one.is_in_force(campaign, today=today)
    ]
    campaign.thresholds = campaign.thresholds | {KEY: [_plain(one) for one in last]}


def _plain(one: Exposure) -> dict[str, Any]:  # Any: plain JSON values
    found: dict[str, Any] = {
        "field": one.field.value,
        "reason": one.reason,
        "until": one.until.isoformat(),
        "at": one.at.isoformat(),
        "by": one.by_id,
    }
    if one.is_for_heat:
        found["heat"] = True
    if one.ended_at is not None:
        found |= {"ended_at": one.ended_at.isoformat(), "ended_by": one.ended_by_id}
    return found


def _read(kept: Mapping[str, Any]) -> Exposure:  # Any: plain JSON values
    ended = kept.get("ended_at")
    return Exposure(
        field=Field(kept["field"]),
        reason=kept["reason"],
        until=date.fromisoformat(kept["until"]),
        at=datetime.fromisoformat(kept["at"]),
        by_id=kept["by"],
        is_for_heat=kept.get("heat", False),
        ended_at=datetime.fromisoformat(ended) if ended else None,
        ended_by_id=kept.get("ended_by"),
    )


def _names(session: Session, found: Sequence[Exposure]) -> dict[int, str]:
    ids = {one.by_id for one in found} | {one.ended_by_id for one in found}
    people = session.scalars(sa.select(User).where(User.id.in_(ids - {None}))) if ids else ()
    return {user.id: user.full_name for user in people}
