"""Wrong numbers by source of lists: what to tell the service that gave them (handbook 12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Enrolment, Person, Phone, Provenance
from campaigns.overview import chance
from campaigns.sheets import owed


@dataclass(frozen=True, slots=True)
class SourceNumbers:
    """The telephones of the people of a source; "" stands for who was added by hand.

    ``numbers`` are all those known, each once, ``wrong`` those of them a call found to be
    somebody else's or nobody's, or that were struck out. ``unreachable`` are the people who may be
    called and have none left. ``stands_out``: more often wrong than elsewhere, beyond chance.
    """

    source: str
    people: int
    unreachable: int
    numbers: int
    wrong: int
    stands_out: bool = False

    @property
    def share(self) -> float:
        """The share of numbers that are wrong."""
        return self.wrong / self.numbers if self.numbers else 0.0


def wrong_numbers(session: Session, campaign: Campaign) -> list[SourceNumbers]:
    """The sources of the people of a campaign, the one with most wrong numbers first.

    Somebody two sources name counts in both; a number that came since counts too. Two statements.
    """
    numbers = {row[0]: (int(row[1]), int(row[2])) for row in session.execute(_numbers(campaign))}
    found = [
        SourceNumbers(row[0], int(row[1]), int(row[2]), *numbers.get(row[0], (0, 0)))
        for row in session.execute(_people(campaign))
    ]
    return _compared(sorted(found, key=lambda one: (-one.wrong, -one.people, one.source)))


def _people(campaign: Campaign) -> sa.Select[str, int, int]:
    """People by source, and those whom no number reaches: the queues leave them out for that."""
    lost = sa.and_(Person.stop.is_(None), Person.hold.is_(None), ~owed.has_number())
    source = _source()
    return (
        sa.select(source, sa.func.count(), sa.func.count().filter(lost))
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Provenance, Provenance.person_id == Person.id)
        .where(*_of(campaign))
        .group_by(sa.text("source"))
    )


def _numbers(campaign: Campaign) -> sa.Select[str, int, int]:
    """Numbers by source: one that several people share is one number."""
    once = (
        sa.select(
            _source(), Phone.e164, sa.func.max(sa.case((Phone.invalid_at.is_(None), 0), else_=1))
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Phone, Phone.person_id == Person.id)
        .outerjoin(Provenance, Provenance.person_id == Person.id)
        .where(*_of(campaign))
        .group_by(sa.text("source"), Phone.e164)
        .subquery("once")
    )
    source, _, is_wrong = once.c
    return sa.select(source, sa.func.count(), sa.func.sum(is_wrong)).group_by(source)


def _source() -> sa.Label[str]:
    return sa.func.coalesce(Provenance.source, "").label("source")


def _of(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    return (Enrolment.campaign_id == campaign.id, Person.merged_into_id.is_(None))


def _compared(found: Sequence[SourceNumbers]) -> list[SourceNumbers]:
    """Each source against all the others together."""
    numbers, wrong = sum(one.numbers for one in found), sum(one.wrong for one in found)
    apart = chance.beyond(
        {
            one.source: chance.apart(
                one.wrong, one.numbers, wrong - one.wrong, numbers - one.numbers
            )
            for one in found
        }
    )
    mean = wrong / numbers if numbers else 0.0
    return [replace(one, stands_out=one.source in apart and one.share > mean) for one in found]
