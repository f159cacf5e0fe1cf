"""One returned row becomes one call, or says why not yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, reference, retry
from campaigns.models import Call, Campaign, Labelled, Phone, Report, User
from campaigns.printing import Member, Seat, codes, seats
from campaigns.refusal import Refusal
from campaigns.returns import numbers, recording, written
from campaigns.returns.finding import Out
from campaigns.returns.written import Told, Written

# Nobody spoke, or the number is wrong: one row tells it for the whole household.
_FOR_ALL = frozenset({"Sans contact", "Numéro", "Organisation"})


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
    seat, member, line_id = _seat(session, campaign, sheet, row)
    told = written.read(row, week=sheet.week, issued_at=sheet.issued.issued_at, day=day, now=at)
    key = f"papier-{sheet.issued.number}-{seat.place:02d}{chr(97 + seat.rank)}"
    earlier = _earlier(session, sheet.volunteer, key, member.person_id)
    phones = _numbers_in_doubt(session, sheet, member, told)
    filled = calls.Filled(
        key=key,
        person_id=member.person_id,
        answers=told.answers,
        note=told.note,
        phone_id=_wrong_number(row, phones, earlier),
        drafts=told.drafts,
        is_past=True,
    )
    met = _met(session, campaign, sheet, seat, filled, earlier, told=told, keep_both=keep_both)
    if met is not None:
        return met
    if phones and filled.phone_id is None:
        raise Refusal(numbers.which(phones), field="number")
    if earlier:
        filled = replace(filled, key=f"{key}-{filled.digest()[:8]}")
    call, say = recording.record(session, campaign, line_id, filled, told=told, by=sheet.volunteer)
    return Entered(State.DONE, say, call.id)


def _numbers_in_doubt(session: Session, sheet: Out, member: Member, told: Told) -> Sequence[Phone]:
    """The numbers one of which the row says is wrong; none when it says nothing of the kind."""
    if not reference.outcomes()[retry.outcome_from(told.answers)].invalidates_number:
        return ()
    issued_at = sheet.issued.issued_at
    return numbers.on_the_sheet(session, member.person_id, issued_at=issued_at)


def _wrong_number(
    row: Written, phones: Sequence[Phone], earlier: Sequence[tuple[Report, Call]]
) -> int | None:
    """The number that was wrong, None when it is not said yet: sent again, the row means the one
    already dropped."""
    before = earlier[-1][1].phone_id if phones and earlier and not row.number.strip() else None
    if before is not None:
        return before
    phone = numbers.named(row.number, phones) if phones else None
    return phone.id if phone else None


def _seat(
    session: Session, campaign: Campaign, sheet: Out, row: Written
) -> tuple[Seat, Member, int]:
    if not row.code.strip():
        raise Refusal(
            "Cette ligne a été ajoutée sous celles de la feuille : elle ne dit pas qui a été "
            "appelé. Ignorez-la, et notez l’appel depuis la page de la personne.",
            field="code",
        )
    named = codes.row_named(sheet.issued.number, row.code)
    found = seats(session, campaign, [sheet.issued], week=sheet.week)[sheet.issued.id]
    seat = next((one for one in found if (one.place, one.rank) == named), None)
    if seat is None:
        raise Refusal(
            f"La ligne « {row.code[:12]} » n’est pas de la feuille {sheet.issued.number}. "
            "Vérifiez que ce classeur n’a pas été recopié depuis un autre.",
            field="code",
        )
    if seat.member is None or seat.line_id is None:
        raise Refusal(
            "Cette ligne n’est plus sur la feuille : elle a été rendue ou confiée à quelqu’un "
            "d’autre. Ignorez-la, et notez l’appel depuis la nouvelle feuille.",
            field="code",
        )
    return seat, seat.member, seat.line_id


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
