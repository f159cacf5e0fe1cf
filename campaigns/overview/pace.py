"""How fast the first sweep goes, from what a page has read of people, calls and volunteers."""

from collections.abc import Iterable

from campaigns.overview.people import Headcount
from campaigns.overview.rhythm import Answered
from campaigns.sheets import Measured, measuring
from campaigns.sheets.callers import Volunteer


def measured(people: Headcount, lately: Answered, volunteers: Iterable[Volunteer]) -> Measured:
    """What ``sheets.measured`` says of a campaign, without reading anything: ``lately`` are the
    attempts of the last weeks, ``volunteers`` those of the week."""
    return measuring.of_counts(
        volunteers,
        left=(people.first_people, people.first_households),
        lately=(lately.attempts, lately.conversations),
        roster=sum(each * people.regular[wish] for wish, each in measuring.A_WEEK.items()),
        reached=people.targets.reached,
    )
