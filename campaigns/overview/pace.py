"""How fast the first sweep goes, from what a page has read of people, calls and volunteers."""

from collections.abc import Iterable

from campaigns.models import Wish
from campaigns.overview.people import Headcount
from campaigns.overview.rhythm import Answered
from campaigns.sheets import Measured
from campaigns.sheets.callers import Volunteer
from campaigns.sheets.measuring import ENOUGH_ATTEMPTS, EXPECTED_PICK_UP

# How many calls a week each rhythm asks for; a month is a twelfth of a year.
_A_WEEK = {Wish.WEEKLY: 1.0, Wish.FORTNIGHTLY: 0.5, Wish.MONTHLY: 12 * 7 / 365.25}


def measured(people: Headcount, lately: Answered, volunteers: Iterable[Volunteer]) -> Measured:
    """What ``sheets.measured`` says of a campaign, without reading anything: ``lately`` are the
    attempts of the last four weeks, ``volunteers`` those of the week."""
    givers = [one.caller for one in volunteers if one.caller.capacity]
    is_measured = lately.attempts >= ENOUGH_ATTEMPTS
    roster = sum(each * people.regular[wish] for wish, each in _A_WEEK.items())
    reached = people.targets.reached
    return Measured(
        people_left=people.first_people,
        households_left=people.first_households,
        volunteers=len(givers),
        half_days=sum(len(one.half_days) for one in givers),
        room=sum(one.capacity for one in givers),
        attempts=lately.attempts,
        pick_up=lately.conversations / lately.attempts if is_measured else EXPECTED_PICK_UP,
        is_measured=is_measured,
        weekly_roster=roster,
        joining=min(1.0, roster / reached) if reached else None,
    )
