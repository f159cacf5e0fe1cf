"""The whole Monday morning: a list enters, a week is split and published, workbooks are written.

The yardstick is the quickest script that passes for the same work: calamine reads the list, every
row is dealt to a volunteer in turn, XlsxWriter writes a plain workbook each. It writes all the
people, having no week; it cleans nothing, keeps nothing and knows no rule.
"""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import python_calamine
import xlsxwriter

from appel_solidaire.instance import Instance
from campaigns import printing, sheets
from campaigns.models import Campaign, User
from scripts.benches import import_, instances
from scripts.benches.fiction.departement import NOW, PEOPLE, VOLUNTEERS, WEEK, fill
from scripts.benches.measure import Figure, in_turns, timed

_HEADINGS = 3  # rows of the list above the first person


def run() -> list[Figure]:
    """Measure on SQLite, the list made beforehand on both sides."""
    with TemporaryDirectory(prefix="appel-bench-") as folder:
        file = import_._list(Path(folder), PEOPLE)
        value, yardstick = in_turns(
            lambda: _ours(file), lambda: timed(lambda: _script(file)), rounds=1
        )
    return [Figure("paper.monday_morning_s", value, "s", yardstick)]


def _ours(file: Path) -> float:
    with instances.fresh("sqlite") as instance:
        campaign_id = fill(instance, people=1, is_new=True)  # the volunteers; one person
        entered: float = import_._in_its_own_process(instance, file)["total"]
        start = time.perf_counter()
        _split_and_write(instance, campaign_id)
        return entered + time.perf_counter() - start


def _split_and_write(instance: Instance, campaign_id: int) -> bytes:
    with instance.database.unit() as session:
        campaign = session.get_one(Campaign, campaign_id)
        campaign.paper_allowed = True
        plan = sheets.propose(session, campaign, WEEK, at=NOW)
        sheets.publish(session, plan, by=None, at=NOW)
    with instance.database.unit() as session:
        campaign = session.get_one(Campaign, campaign_id)
        by = session.get_one(User, 1)
        issued = printing.issue(
            session, campaign, week=WEEK, kind="xlsx", volunteers=None, by=by, at=NOW
        )
    with instance.database.reading() as session:
        return printing.archive(printing.papers(session, campaign, issued, week=WEEK))


def _script(file: Path) -> list[bytes]:
    book = python_calamine.CalamineWorkbook.from_path(file)
    rows = book.get_sheet_by_index(0).to_python()[_HEADINGS:]
    return [_plain(rows[place::VOLUNTEERS]) for place in range(VOLUNTEERS)]


def _plain(rows: list[list[object]]) -> bytes:
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    return content.getvalue()
