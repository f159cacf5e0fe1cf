"""What leaves the screen: enough to call, nothing more, and codes that come back right."""

from __future__ import annotations

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from campaigns import people, printing, reference, retry
from campaigns.models import (
    Campaign,
    IssuedSheet,
    JournalEntry,
    Person,
    Phone,
    Role,
    StopReason,
    Title,
    User,
    Wish,
)
from campaigns.printing import Paper, Row, codes
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import EVE, TUESDAY, WEEK

NBSP = "\u00a0"


def row(number: int = 1, **columns: object) -> Row:
    values = {
        "code": f"{number:02d}-K",
        "name": "Mme P. D.",
        "phones": ("06 39 98 00 12",),
        "why": "a demandé un appel chaque semaine",
        "best_time": "plutôt le matin",
        "last_contact": "premier appel",
    }
    return Row(**(values | columns))  # type: ignore[arg-type]  # columns are Row's own


def paper(*rows: Row, number: str = "104019") -> Paper:
    return Paper(
        number, "Claire Martin", WEEK, "Département de la Somme", f"03{NBSP}53", False, rows
    )


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session, paper_allowed=True)


@pytest.fixture
def by(session: Session, campaign: Campaign) -> User:
    return factories.user(session, Role.COORDINATION, campaign)


def issue(session: Session, campaign: Campaign, by: User, **told: object) -> list[IssuedSheet]:
    asked = {"week": WEEK, "kind": "pdf", "volunteers": None, "by": by, "at": TUESDAY} | told
    return printing.issue(session, campaign, **asked)  # type: ignore[arg-type]  # issue's own


def printed(session: Session, campaign: Campaign, by: User) -> list[Paper]:
    issued = issue(session, campaign, by)
    return printing.papers(session, campaign, issued, week=WEEK)


# Codes -------------------------------------------------------------------------------------


def test_every_outcome_and_every_need_has_a_code() -> None:
    reached = set()
    for each in codes.OUTCOMES.values():
        for has_needs in (False, True):
            asked = None
            if each.answers.situation in {"RAPPEL_DATE", "ABSENT_DATE"}:
                asked = TUESDAY.date()
            spoke = each.answers.spoke
            answers = retry.Answers(
                spoke,
                each.answers.situation,
                each.answers.mood,
                has_needs,
                each.answers.short,
                each.answers.message_left,
                asked,
            )
            reached.add(retry.outcome_from(answers))
    assert reached == set(reference.outcomes())
    assert set(codes.NEEDS.values()) == set(reference.categories())
    assert len(set(codes.NEEDS.values())) == len(codes.NEEDS)
    assert set(codes.WISHES.values()) == set(Wish)
    assert all(len(code) <= 2 for code in (*codes.OUTCOMES, *codes.NEEDS))


@given(st.integers(1, 10_000_000), st.integers(1, 99), st.data())
def test_one_mistyped_figure_of_a_number_is_always_seen(
    sheet_id: int, nth: int, data: st.DataObject
) -> None:
    number = codes.sheet_number(sheet_id, nth)
    assert codes.is_sheet_number(number)
    at = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([one for one in "0123456789" if one != number[at]]))
    assert not codes.is_sheet_number(number[:at] + other + number[at + 1 :])


@given(st.integers(1, 400), st.integers(0, 25), st.booleans(), st.data())
def test_a_row_code_names_its_row_and_a_mistyped_one_names_none(
    place: int, member: int, alone: bool, data: st.DataObject
) -> None:
    code = codes.row_code("104019", place, member, alone=alone)
    assert codes.row_named("104019", code) == (place, member)
    assert codes.row_named("104019", code.lower().replace("-", " ")) == (place, member)
    at = data.draw(st.sampled_from([at for at, sign in enumerate(code) if sign.isdigit()]))
    if code[at:].count("-"):
        other = data.draw(st.sampled_from([one for one in "0123456789" if one != code[at]]))
        assert codes.row_named("104019", code[:at] + other + code[at + 1 :]) is None


def test_what_is_no_code_names_nothing() -> None:
    for text in ("", "-", "K", "07", "zz-K", "٠٧-K", "0712-K", "07ab-K"):
        assert codes.row_named("104019", text) is None
    assert not codes.is_sheet_number("")
    assert not codes.is_sheet_number("10-40")


# Issuing -----------------------------------------------------------------------------------


def test_nothing_leaves_a_campaign_that_keeps_to_the_screen(
    session: Session, campaign: Campaign, by: User
) -> None:
    campaign.paper_allowed = False
    with pytest.raises(Refusal, match="pas les feuilles hors écran"):
        issue(session, campaign, by)


