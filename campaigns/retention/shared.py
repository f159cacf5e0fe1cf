"""What several people share: households, sentences on sheets, rows found by what they hold.

The lines of a household stay on the sheets of their weeks while anybody called it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings
from campaigns.models import (
    Alarm,
    Barred,
    Base,
    Call,
    Campaign,
    CampaignState,
    Enrolment,
    Household,
    IssuedSheet,
    LeftOut,
    Line,
    Need,
    Pairing,
    Person,
    Report,
    ReportDraft,
    ReturnedSheet,
    RightsRequest,
    SheetNotice,
    Skip,
    SoftLock,
    TextFinding,
)

_OF_A_HOME = (SoftLock, Skip, LeftOut, Barred, Pairing)
_HANGS = (Call, Need, Alarm, RightsRequest)


def homes_alone(session: Session, people: Sequence[int]) -> list[int]:
    """The homes in which nobody but these people answers."""
    others = (
        sa.select(Person.household_id)
        .where(Person.id.not_in(people), Person.merged_into_id.is_(None))
        .where(Person.household_id.in_(holdings.homes_of(session, people)))
    )
    shared = set(session.scalars(others))
    return [one for one in holdings.homes_of(session, people) if one not in shared]


def leave_homes(session: Session, people: Sequence[int], alone: Sequence[int]) -> None:
    """Give each of these people a household of their own; ``alone``: nobody else lived there."""
    residents: dict[int, list[Person]] = {}
    for one in session.scalars(sa.select(Person).where(Person.id.in_(people)).order_by(Person.id)):
        residents.setdefault(one.household_id, []).append(one)
    for home, leaving in residents.items():
        for one in leaving[1:] if home in alone else leaving:
            one.household = Household()
    session.flush()  # the strokes that follow are written beside the session


def forget_words(session: Session, people: Sequence[int], homes: Sequence[int]) -> Counter[str]:
    """Take these people out of rows that no key ties to them; give the rows by table."""
    done: Counter[str] = Counter()
    for notice in _notices(session, people):
        session.delete(notice)
        done["sheet_notice"] += 1
    for returned, rows in _returned(session, people):
        returned.report = {**returned.report, "rows": rows}
        done["returned_sheet"] += 1
    for draft, fields in _drafts(session, people, homes):
        draft.fields = fields
        done["report_draft"] += 1
    for finding in _findings(session, people, homes):
        session.delete(finding)
        done["text_finding"] += 1
    session.flush()  # the strokes that follow are written beside the session
    return done


def count_words(session: Session, people: Sequence[int], homes: Sequence[int]) -> Counter[str]:
    """How many rows ``forget_words`` would change."""
    found = {
        "sheet_notice": _notices(session, people),
        "returned_sheet": _returned(session, people),
        "report_draft": _drafts(session, people, homes),
        "text_finding": _findings(session, people, homes),
    }
    return +Counter({name: sum(1 for _ in rows) for name, rows in found.items()})


def _sheets(people: Sequence[int]) -> sa.Select[int]:
    """The sheets on which these people stood."""
    homes = sa.select(Person.household_id).where(Person.id.in_(people))
    called = sa.select(Call.line_id).where(Call.person_id.in_(people))
    return sa.select(Line.sheet_id).where(sa.or_(Line.household_id.in_(homes), Line.id.in_(called)))


def _notices(session: Session, people: Sequence[int]) -> Iterable[SheetNotice]:
    """Sentences that name one of them (« Mme D. »), on a sheet they stood on."""
    query = sa.select(Person).where(Person.id.in_(people), Person.forgotten_at.is_(None))
    shorts = {short for one in session.scalars(query) if (short := one.short_name).strip(" .")}
    if not shorts:
        return
    found = sa.select(SheetNotice).where(SheetNotice.sheet_id.in_(_sheets(people)))
    for notice in session.scalars(found.order_by(SheetNotice.id)):
        if any(short in notice.say for short in shorts):
            yield notice


def _returned(
    session: Session, people: Sequence[int]
) -> Iterable[tuple[ReturnedSheet, list[dict[str, object]]]]:
    """Filled sheets that still hold what was written of them, and their rows without it."""
    query = (
        sa.select(ReturnedSheet)
        .join(IssuedSheet, IssuedSheet.id == ReturnedSheet.issued_id)
        .where(IssuedSheet.sheet_id.in_(_sheets(people)))
        .order_by(ReturnedSheet.id)
    )
    sheets = list(session.scalars(query))
    if not sheets:
        return
    calls = set(session.scalars(sa.select(Call.id).where(Call.person_id.in_(people))))
    for sheet in sheets:
        rows = [
            without_words(row) if row.get("call_id") in calls else row
            for row in sheet.report.get("rows", ())
        ]
        if rows != sheet.report.get("rows", []):
            yield sheet, rows


def without_words(row: dict[str, object]) -> dict[str, object]:
    """A row of a filled sheet, as the page still needs it."""
    kept = ("code", "state", "call_id")
    return {name: value for name, value in row.items() if name in kept} | {"say": ""}


def _drafts(
    session: Session, people: Sequence[int], homes: Sequence[int]
) -> Iterable[tuple[ReportDraft, dict[str, object]]]:
    """Drafts kept by person, of homes where somebody else stays; and what stays in them."""
    shared = holdings.rows_about("line", people, holdings.homes_of(session, people))
    if shared is None:
        return
    lines = sa.select(Line.id).where(shared, Line.household_id.not_in(homes))
    own = set(map(str, people))
    for draft in session.scalars(sa.select(ReportDraft).where(ReportDraft.line_id.in_(lines))):
        fields = {who: kept for who, kept in draft.fields.items() if who not in own}
        if len(fields) != len(draft.fields):
            yield draft, fields


def _findings(
    session: Session, people: Sequence[int], homes: Sequence[int]
) -> Iterable[TextFinding]:
    """Texts found doubtful by night, in rows about them."""
    if session.scalar(sa.select(TextFinding.id).limit(1)) is None:
        return
    classes = {each.local_table: each.class_.__name__.lower() for each in Base.registry.mappers}
    for name in holdings.about_people():
        table = holdings.table(name)
        where = holdings.rows_about(name, people, homes)
        if where is None or "id" not in table.columns:
            continue
        kinds = {name, classes[table]}
        named = TextFinding.object_id.in_(sa.select(table.columns.id).where(where))
        yield from session.scalars(
            sa.select(TextFinding).where(TextFinding.object_kind.in_(kinds), named)
        )


def counts_in_nothing() -> sa.ColumnElement[bool]:
    """Forgotten people of whom no call, need, alarm nor request is counted any more."""
    # Asked once: asked of each record, SQLite reads everybody each time.
    joined = sa.select(Person.merged_into_id).where(Person.merged_into_id.is_not(None))
    open_one = (
        sa.select(Enrolment.id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(Enrolment.person_id == Person.id, Campaign.state != CampaignState.CLOSED)
    )
    return sa.and_(
        Person.forgotten_at.is_not(None),
        *(~sa.exists().where(model.person_id == Person.id) for model in _HANGS),
        Person.id.not_in(joined),
        ~open_one.exists(),
    )


def drop(session: Session, people: Sequence[int]) -> None:
    """Delete empty records, their enrolments, and the homes and lines nobody called."""
    homes = holdings.homes_of(session, people)
    session.execute(sa.delete(Enrolment).where(Enrolment.person_id.in_(people)))
    session.execute(sa.delete(Person).where(Person.id.in_(people)))
    lived_in = sa.select(Person.household_id).where(Person.household_id.in_(homes))
    empty = sa.select(Household.id).where(Household.id.in_(homes), Household.id.not_in(lived_in))
    left = list(session.scalars(empty))
    for model in _OF_A_HOME:
        session.execute(sa.delete(model).where(model.household_id.in_(left)))
    happened = sa.or_(Line.id.in_(sa.select(Report.line_id)), Line.id.in_(sa.select(Call.line_id)))
    uncalled = sa.select(Line.id).where(Line.household_id.in_(left), ~happened)
    session.execute(sa.delete(ReportDraft).where(ReportDraft.line_id.in_(uncalled)))
    session.execute(sa.delete(Line).where(Line.id.in_(uncalled)))
    kept = sa.select(Line.household_id).where(Line.household_id.in_(left))
    session.execute(sa.delete(Household).where(Household.id.in_(left), Household.id.not_in(kept)))
    session.expire_all()
