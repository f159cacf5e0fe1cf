"""A week's sheets off screen: 193 workbooks, one PDF of all of them, PDFs one by one.

The yardsticks are the libraries alone in the same run: XlsxWriter in memory writing the same texts
without a format, typst setting the same rows as bare tables, typst compiling our pages one by one
with one compiler once everything is read.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any  # typst’s compiler

import sqlalchemy as sa
import typst
import xlsxwriter
from sqlalchemy.orm import Session

from appel_solidaire.instance import Instance
from campaigns import launch, printing
from campaigns.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Household,
    Line,
    Organisation,
    Person,
    Phone,
    Role,
    Sheet,
    Stage,
    Stream,
    Title,
    User,
    WeekPlan,
    Wish,
)
from campaigns.printing import Paper, pages, workbooks
from scripts.benches import instances, monday
from scripts.benches.measure import Figure, in_turns, timed

VOLUNTEERS, EACH = 193, 15
ONE_BY_ONE = 20  # PDFs of their own: the ratio is the same as for all of them
PLAIN = """#let data = json(bytes(sys.inputs.data))
#set document(title: "Feuilles")
#set text(font: "Atkinson Hyperlegible Next", size: 12pt, lang: "fr")
#for sheet in data.sheets {
  heading[#sheet.caller, #sheet.number]
  table(columns: 6, ..for row in sheet.rows {
    (row.code, row.name, row.phones.join(), row.why, row.best_time, row.last_contact)
  })
  pagebreak(weak: true)
}
"""
WEEK = "2026-W48"
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def run() -> list[Figure]:
    """Measure on each engine there is; what reads no table once."""
    figures: list[Figure] = []
    told: list[Paper] = []
    for engine in instances.engines():
        with instances.fresh(engine) as instance:
            by_id = _fill(instance)
            suffix = "" if engine == "sqlite" else f".{engine}"
            start = time.perf_counter()
            told = _issue(instance, by_id)
            seconds = time.perf_counter() - start
            figures.append(Figure(f"paper.issue_and_read_s{suffix}", seconds, "s"))
    return [*figures, _workbooks(told), *_documents(told), *monday.run()]


def _issue(instance: Instance, by_id: int) -> list[Paper]:
    """Every sheet of the week issued, durably, then read as it is printed."""
    with instance.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        by = session.get_one(User, by_id)
        issued = printing.issue(
            session, campaign, week=WEEK, kind="xlsx", volunteers=None, by=by, at=NOW
        )
    with instance.database.reading() as session:
        return printing.papers(session, campaign, issued, week=WEEK)


def _workbooks(told: list[Paper]) -> Figure:
    def ours() -> float:
        return timed(lambda: [printing.workbook(paper) for paper in told])

    value, yardstick = in_turns(ours, lambda: timed(lambda: [_plain(paper) for paper in told]))
    return Figure("paper.193_workbooks_s", value, "s", yardstick)


def _plain(paper: Paper) -> bytes:
    """The same texts on the same three sheets by the library alone."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet(workbooks.CALLS)
    sheet.write_row(0, 0, [column.title for column in workbooks.COLUMNS])
    for line, row in enumerate(paper.rows, 1):
        phones = "\n".join(row.phones)
        told = (row.code, row.name, phones, row.why, row.best_time, row.last_contact)
        sheet.write_row(line, 0, (paper.number, *told))
    book.add_worksheet(workbooks.MANUAL).write_column(0, 0, workbooks.HELP)
    choices = book.add_worksheet(workbooks.CHOICES)
    for at, texts in enumerate(workbooks.CHOICES_OF.values()):
        choices.write_column(1, at, texts)
    book.close()
    return content.getvalue()


