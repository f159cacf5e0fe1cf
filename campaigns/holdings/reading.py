"""All that is kept about one person, table by table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # rows of any table

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.holdings import ways
from campaigns.models import Base, Person

Row = dict[str, Any]
_SOME = 500  # numbers in one statement


@dataclass(frozen=True, slots=True)
class _About:
    people: Sequence[int]
    homes: Sequence[int]
    shorts: frozenset[str]  # « Mme D. », as sentences name them
    are_alone: bool  # nobody else answers their telephone


def of_person(session: Session, person_id: int) -> dict[str, list[Row]]:
    """Every row about one person, by table, in the order of their ids; tables with none as well.

    Doubles joined to the record are theirs. Of what a household shares, only their part: nothing
    that was said, drafted or printed of somebody else who answers the same telephone.
    """
    people = ways.same_person(session, person_id)
    homes = ways.homes_of(session, people)
    about = _About(people, homes, _shorts(session, people), _are_alone(session, people, homes))
    found: dict[str, list[Row]] = {}
    for name in reversed(ways.about_people()):  # what others hang on comes first
        where = ways.rows_about(name, people, homes)
        if where is not None:
            found[name] = _rows(session, name, where)
    for name, pick in _SHARED.items():
        found[name] = list(pick(found, found[name], about))
    for name, read in _LOOSE.items():
        found[name] = read(session, found, about)
    return found


def _rows(session: Session, name: str, where: sa.ColumnElement[bool]) -> list[Row]:
    one = ways.table(name)
    query = sa.select(one).where(where).order_by(*one.primary_key.columns)
    return [dict(row) for row in session.execute(query).mappings()]


def _shorts(session: Session, people: Sequence[int]) -> frozenset[str]:
    rows = session.scalars(sa.select(Person).where(Person.id.in_(people)))
    return frozenset(short for one in rows if (short := one.short_name).strip(" ."))


def _are_alone(session: Session, people: Sequence[int], homes: Sequence[int]) -> bool:
    other = sa.select(Person.id).where(Person.household_id.in_(homes), Person.id.not_in(people))
    return session.scalar(other.limit(1)) is None


def _own_reports(
    found: Mapping[str, list[Row]], rows: Iterable[Row], about: _About
) -> Iterable[Row]:
    """Reports their calls came from; what was said of several at once stays out."""
    own = {call["report_id"] for call in found["call"]}
    for row in rows:
        if row["id"] in own or about.are_alone:
            names_them = any(short in row["said"] for short in about.shorts)
            yield row if about.are_alone or names_them else {**row, "said": ""}


def _own_drafts(
    found: Mapping[str, list[Row]], rows: Iterable[Row], about: _About
) -> Iterable[Row]:
    """Drafts about them: a household's are kept by person."""
    own = set(map(str, about.people))
    for row in rows:
        fields = {who: kept for who, kept in row["fields"].items() if who in own}
        if fields:
            yield {**row, "fields": fields}


def _issued(session: Session, found: Mapping[str, list[Row]], about: _About) -> list[Row]:
    """Printed sheets that name them, with their own line alone."""
    lines = {line["id"] for line in found["line"]}
    table, given = ways.table("issued_sheet"), []
    for row in session.execute(sa.select(table).order_by(table.c.id)).mappings():
        own = [each for each in row["lines"] if _names(each, lines, about)]
        if own:
            given.append({**row, "lines": own})
    return given


def _names(printed: Any, lines: set[int], about: _About) -> bool:
    if not isinstance(printed, list):
        return printed in lines  # the first sheets: bare numbers of lines
    _, home, people = printed
    return home in about.homes and bool(set(people) & set(about.people) or not people)


def _returned(session: Session, found: Mapping[str, list[Row]], _about: _About) -> list[Row]:
    """What was written of them on a sheet that came back: the rows logged as their calls."""
    calls = {call["id"] for call in found["call"]}
    table, given = ways.table("returned_sheet"), []
    for row in session.execute(sa.select(table).order_by(table.c.id)).mappings():
        rows = row["report"].get("rows", ())
        own = [each for each in rows if each.get("call_id") in calls]
        if own:
            given.append({**row, "report": {**row["report"], "rows": own}})
    return given


def _notices(session: Session, found: Mapping[str, list[Row]], about: _About) -> list[Row]:
    """Sentences left on the sheets they stood on, that name them."""
    sheets = sorted({line["sheet_id"] for line in found["line"]})
    table, given = ways.table("sheet_notice"), []
    for some in _in_parts(sheets):
        rows = session.execute(sa.select(table).where(table.c.sheet_id.in_(some))).mappings()
        given += [dict(row) for row in rows if any(short in row["say"] for short in about.shorts)]
    return sorted(given, key=lambda row: row["id"])


def _objects(session: Session, found: Mapping[str, list[Row]], name: str) -> list[Row]:
    """Rows of a table that names others by kind and number, and names theirs."""
    table, given = ways.table(name), []
    for kinds, ids in _named(found):
        for some in _in_parts(ids):
            named = (table.c.object_kind.in_(kinds), table.c.object_id.in_(some))
            rows = session.execute(sa.select(table).where(*named)).mappings()
            given += [dict(row) for row in rows]
    return sorted(given, key=lambda row: row["id"])


def _mails(session: Session, found: Mapping[str, list[Row]], _about: _About) -> list[Row]:
    """Mails about one of their needs or alarms: to whom, when; a mail holds numbers alone."""
    own = {(kind, one) for kinds, ids in _named(found) for kind in kinds for one in ids}
    table, given = ways.table("outgoing_mail"), []
    for row in session.execute(sa.select(table).order_by(table.c.id)).mappings():
        items = (row["about"], *row["about"].get("items", ()))
        if any((kind, one) in own for item in items for kind, one in _numbers(item)):
            given.append(dict(row))
    return given


def _numbers(item: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    return ((kind, one) for kind, one in item.items() if isinstance(one, int))


def _named(found: Mapping[str, list[Row]]) -> list[tuple[tuple[str, ...], list[int]]]:
    """How other rows name theirs: the model in lower case, or the table; and the numbers."""
    classes = {each.local_table: each.class_.__name__.lower() for each in Base.registry.mappers}
    given = []
    for name, rows in found.items():
        one = ways.table(name)
        is_own = "person_id" in one.columns or name in _THEIRS
        ids = [row["id"] for row in rows if is_own and "id" in row]
        if ids:
            given.append((tuple({name, classes[one]}), ids))
    return given


def _in_parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _SOME] for start in range(0, len(ids), _SOME))


# What hangs on one person alone; lines, households and sheets are shared.
_THEIRS = {
    "person", "call_revision", "review", "referral", "need_step", "need_question", "voucher",
    "appointment", "alarm_step", "care_request",
}  # fmt: skip
_SHARED: dict[str, Callable[[Mapping[str, list[Row]], Iterable[Row], _About], Iterable[Row]]] = {
    "report": _own_reports,
    "report_draft": _own_drafts,
}
_LOOSE: dict[str, Callable[[Session, Mapping[str, list[Row]], _About], list[Row]]] = {
    "issued_sheet": _issued,
    "returned_sheet": _returned,
    "sheet_notice": _notices,
    "journal_entry": lambda session, found, _: _objects(session, found, "journal_entry"),
    "text_finding": lambda session, found, _: _objects(session, found, "text_finding"),
    "outgoing_mail": _mails,
}
