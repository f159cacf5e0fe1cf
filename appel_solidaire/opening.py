"""Opening somebody's record: noted in the journal once a visit, and slowed down in bulk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from appel_solidaire import formats, gate
from campaigns import journal
from campaigns.accounts import pace

SAME_VISIT = timedelta(minutes=15)


class TooFast(TooManyRequests):
    """An account opened so many records that the next one waits ``seconds``."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.seconds = max(1, -(-wait // timedelta(seconds=1)))

    @property
    def say(self) -> str:
        """Why, and what to do, for who reads the page."""
        pause = (
            formats.count(self.seconds, "seconde")
            if self.seconds <= 60
            else formats.count(-(-self.seconds // 60), "minute")
        )
        return (
            "Vous avez ouvert beaucoup de fiches en peu de temps. Pour protéger les personnes, "
            "même si un mot de passe était volé, l’accès ralentit : rouvrez cette fiche dans "
            f"{pause}. La coordination et la personne qui protège les données en sont averties ; "
            "si votre travail le demande, dites-le-leur. Une urgence ? Composez le 15 ou le 112."
        )


def note(person_id: int) -> None:
    """Note in the journal that a record was read, once a visit.

    A form that is refused shows the record too: what its request began to write is dropped here.
    Raises ``TooFast`` when this account opens too many of them.
    """
    if is_noted(person_id):
        return
    slow_down(person_id)
    with _unit() as session:
        journal.record(
            session, "person_opened", about=("person", person_id), by=gate.me(), at=gate.now()
        )


def note_need(need_id: int, person_id: int, *, is_urgent: bool) -> None:
    """Note that a need was read, once a visit: its page tells of a person.

    Nobody waits before an urgent one.

    Raises ``TooFast`` when this account opens too many records.
    """
    if _is_noted("need_opened", ("need", need_id)):
        return
    if not is_urgent:
        slow_down(person_id)
    with _unit() as session:
        journal.record(session, "need_opened", about=("need", need_id), by=gate.me(), at=gate.now())


def is_noted(person_id: int) -> bool:
    """Whether this reader opened this record a moment ago: it is the same visit."""
    return _is_noted("person_opened", ("person", person_id))


def _is_noted(action: str, about: tuple[str, int]) -> bool:
    since = gate.now() - SAME_VISIT
    return journal.was_noted(gate.db(), action, about=about, by=gate.me(), since=since)


def slow_down(person_id: int) -> None:
    """Raise ``TooFast``, journaled and told to who must know, when somebody reads in bulk."""
    me, now = gate.me(), gate.now()
    config = gate.instance().config
    limits = pace.Pace(a_day=config.records_a_day, a_minute=config.records_a_minute)
    if (wait := pace.wait(gate.db(), me, person_id, limits, at=now)) is None:
        return
    with _unit() as session:
        pace.tell_slowed(session, me, at=now)
    raise TooFast(wait)


@contextmanager
def _unit() -> Iterator[Session]:
    """A short unit of its own, whatever becomes of the request."""
    database, session = gate.instance().database, gate.db()
    if not gate.has_the_pen(session):
        with gate.unit() as fresh:
            yield fresh
        return
    database.settle(session, done=False)
    yield session
    database.settle(session, done=True)
