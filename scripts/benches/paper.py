"""A week's sheets off screen: 193 workbooks, one PDF of all of them, PDFs one by one.

The yardsticks are the libraries alone in the same run: XlsxWriter in memory writing the same texts
without a format, typst compiling the same pages once everything is read.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

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
    IssuedSheet,
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
from scripts.benches import instances
from scripts.benches.measure import Figure, in_turns, timed

VOLUNTEERS, EACH = 193, 15
ONE_BY_ONE = 20  # PDFs of their own: the ratio is the same as for all of them
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
    return [*figures, _workbooks(told), *_documents(told)]


def _issue(instance: Instance, by_id: int) -> list[Paper]:
    """Every sheet of the week issued, durably, then read as it is printed."""
    with instance.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        by = session.get_one(User, by_id)
        asked = {"week": WEEK, "kind": "xlsx", "volunteers": None}
        issued: list[IssuedSheet] = printing.issue(session, campaign, by=by, at=NOW, **asked)
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
    whole, alone = in_turns(
        lambda: timed(lambda: printing.pdf(told)), lambda: timed(lambda: _typst(told)), rounds=1
    )
    each, each_alone = in_turns(
        lambda: timed(lambda: [printing.pdf([paper]) for paper in told[:ONE_BY_ONE]]),
        lambda: timed(lambda: _one_compiler(told[:ONE_BY_ONE])),
        rounds=1,
    )
    return [
        Figure("paper.one_pdf_of_all_s", whole, "s", alone),
        Figure(f"paper.{ONE_BY_ONE}_pdfs_s", each, "s", each_alone),
    ]


def _typst(told: list[Paper]) -> bytes:
    made: bytes = _compiler().compile(
        format="pdf", sys_inputs=pages.inputs(told), pdf_standards="ua-1"
    )
    return made


def _one_compiler(told: list[Paper]) -> None:
    compiler = _compiler()
    for paper in told:
        compiler.compile(format="pdf", sys_inputs=pages.inputs([paper]), pdf_standards="ua-1")


def _compiler() -> typst.Compiler:
    here = Path(pages.__file__).parent
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(here / "fonts")]
    )
    return typst.Compiler(str(here / "sheet.typ"), root=str(here), font_paths=fonts)


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
