"""What people say of the help they were given, asked at the call after it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Final

from sqlalchemy.orm import Session

from campaigns import calls, needs
from campaigns.models import Campaign, Enrolment, Helped, Need, Result

Asked = Mapping[int, Sequence[Need]]  # by the person’s id

# Result → how often people say yes, in part, no, do not know.
_SAID: Final[Mapping[Result, tuple[int, int, int, int]]] = {
    Result.SOLVED: (78, 14, 4, 4),
    Result.PARTLY: (25, 55, 14, 6),
    Result.NO_SOLUTION: (5, 15, 40, 40),
    Result.UNREACHABLE: (5, 10, 45, 40),
}
_ANSWERS: Final = (Helped.YES, Helped.PARTLY, Helped.NO, Helped.UNKNOWN)
_MISSING: Final = (
    "Personne n’est venu pour l’instant.",
    "C’est arrêté depuis lundi.",
    "Attend toujours que le service rappelle.",
)


def asked(
    session: Session, campaign: Campaign, people: Sequence[Enrolment], *, at: datetime
) -> Asked:
    """The needs these people are to be asked about, read at once."""
    ids = [one.person_id for one in people]
    return needs.to_ask_of(session, ids, campaign, at=at)


def said(found: Sequence[Need]) -> calls.Aside:
    """What somebody answers about each. A stream of chance of its own, as for concrete help."""
    return calls.Aside(settled=tuple(_settled(need) for need in found if need.result in _SAID))


def _settled(need: Need) -> needs.Settled:
    random = Random(f"{need.id} {need.closed_at:%Y-%m-%dT%H}")
    weights = _SAID[need.result or Result.SOLVED]
    answer = random.choices(_ANSWERS, weights)[0]
    return needs.Settled(need.id, answer, random.choice(_MISSING) if answer is Helped.NO else "")
