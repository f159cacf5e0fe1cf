"""What is counted of people, calls, needs and the journal, for who asks nothing named."""

from collections.abc import Callable, Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference, weeks
from campaigns.exports import named_calls, named_journal, named_needs, named_people
from campaigns.exports.counting import Hide, Tally
from campaigns.exports.tables import Asked, Cells, Columns
from campaigns.models import Call, Enrolment, JournalEntry, Need, NeedState, Person, Role, Territory

Counts = Callable[[Session, Asked, Hide], Iterator[Cells]]
_BATCH = 5_000


def _people(session: Session, asked: Asked, hide: Hide) -> Iterator[Cells]:
    tally = Tally.empty()
    columns = sa.select(
        Person.id, Person.insee, Territory.code, Enrolment.wish, Enrolment.last_conversation_at
    )
    for person_id, insee, code, wish, spoken_at in _read(
        session, named_people.within(columns, asked)
    ):
        territory = code or ""
        tally.add("ensemble", "people", "personnes")
        tally.add("territoire", "people", "personnes", territory=territory)
        if spoken_at is not None:
            tally.add("ensemble", "spoken", "personnes déjà jointes")
            tally.add("territoire", "spoken", "personnes déjà jointes", territory=territory)
        tally.add("souhait", wish.value, wish.label)
        tally.place(insee, person_id)
    order = ("ensemble", "souhait", "territoire")
    yield from tally.lines(session, order=order, what=("people", "personnes"), hide=hide)


def _calls(session: Session, asked: Asked, hide: Hide) -> Iterator[Cells]:
    tally, outcomes = Tally.empty(), reference.outcomes()
    columns = sa.select(
        Call.person_id, Call.at, Call.outcome, Call.is_conversation, Person.insee, Territory.code
    )
    for person_id, at, outcome, spoken, insee, code in _read(
        session, named_calls.within(columns, asked)
    ):
        week, territory = weeks.of(weeks.local_day(at)), code or ""
        for kind, label in (("calls", "appels"), *([_SPOKEN] if spoken else ())):
            tally.add("ensemble", kind, label)
            tally.add("semaine", kind, label, week=week)
            tally.add("territoire", kind, label, territory=territory)
            tally.add("semaine et territoire", kind, label, week=week, territory=territory)
        tally.add("issue", outcome, outcomes[outcome].label)
        tally.add("semaine et issue", outcome, outcomes[outcome].label, week=week)
        tally.place(insee, person_id)
    order = (
        "ensemble", "issue", "semaine", "territoire", "semaine et issue", "semaine et territoire",
    )  # fmt: skip
    yield from tally.lines(session, order=order, what=("calls", "appels"), hide=hide)


_SPOKEN = ("conversations", "conversations")


def _needs(session: Session, asked: Asked, hide: Hide) -> Iterator[Cells]:
    tally = Tally.empty()
    columns = sa.select(Need, Person.insee, Territory.code)
    for need, insee, code in _read(session, named_needs.within(columns, asked)):
        week = weeks.of(weeks.local_day(need.raised_at))
        category = reference.categories()[need.category]
        is_open = need.state is not NeedState.CLOSED
        tally.add("ensemble", "needs", "besoins")
        tally.add("ensemble", *(("open", "besoins ouverts") if is_open else _CLOSED))
        tally.add("semaine", "needs", "besoins", week=week)
        tally.add("territoire", "needs", "besoins", territory=code or "")
        tally.add("catégorie", need.category, category.label)
        tally.add("semaine et catégorie", need.category, category.label, week=week)
        tally.add("territoire et catégorie", need.category, category.label, territory=code or "")
        tally.add("urgence", need.urgency.value, need.urgency.label)
        if need.result is not None:
            tally.add("résultat", need.result.value, need.result.label)
        if topic := reference.topics().get(need.category):
            tally.add("thématique data·inclusion", topic, topic)
        tally.place(insee, need.person_id)
    order = (
        "ensemble", "urgence", "catégorie", "thématique data·inclusion", "résultat", "semaine",
        "territoire", "semaine et catégorie", "territoire et catégorie",
    )  # fmt: skip
    yield from tally.lines(session, order=order, what=("needs", "besoins"), hide=hide)


_CLOSED = ("closed", "besoins clos")


def _journal(session: Session, asked: Asked, hide: Hide) -> Iterator[Cells]:
    tally = Tally.empty()
    roles = {role.value: role.label for role in Role}
    columns = sa.select(JournalEntry.at, JournalEntry.action, JournalEntry.actor_role)
    for at, action, role in _read(session, named_journal.within(columns, asked)):
        tally.add("ensemble", "acts", "actes")
        tally.add("rôle", role, roles.get(role, "le logiciel ou un lien"))
        tally.add("semaine et acte", action, action, week=weeks.of(weeks.local_day(at)))
    order = ("ensemble", "rôle", "semaine et acte")
    yield from tally.lines(session, order=order, what=("acts", "actes"), hide=hide)


def _read(session: Session, query: sa.Select[*Columns]) -> Iterator[sa.Row[*Columns]]:
    yield from session.execute(query.execution_options(yield_per=_BATCH))


COUNTS: Mapping[str, Counts] = {
    "people": _people,
    "calls": _calls,
    "needs": _needs,
    "journal": _journal,
}
