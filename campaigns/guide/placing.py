"""Where a call stands, as the guide looks at it; a fictional person for a preview."""

from datetime import date

from campaigns.guide_text.conditions import Situation
from campaigns.models import Campaign, Enrolment, Person, Title

# The seasonal watch of the heat register: 1 June to 15 September (handbook 9).
_WATCH = ((6, 1), (9, 15))


def situation_of(
    enrolment: Enrolment, campaign: Campaign, *, today: date, at_home: int
) -> Situation:
    """The situation of one call; ``at_home`` counts the people called on this line."""
    person = enrolment.person
    return Situation(
        today=today,
        is_first_call=enrolment.informed_at is None,
        is_household=at_home > 1,
        schemes=frozenset(person.schemes.split()),
        language=person.language,
        is_protected=bool(person.guardian),
        is_heat=is_heat(campaign, today),
        is_register=campaign.is_register,
    )


def is_heat(campaign: Campaign, today: date) -> bool:
    """Whether the heat-alert sheet is the one to read: during an alert, or on a register in season.

    The alert's last day is included.
    """
    if campaign.heat_until is not None:
        return today <= campaign.heat_until
    first, last = _WATCH
    return campaign.is_register and first <= (today.month, today.day) <= last


def fictional(situation: Situation) -> Person:
    """Somebody who does not exist, in this situation: kept nowhere."""
    return Person(
        title=Title.MRS,
        first_name="Paulette",
        last_name="Exemple",
        schemes=" ".join(sorted(situation.schemes)),
        language=situation.language,
        guardian="Un tuteur" if situation.is_protected else "",
        trust_code="4827",
    )
