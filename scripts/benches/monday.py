"""The whole Monday morning: a list enters, a week is split and published, workbooks are written.

The yardsticks are scripts that pass for the same work: the list is read, every row is dealt to a
volunteer in turn, a plain workbook is written each. They write all the people, having no week; they
clean nothing, keep nothing and know no rule. One uses pandas and openpyxl, one the quickest readers
and writers as their manuals begin (calamine, XlsxWriter on files), one the same in memory.
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
            lambda: _ours(file), lambda: timed(lambda: _script(file, {})), rounds=3
        )
        in_memory = timed(lambda: _script(file, {"in_memory": True}))
        pandas = timed(lambda: _pandas(file))
    return [
        Figure("paper.monday_morning_s", value, "s", yardstick),
        Figure("paper.monday_morning_in_memory_s", value, "s", in_memory),
        Figure("paper.monday_morning_pandas_s", value, "s", pandas),
    ]


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


def _script(file: Path, how: dict[str, bool]) -> list[bytes]:
    book = python_calamine.CalamineWorkbook.from_path(file)
    rows = book.get_sheet_by_index(0).to_python()[_HEADINGS:]
    return [_plain(rows[place::VOLUNTEERS], how) for place in range(VOLUNTEERS)]


def _plain(rows: list[list[object]], how: dict[str, bool]) -> bytes:
    content = BytesIO()
    book = xlsxwriter.Workbook(content, how)
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    return content.getvalue()


def _pandas(file: Path) -> list[bytes]:
    import pandas

    table = pandas.read_excel(file, engine="openpyxl", header=None, skiprows=_HEADINGS)
    written = []
    for place in range(VOLUNTEERS):
        content = BytesIO()
        table.iloc[place::VOLUNTEERS].to_excel(content, engine="openpyxl", index=False)
        written.append(content.getvalue())
    return written
