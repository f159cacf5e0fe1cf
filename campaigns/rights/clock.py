"""The month within which a request is answered (RGPD, article 12.3). Days are arguments."""

from calendar import monthrange
from datetime import date, timedelta

from campaigns.models import Labelled, RightsRequest

_MONTHS, _LONGER = 1, 3  # two months more when it is complex, and the person is told why
_SOON = timedelta(days=7)


class Standing(Labelled):
    """Where a request stands against its clock."""

    ANSWERED = "answered", "répondue"
    LATE = "late", "en retard"
    SOON = "soon", "bientôt due"
    FINE = "fine", "dans les temps"


def due_on(received_on: date) -> date:
    """The same day of the next month; its last day when it has no such day."""
    return _months_after(received_on, _MONTHS)


def longest(received_on: date) -> date:
    """The day to which an extension leads."""
    return _months_after(received_on, _LONGER)


def standing(request: RightsRequest, today: date) -> Standing:
    """Answered, late, soon due, or fine."""
    if request.answered_at is not None:
        return Standing.ANSWERED
    if today > request.due_on:
        return Standing.LATE
    return Standing.SOON if request.due_on - today <= _SOON else Standing.FINE


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
