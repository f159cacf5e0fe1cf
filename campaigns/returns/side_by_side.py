"""What came back, as its page shows it: entered rows in counts, the others one by one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from campaigns import reference
from campaigns.models import Call, Campaign, Need, ReturnedSheet
from campaigns.printing import codes, seats, written_moment
from campaigns.returns import finding
from campaigns.returns.finding import Out
from campaigns.returns.rows import State
from campaigns.returns.written import Written


@dataclass(frozen=True, slots=True)
class RowView:
    """One row: who, what became of it; ``recorded`` is what is known when the two disagree."""

    place: int
    code: str
    name: str
    state: State
    say: str
    field: str
    written: Written | None
    recorded: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Whether somebody must decide."""
        return self.written is not None


@dataclass(frozen=True, slots=True)
class Back:
    """A sheet that came back, with its rows in the order of the sheet."""

    returned: ReturnedSheet
    sheet: Out
    rows: tuple[RowView, ...]

    @property
    def counts(self) -> Mapping[State, int]:
        """How many rows are in each state."""
        return Counter(row.state for row in self.rows)

    @property
    def waiting(self) -> tuple[RowView, ...]:
        """The rows somebody must decide about."""
        return tuple(row for row in self.rows if row.waits)


def back(session: Session, campaign: Campaign, returned_id: int) -> Back | None:
    """What came back and where each row stands; None when it is not of the campaign."""
    returned = finding.returned(session, campaign, returned_id)
    if returned is None:
        return None
    sheet = finding.one(session, campaign, returned.issued_id)
    if sheet is None:
        return None
    names = _names(session, campaign, sheet)
    against = {row["call_id"] for row in returned.report["rows"] if "written" in row}
    recorded = _recorded(session, [one for one in against if one is not None])
    return Back(
        returned,
        sheet,
        tuple(
            RowView(
                place=place,
                code=row["code"],
                name=names.get(codes.row_named(sheet.issued.number, row["code"]), ""),
                state=State(row["state"]),
                say=row["say"],
                field=row.get("field", ""),
                written=Written.from_kept(row["written"]) if "written" in row else None,
                recorded=recorded.get(row.get("call_id"), ()),
            )
            for place, row in enumerate(returned.report["rows"])
        ),
    )


def _names(session: Session, campaign: Campaign, sheet: Out) -> dict[tuple[int, int] | None, str]:
    found = seats(session, campaign, [sheet.issued], week=sheet.week)[sheet.issued.id]
    return {(seat.place, seat.rank): seat.name(is_full=True) for seat in found}


def _recorded(session: Session, ids: list[int]) -> dict[int | None, tuple[str, ...]]:
    """What is known of some calls, a sentence each piece."""
    found = list(
        session.scalars(
            sa.select(Call).where(Call.id.in_(ids)).options(selectinload(Call.volunteer))
        )
    )
    labels = reference.categories()
    raised: dict[int | None, list[str]] = {}
    for call_id, category in session.execute(
        sa.select(Need.call_id, Need.category).where(Need.call_id.in_(ids)).order_by(Need.id)
    ):
        raised.setdefault(call_id, []).append(labels[category].label)
    return {call.id: _lines(call, raised.get(call.id, [])) for call in found}


def _lines(call: Call, needs: list[str]) -> tuple[str, ...]:
    said = [
        f"{written_moment(call.at)}, par {call.volunteer.first_name}",
        reference.outcomes()[call.outcome].label,
    ]
    if call.mood is not None:
        said.append(f"Va : {call.mood.label.lower()}")
    if call.asked_at is not None:
        said.append(f"Rappel convenu {written_moment(call.asked_at)}")
    if call.wish is not None:
        said.append(f"Souhait : {call.wish.label.lower()}")
    if needs:
        said.append(f"Besoin : {', '.join(needs)}")
    if call.note:
        said.append(call.note)
    return tuple(said)