def test_a_sheet_is_numbered_and_its_lines_are_those_still_to_call(
    session: Session, campaign: Campaign, by: User
) -> None:
    caller = factories.volunteer(session, campaign)
    for _ in range(3):
        factories.person(session, campaign)
    plan = factories.published(session, campaign)
    lines = factories.lines(session, plan, caller)
    lines[1].closed_at = TUESDAY
    session.flush()
    (first,) = issue(session, campaign, by)
    (second,) = issue(session, campaign, by, kind="xlsx")
    assert [line[0] for line in first.lines] == [lines[0].id, lines[2].id]
    assert first.number != second.number
    assert codes.is_sheet_number(first.number)
    assert first.issued_by_id == by.id
    noted = session.info["journal"][-1]
    assert (noted.action, noted.detail) == (
        "sheet_issued",
        {"kind": "xlsx", "lines": 2, "with_names": False},
    )


def test_a_week_that_is_over_or_not_published_gives_no_sheet(
    session: Session, campaign: Campaign, by: User
) -> None:
    factories.volunteer(session, campaign)
    factories.person(session, campaign)
    with pytest.raises(Refusal, match="rien à sortir"):
        issue(session, campaign, by)
    with pytest.raises(Refusal, match="terminée"):
        issue(session, campaign, by, at=TUESDAY + timedelta(weeks=1))
    with pytest.raises(Refusal, match="feuille imprimée ou un classeur"):
        issue(session, campaign, by, kind="exe")
    assert session.scalars(sa.select(JournalEntry)).all() == []


def test_a_sheet_tells_initials_numbers_and_why_and_no_private_thing(
    session: Session, campaign: Campaign, by: User
) -> None:
    factories.volunteer(session, campaign)
    person = factories.person(
        session,
        campaign,
        title=Title.MRS,
        last_name="Dupont",
        birth_date=EVE.date().replace(year=1941),
        address="4 rue du Moulin",
        town="Abbeville",
        schemes="APA",
        best_half="am",
    )
    phone = session.scalars(sa.select(Phone).where(Phone.person_id == person.id)).one()
    factories.published(session, campaign)
    (told,) = printed(session, campaign, by)
    (only,) = told.rows
    assert only.name == "Mme P. D."
    assert only.phones[0].replace(NBSP, "") == "0" + phone.e164[3:]
    assert only.best_time == "plutôt le matin"
    for private in ("Dupont", "1941", "Moulin", "Abbeville", "APA"):
        assert private not in repr(told)
    campaign.paper_full_names = True
    assert printed(session, campaign, by)[0].rows[0].name == "Mme Paulette Dupont"


def test_who_may_not_be_called_is_not_printed_and_keeps_their_letter(
    session: Session, campaign: Campaign, by: User
) -> None:
    factories.volunteer(session, campaign)
    first = factories.person(session, campaign)
    second = factories.person(session, campaign, household=first.household)
    factories.published(session, campaign)
    people.stop(
        session, session.get_one(Person, first.id), reason=StopReason.OBJECTED, by=None, at=TUESDAY
    )
    session.flush()
    (told,) = printed(session, campaign, by)
    assert [one.code[:3] for one in told.rows] == ["01b"]
    (seats,) = printing.seats(
        session, campaign, session.scalars(sa.select(IssuedSheet)).all(), week=WEEK
    ).values()
    assert [seat.member.person_id for seat in seats if seat.member] == [first.id, second.id]


def test_the_last_contact_stands_in_one_line(
    session: Session, campaign: Campaign, by: User
) -> None:
    caller = factories.volunteer(session, campaign)
    person = factories.person(session, campaign)
    plan = factories.published(session, campaign)
    (line,) = factories.lines(session, plan)
    factories.call(session, line, person, by=caller, at=TUESDAY, spoke=retry.Spoke.NO_ANSWER)
    session.flush()
    (told,) = printed(session, campaign, by)
    assert told.rows[0].last_contact == "24 nov., sonne, ne répond pas"


# The printed page --------------------------------------------------------------------------


def test_one_document_holds_every_sheet_tagged_with_its_own_pages() -> None:
    many = tuple(row(number, name="M. " + "Nom-bien-long " * 6) for number in range(1, 37))
    made = printing.pdf([paper(*many), paper(row(), number="104028")])
    assert made.startswith(b"%PDF-")
    told = _objects(made)
    assert b"/MarkInfo" in told
    assert b"/Marked true" in told
    assert b"/Lang" in told
    assert b"pdfuaid" in told
    assert len(re.findall(rb"/Type ?/Page\b", told)) == len(
        printing.images([paper(*many), paper(row(), number="104028")], ppi=10)
    )


def test_a_sheet_is_looked_at_as_a_picture_ink_where_it_must_be_and_margins_white() -> None:
    (first, reminder) = printing.images([paper(*(row(number) for number in range(1, 5)))], ppi=36)
    for picture in (first, reminder):
        width, height, rows = _greys(picture)
        assert (width, height) == (298, 421)
        for edge in (rows[0], rows[-1], [line[0] for line in rows], [line[-1] for line in rows]):
            assert set(edge) == {255}, "ink runs into the edge"
        inked = sum(min(line) < 200 for line in rows)
        assert inked > height / 3
        assert any(min(line) < 200 for line in rows[int(height * 0.93) :]), "no footer"


