"""Somebody of whom every column of every table knows something recognisable; and PDFs as text."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings
from campaigns.holdings import Nature
from campaigns.models import Campaign, Person, User
from tests import factories

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BORN = date(1931, 3, 17)
NUMBER = ("+33639987154", "06 39 98 71 54")
_TOLD = (Nature.PERSONAL, Nature.WORDS)
# Constraints that tie a filled column to another.
_WITH: dict[str, dict[str, Any]] = {"quality_case": {"closed_at": AT}}


def told_everywhere(
    session: Session, campaign: Campaign, caller: User
) -> tuple[Person, dict[str, str]]:
    """Somebody with a row in every table about people, and by column what it says of them.

    A table or column that is added later is filled by itself: whoever forgets it is found.
    """
    person = factories.person(session, campaign)
    factories.lines(session, factories.published(session, campaign))
    numbers, canaries = count(101), {}
    ordered = [name for name in reversed(holdings.about_people()) if name not in holdings.LOOSE]
    for name in ordered:
        table = holdings.table(name)
        if name in {"household", "enrolment", "line"}:
            continue  # written by the factories; nothing of theirs is words
        said = {column: f"c{next(numbers)}z" for column in holdings.columns(name, *_TOLD)}
        values = {column: _fitting(table.columns[column], canary, person)
                  for column, canary in said.items()}  # fmt: skip
        canaries |= {f"{name}.{column}": canary for column, canary in said.items()}
        if name == "person":
            session.execute(sa.update(table).where(table.c.id == person.id).values(values))
        else:
            session.execute(
                sa.insert(table).values(_needed(session, name, person, caller) | values)
            )
    _loose(session, person, caller, canaries, numbers)
    session.expire_all()
    canaries["person.birth_date"], canaries["phone.e164"] = f"{BORN:%d/%m/%Y}", NUMBER[1]
    canaries["call_suggestion.phone"] = NUMBER[1]
    return person, canaries


def _fitting(column: sa.Column[Any], canary: str, person: Person) -> Any:
    if column.name in {"e164", "phone"}:
        return NUMBER[0]
    if isinstance(column.type, sa.Date):
        return BORN
    if isinstance(column.type, sa.JSON):
        # Drafts are kept by person; the others are plain words under a name.
        under = str(person.id) if column.name == "fields" else "mots"
        return {under: {"mots": canary}} if column.name == "fields" else {under: canary}
    return canary


def _needed(session: Session, name: str, person: Person, caller: User) -> dict[str, Any]:
    """What a row cannot do without: its keys, and plain values."""
    table, by = holdings.table(name), holdings.TABLES[name].by
    values: dict[str, Any] = dict(_WITH.get(name, {}))
    for column in table.columns:
        target = next(iter(column.foreign_keys), None)
        if target is not None and (column.name in by or not column.nullable):
            values[column.name] = _key(session, target.column.table, person, caller)
            continue
        is_free = target is not None or column.nullable or column.primary_key
        if not is_free and column.default is None and column.name not in values:
            values[column.name] = _plain(column)
    return values


def _key(session: Session, table: sa.Table, person: Person, caller: User) -> Any:
    known = {"person": person.id, "household": person.household_id, "user_account": caller.id}
    if table.name in known:
        return known[table.name]
    found = session.scalar(sa.select(sa.func.max(next(iter(table.primary_key)))))
    if found is None:
        values = _needed(session, table.name, person, caller)
        made = session.execute(sa.insert(table).values(values)).inserted_primary_key
        assert made is not None
        found = made[0]
    return found


def _plain(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.Enum):
        return list(kind.enum_class or kind.enums)[0]
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer):
        return 1
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.Date):
        return AT.date()
    return "x" if isinstance(kind, sa.String) else AT


def _loose(
    session: Session, person: Person, caller: User, canaries: dict[str, str], numbers: count[int]
) -> None:
    """The rows no key ties to them: paper, sentences on a sheet, mails, found texts, the journal."""
    line = session.execute(
        sa.select(holdings.table("line")).where(
            holdings.table("line").c.household_id == person.household_id
        )
    ).one()
    call = session.scalar(sa.select(sa.func.max(holdings.table("call").c.id)))
    need = session.scalar(sa.select(sa.func.max(holdings.table("need").c.id)))
    session.refresh(person)
    words = {name: f"c{next(numbers)}z" for name in ("notice", "written", "to")}
    rows: dict[str, dict[str, Any]] = {
        "issued_sheet": {
            "sheet_id": line.sheet_id, "kind": "pdf", "number": "104019",
            "lines": [[line.id, line.household_id, [person.id]], [999, 999, [999]]],
        },
        "sheet_notice": {
            "sheet_id": line.sheet_id, "say": f"{person.short_name} {words['notice']}",
        },
        "outgoing_mail": {
            "dedup_key": "secret", "kind": "need_referred", "about": {"need": need},
            "to_address": f"{words['to']}@example.org",
        },
        "text_finding": {
            "object_kind": "call", "object_id": call, "field": "note", "kinds": "health",
        },
        "journal_entry": {"object_kind": "person", "object_id": person.id, "action": "person_opened"},
    }  # fmt: skip
    for name, values in rows.items():
        session.execute(
            sa.insert(holdings.table(name)).values(_needed(session, name, person, caller) | values)
        )
    report = {"rows": [{"call_id": call, "written": words["written"]}, {"call_id": 0}]}
    values = _needed(session, "returned_sheet", person, caller) | {"report": report}
    session.execute(sa.insert(holdings.table("returned_sheet")).values(values))
    canaries |= {
        "sheet_notice.say": words["notice"],
        "returned_sheet.report": words["written"],
        "outgoing_mail.to_address": words["to"],
    }


def pdf_text(pdf: bytes) -> str:
    """Every text of a PDF made by typst, once for each of its fonts; a search finds it in its own.

    Fonts are subsets: their table of characters stands beside them in the file.
    """
    streams = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            streams.append(zlib.decompress(packed))
        except zlib.error:
            continue  # a picture or a font, not packed so
    fonts = [_characters(one) for one in streams if b"beginbfchar" in one]
    pieces = [_glyphs(shown) for one in streams for shown in _SHOWN.findall(one)]
    return "\n".join(
        "".join(font.get(glyph, "") for glyph in piece) for font in fonts for piece in pieces
    )


def _characters(cmap: bytes) -> dict[int, str]:
    found = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", cmap)
    return {
        int(glyph, 16): bytes.fromhex(shown.decode()).decode("utf-16-be") for glyph, shown in found
    }


# Pieces set apart by spaces of their own, or one that has none.
_SHOWN = re.compile(rb"\[.*?\]TJ|\((?:\\.|[^\\)])*\)\s*Tj", re.DOTALL)
_ESCAPED = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}


def _glyphs(shown: bytes) -> list[int]:
    """The glyphs of one piece of text, two bytes each."""
    raw = bytearray()
    for text in re.findall(rb"\(((?:\\.|[^\\)])*)\)", shown, re.DOTALL):
        for octal, escaped, plain in re.findall(rb"\\([0-7]{1,3})|\\(.)|(.)", text, re.DOTALL):
            if octal:
                raw.append(int(octal, 8))
            else:
                raw += plain or bytes([_ESCAPED.get(escaped, escaped[0])])
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
