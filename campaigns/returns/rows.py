"""One returned row becomes one call, or says why not yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, reference, retry
from campaigns.models import Call, Campaign, Enrolment, Labelled, Line, Person, Report, User
from campaigns.printing import Member, Seat, codes, seats
from campaigns.refusal import Refusal
from campaigns.returns import written
from campaigns.returns.finding import Out
from campaigns.returns.written import Told, Written

# Nobody spoke, or the number is wrong: one row tells it for the whole household.
_FOR_ALL = frozenset({"Sans contact", "Numéro", "Organisation"})
# What a later call has decided, and an earlier one that comes in afterwards must not undo.
_DECIDED = (
    "stage",
    "wish",
    "next_due_on",
    "cycle_started_at",
    "not_before_at",
    "appointment_at",
    "suspended_until",
    "is_alarm",
    "other_caller",
    "last_volunteer_id",
    "times_by_last",
    "last_conversation_at",
)


class State(Labelled):
    """What became of a row."""

    DONE = "done", "enregistrée"
    KNOWN = "known", "déjà enregistrée"
    CONFLICT = "conflict", "à comparer"
    WRONG = "wrong", "à corriger"
    IGNORED = "ignored", "ignorée"


@dataclass(frozen=True, slots=True)
class Entered:
    """A row's fate: what is said of it; ``call_id`` is the call made, or the one it disagrees
    with."""

    state: State
    say: str
    call_id: int | None = None


def enter(
    session: Session,
    campaign: Campaign,
    sheet: Out,
    row: Written,
    *,
    day: date,
    keep_both: bool,
    at: datetime,
) -> Entered:
    """Log the call of a row, once whatever is sent again.

    A conflict is answered, not logged, unless ``keep_both``. Refusal when the row must be
    corrected first.
    """
    seat, member = _seat(session, campaign, sheet, row)
    told = written.read(row, week=sheet.week, issued_at=sheet.issued.issued_at, day=day, now=at)
    key = f"papier-{sheet.issued.number}-{seat.place:02d}{chr(97 + seat.rank)}"
    filled = calls.Filled(
        key=key,
        person_id=member.person_id,
        answers=told.answers,
        note=told.note,
        drafts=told.drafts,
    )
    earlier = _earlier(session, sheet.volunteer, key, member.person_id)
    met = _met(session, campaign, sheet, seat, filled, earlier, told=told, keep_both=keep_both)
    if met is not None:
        return met
    if earlier:
        filled = replace(filled, key=f"{key}-{filled.digest()[:8]}")
    return _log(session, campaign, seat, filled, told=told, by=sheet.volunteer)


def _seat(session: Session, campaign: Campaign, sheet: Out, row: Written) -> tuple[Seat, Member]:
    named = codes.row_named(sheet.issued.number, row.code)
    found = seats(session, campaign, [sheet.issued], week=sheet.week)[sheet.issued.id]
    seat = next((one for one in found if (one.place, one.rank) == named), None)
    if seat is None:
        raise Refusal(
            f"La ligne « {row.code[:12]} » n’est pas de la feuille {sheet.issued.number}. "
            "Vérifiez que ce classeur n’a pas été recopié depuis un autre.",
            field="code",
        )
    if seat.member is None:
        raise Refusal(
            "Cette ligne n’est plus sur la feuille : elle a été rendue ou confiée à quelqu’un "
            "d’autre. Ignorez-la, et notez l’appel depuis la nouvelle feuille.",
            field="code",
        )
    return seat, seat.member


def _earlier(session: Session, by: User, key: str, person_id: int) -> Sequence[tuple[Report, Call]]:
    """What this very row already logged, oldest first."""
    rows = session.execute(
        sa.select(Report, Call)
        .join(Call, sa.and_(Call.report_id == Report.id, Call.person_id == person_id))
        .where(
            Report.user_id == by.id,
            sa.or_(Report.key == key, Report.key.startswith(f"{key}-", autoescape=True)),
        )
        .order_by(Report.id)
    )
    return [(row[0], row[1]) for row in rows]


def _met(
    session: Session,
    campaign: Campaign,
    sheet: Out,
    seat: Seat,
    filled: calls.Filled,
    earlier: Sequence[tuple[Report, Call]],
    *,
    told: Told,
    keep_both: bool,
) -> Entered | None:
    """The same thing already there, or another thing nobody chose to keep beside it."""
    digest = filled.digest()
    for report, call in earlier:
        if report.digest == digest and (not told.has_hour or call.at == told.at):
            return Entered(State.KNOWN, "Déjà enregistré : rien n’a changé.", call.id)
    if keep_both:
        return None
    if earlier:
        say = "Cette ligne est déjà revenue, remplie autrement."
        return Entered(State.CONFLICT, say, earlier[-1][1].id)
    other = _called_since(session, campaign, sheet, filled.person_id)
    if other is None:
        return None
    report, call = other
    mate = report.key.startswith(f"papier-{sheet.issued.number}-{seat.place:02d}")
    outcome = reference.outcomes()[call.outcome]
    if mate and outcome.group in _FOR_ALL and outcome.code == retry.outcome_from(filled.answers):
        say = "Déjà noté avec l’autre personne du foyer."
        return Entered(State.KNOWN, say, call.id)
    return Entered(State.CONFLICT, "Cette personne a été appelée entre-temps.", call.id)


def _called_since(
    session: Session, campaign: Campaign, sheet: Out, person_id: int
) -> tuple[Report, Call] | None:
    row = session.execute(
        sa.select(Report, Call)
        .join(Call, Call.report_id == Report.id)
        .where(
            Call.campaign_id == campaign.id,
            Call.person_id == person_id,
            Call.at >= sheet.issued.issued_at,
        )
        .order_by(Call.at.desc(), Call.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def _log(
    session: Session,
    campaign: Campaign,
    seat: Seat,
    filled: calls.Filled,
    *,
    told: Told,
    by: User,
) -> Entered:
    line = session.get_one(Line, seat.line_id)
    _refuse_who_is_not_called(session.get_one(Person, filled.person_id))
    later = _decided_later(session, campaign, line, at=told.at)
    line_before = (line.closed_at, line.next_at)
    logged = calls.log(session, line, filled=filled, campaign=campaign, by=by, at=told.at)
    for enrolment, decided in later:
        for name, value in decided.items():
            setattr(enrolment, name, value)
    if later:
        line.closed_at, line.next_at = line_before
    session.flush()  # the call gets the id the sheet's report names
    mine = next(call for call in logged.calls if call.person_id == filled.person_id)
    return Entered(State.DONE, logged.report.said, mine.id)


def _refuse_who_is_not_called(person: Person) -> None:
    if person.stop is not None:
        raise Refusal(
            f"Entre-temps, plus aucun appel à cette personne : {person.stop.label}. "
            "Rien n’est enregistré ; ignorez cette ligne.",
            field="code",
        )
    if person.hold is not None:
        raise Refusal(
            f"Cette fiche est à vérifier avant tout appel ({person.hold}). Ignorez cette ligne, "
            "ou recommencez une fois la fiche confirmée.",
            field="code",
        )


def _decided_later(
    session: Session, campaign: Campaign, line: Line, *, at: datetime
) -> list[tuple[Enrolment, dict[str, object]]]:
    """What calls made after this one have settled, for each member who had one."""
    members = calls.everybody_at(session, line, campaign=campaign)
    called = set(
        session.scalars(
            sa.select(Call.enrolment_id).where(
                Call.enrolment_id.in_([one.id for one in members]), Call.at > at
            )
        )
    )
    return [
        (one, {name: getattr(one, name) for name in _DECIDED})
        for one in members
        if one.id in called
    ]