def _documents(told: list[Paper]) -> list[Figure]:
    """typst keeps what it laid out: each side gets sheets it has not seen, one of each before."""
    printing.pdf(told[-1:])
    _plainly(told[-1:])
    whole, alone = in_turns(
        lambda: timed(lambda: printing.pdf(told[:-1])),
        lambda: timed(lambda: _plainly(told[:-1])),
        rounds=1,
    )
    other = [
        replace(paper, rows=tuple(replace(row, why=f"{row.why} : {number}") for row in paper.rows))
        for number, paper in enumerate(told)
    ]
    some = [other[start : start + ONE_BY_ONE] for start in range(0, 6 * ONE_BY_ONE, ONE_BY_ONE)]
    ours, theirs = iter(some[::2]), iter(some[1::2])
    with pages.compiler() as one:
        each, each_alone = in_turns(
            lambda: timed(lambda: [printing.pdf([paper]) for paper in next(ours)]),
            lambda: timed(lambda: [_compiled(one, [paper]) for paper in next(theirs)]),
            rounds=3,
        )
    return [
        Figure("paper.one_pdf_of_all_s", whole, "s", alone),
        Figure(f"paper.{ONE_BY_ONE}_pdfs_s", each, "s", each_alone),
    ]


def _compiled(compiler: Any, told: list[Paper]) -> bytes:
    made: bytes = compiler.compile(
        format="pdf", sys_inputs=pages.inputs(told), pdf_standards=pages.STANDARD
    )
    return made


def _plainly(told: list[Paper]) -> bytes:
    """The same rows as one bare table a sheet: nothing to tick, no reminder, no footer."""
    with TemporaryDirectory() as folder:
        Path(folder, "plain.typ").write_text(PLAIN, encoding="utf-8")
        bare = typst.Compiler(f"{folder}/plain.typ", root=folder, font_paths=pages.fonts())
        return _compiled(bare, told)


def _fill(instance: Instance) -> int:
    """A published week: each volunteer with as many households, one person in each."""
    with instance.database.unit() as session:
        session.add(Organisation(id=1, name="Département", of_name="du D.", departement="80"))
        campaign = launch.create_campaign(session, name="Essai", by=None, at=NOW)
        campaign.state, campaign.paper_allowed = CampaignState.OPEN, True
        coordination = _user(0, Role.COORDINATION)
        callers = [_user(number, Role.VOLUNTEER) for number in range(1, VOLUNTEERS + 1)]
        session.add_all([coordination, *callers])
        plan = WeekPlan(campaign_id=campaign.id, week=WEEK, computed_at=NOW, published_at=NOW)
        session.add(plan)
        session.flush()
        for place, caller in enumerate(callers):
            _sheet(session, campaign, plan, caller, place)
        return coordination.id


def _user(number: int, role: Role) -> User:
    return User(
        email=f"{role.value}{number}@example.org",
        first_name="Claire",
        last_name=f"Martin{number:03d}",
        role=role,
        created_at=NOW,
    )


def _sheet(session: Session, campaign: Campaign, plan: WeekPlan, caller: User, place: int) -> None:
    sheet = Sheet(plan_id=plan.id, volunteer_id=caller.id, capacity=EACH)
    homes = [Household() for _ in range(EACH)]
    session.add_all([sheet, *homes])
    session.flush()
    for position, home in enumerate(homes):
        number = place * EACH + position
        person = Person(
            household_id=home.id,
            title=Title.MRS,
            last_name=f"Personne{number}",
            first_name="Odette",
            name_key=f"personne{number} odette",
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(person)
        session.flush()
        why = "a demandé un appel chaque semaine, vous l’avez appelée deux fois"
        session.add_all(
            [
                Phone(person_id=person.id, e164=f"+3363998{number:04d}"),
                Enrolment(
                    campaign_id=campaign.id,
                    person_id=person.id,
                    stage=Stage.SWEEP,
                    wish=Wish.UNDECIDED,
                    created_at=NOW,
                ),
                Line(
                    plan_id=plan.id,
                    sheet_id=sheet.id,
                    household_id=home.id,
                    position=position,
                    stream=Stream.SWEEP,
                    why=why,
                ),
            ]
        )
