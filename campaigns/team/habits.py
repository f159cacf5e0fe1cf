"""How a volunteer calls: their pace, the most they take in a week, the languages they speak."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import User
from campaigns.refusal import Refusal

_MOST = 60  # households a half-day: one every four minutes
_MOST_A_WEEK = 300
_LONGEST = 120


def change_habits(
    session: Session,
    user: User,
    *,
    pace: int | None,
    weekly_limit: int | None,
    languages: str,
    by: User,
    at: datetime,
) -> None:
    """Note a volunteer's pace (households a half-day), weekly limit and languages.

    None leaves the pace to the campaign, and the week without a limit. The next split follows.
    Refusal, with its field, for a number nobody could keep.
    """
    if pace is not None and not 1 <= pace <= _MOST:
        raise Refusal(f"Indiquez un rythme entre 1 et {_MOST} foyers.", field="pace")
    if weekly_limit is not None and not 1 <= weekly_limit <= _MOST_A_WEEK:
        raise Refusal(
            f"Indiquez entre 1 et {_MOST_A_WEEK} foyers par semaine, ou laissez vide. Pour une "
            "pause, notez plutôt une absence.",
            field="weekly_limit",
        )
    spoken = " ".join(languages.split())
    if len(spoken) > _LONGEST:
        raise Refusal(f"{_LONGEST} caractères au plus.", field="languages")
    user.pace, user.weekly_limit, user.languages = pace, weekly_limit, spoken
    journal.record(session, "volunteer_changed", about=user, by=by, at=at)


def hide_number(session: Session, user: User, *, hides: bool, by: User, at: datetime) -> None:
    """Dial with a hidden number from now on, or no longer (handbook, section 9)."""
    user.hides_number = hides
    journal.record(session, "volunteer_changed", about=user, by=by, at=at)