def test_sixteen_people_stand_on_three_pages_before_the_reminder() -> None:
    told = tuple(
        row(number, why="a demandé un appel chaque semaine, vous l’avez appelée deux fois")
        for number in range(1, 17)
    )
    assert len(printing.images([paper(*told)], ppi=10)) == 4


def test_two_people_may_print_at_the_same_moment() -> None:
    told = [paper(*(row(number) for number in range(1, 60)), number=f"1040{at}") for at in range(4)]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda one: printing.pdf([one]), told))
    assert all(one.startswith(b"%PDF-") for one in made)


def test_the_codes_drawn_as_a_picture_are_told_in_words_too() -> None:
    told = _objects(printing.pdf([paper(row())]))
    for label in ("Personne décédée", "Médicaments / pharmacie"):
        # Text strings of a PDF may be UTF-16 in hexadecimal (ISO 32000-2, 7.3.4.3 and 7.9.2.2).
        assert label.encode("utf-16-be").hex().upper().encode() in told


def test_what_a_list_holds_is_never_markup() -> None:
    hostile = row(name='#panic("x") *gras* $x$ @a <b> \\ // "', why='#import "a": *\n```')
    assert printing.pdf([paper(hostile)]).startswith(b"%PDF-")


# The workbook ------------------------------------------------------------------------------


def opened(told: Paper) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(printing.workbook(told)))


def test_a_workbook_offers_choices_and_locks_who_and_where() -> None:
    book = opened(paper(row(1), row(2)))
    assert book.sheetnames == ["Appels", "Mode d’emploi", "Codes"]
    assert all(sheet.sheet_state == "visible" for sheet in book)
    sheet = book["Appels"]
    titles = [cell.value for cell in sheet[1]]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    # What is filled in has the format of its column, what is written that of its cell.
    opened_columns = [one for one in sheet.column_dimensions.values() if not one.protection.locked]
    free = {title for one in opened_columns for title in titles[one.min - 1 : one.max]}
    assert free == set(titles[7:])
    assert all(cell.protection.locked for line in sheet for cell in line if cell.value is not None)
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    listed = [rule for rule in rules.values() if rule.type == "list"]
    assert len(listed) == 5  # outcome, wish, two needs, agreement
    assert rules["H2:H3"].formula1 == f"Codes!$A$2:$A${len(codes.OUTCOMES) + 1}"
    assert book["Codes"]["A6"].value == "5 – Sonne, ne répond pas"
    assert all(not column.hidden for one in book for column in one.column_dimensions.values())


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    hostile = row(name="=HYPERLINK(1)", why="+33\x00@x", last_contact="-2", phones=("=1+1",))
    sheet = opened(paper(hostile))["Appels"]
    assert {cell.data_type for line in sheet for cell in line} <= {"s", "n"}
    assert sheet["C2"].value == "=HYPERLINK(1)"


def test_a_whole_week_is_one_archive_named_by_numbers() -> None:
    made = printing.archive([paper(row()), paper(row(), number="104028")])
    assert ZipFile(BytesIO(made)).namelist() == ["feuille-104019.xlsx", "feuille-104028.xlsx"]


def _objects(pdf: bytes) -> bytes:
    """The text of a PDF's objects, those packed together included."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    opened_streams = []
    for piece in packed:
        try:
            opened_streams.append(zlib.decompress(piece))
        except zlib.error:
            opened_streams.append(piece)  # not compressed: as it stands
    return pdf + b"\n".join(opened_streams)


def _greys(png: bytes) -> tuple[int, int, list[list[int]]]:
    """Width, height and the grey of every point of a picture without interlace."""
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    depth, kind = png[24], png[25]
    assert depth == 8
    size = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    raw = zlib.decompress(b"".join(_chunks(png)))
    rows, before = [], bytearray(width * size)
    for at in range(height):
        start = at * (width * size + 1)
        line = _unfiltered(raw[start], raw[start + 1 : start + 1 + width * size], before, size)
        rows.append([line[x] for x in range(0, width * size, size)])
        before = line
    return width, height, rows


def _chunks(png: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            found.append(png[at + 8 : at + 8 + length])
        at += 12 + length
    return found


def _unfiltered(kind: int, line: bytes, above: bytearray, size: int) -> bytearray:
    """One line of a PNG without its filter (PNG specification, section 9)."""
    out = bytearray(line)
    for at in range(len(out)):
        left = out[at - size] if at >= size else 0
        up, corner = above[at], above[at - size] if at >= size else 0
        if kind == 4:
            near = left + up - corner
            by = {abs(near - corner): corner, abs(near - up): up, abs(near - left): left}
            out[at] = (out[at] + by[min(by)]) % 256
        else:
            add = {0: 0, 1: left, 2: up, 3: (left + up) // 2}[kind]
            out[at] = (out[at] + add) % 256
    return out
