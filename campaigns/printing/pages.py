"""Sheets as one tagged PDF, by typst: the data goes in as data, nothing of it is ever markup."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any  # what JSON holds

import typst

from campaigns import reference, weeks
from campaigns.printing import codes
from campaigns.printing.facts import Paper, Row

STANDARD = "ua-1"  # tagged, so that it can be listened to
_PRINTED = 300  # points an inch of what is drawn once: sharp on paper
_NBSP = "\u00a0"
_HERE = Path(__file__).parent
_MOST_LINES = 9  # help lines on the reminder: those of emergencies
# What stands beside a box is short: nine of them share two lines.
_TICKED = dict(
    zip(
        codes.OFTEN,
        (
            "va bien",
            "fragile",
            "inquiétant",
            "écourté",
            "pas de réponse",
            "message laissé",
            "messagerie seule",
            "à rappeler",
            "ne plus appeler",
        ),
        strict=True,
    )
)


def pdf(papers: Sequence[Paper]) -> bytes:
    """All these sheets in one document, each with its own page numbers and reminder of codes."""
    with compiler() as ours:
        made: bytes = ours.compile(format="pdf", sys_inputs=inputs(papers), pdf_standards=STANDARD)
    return made


def images(papers: Sequence[Paper], *, ppi: float = 72) -> list[bytes]:
    """The same pages as PNG pictures, to be looked at; ``ppi`` is their resolution."""
    with compiler() as ours:
        return _pictures(ours, inputs(papers), ppi=ppi)


@contextmanager
def compiler() -> Iterator[Any]:  # typst has no types here
    """A compiler of its own: typst refuses a second thread in the same one.

    It reads pictures from files alone: they hold what is the same on every sheet, about nobody.
    """
    with TemporaryDirectory(prefix="appel-feuilles-") as folder:
        shutil.copy(_HERE / "sheet.typ", folder)
        for page, picture in enumerate(_drawn(), 1):
            Path(folder, f"drawn{page}.png").write_bytes(picture)
        yield typst.Compiler(str(Path(folder, "sheet.typ")), root=folder, font_paths=fonts())


@cache
def fonts() -> typst.Fonts:
    """Our font alone: the same page on every machine, and no search through its fonts."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(_HERE / "fonts")],
    )


@cache
def _drawn() -> list[bytes]:
    drawing = typst.Compiler(str(_HERE / "drawn.typ"), root=str(_HERE), font_paths=fonts())
    told = {"data": json.dumps(_reminder(), ensure_ascii=False)}
    return _pictures(drawing, told, ppi=_PRINTED)


def _pictures(of: Any, told: dict[str, str], *, ppi: float) -> list[bytes]:  # of a compiler
    made = of.compile(format="png", sys_inputs=told, ppi=ppi)
    return made if isinstance(made, list) else [made]


def inputs(papers: Sequence[Paper]) -> dict[str, str]:
    """What the template reads, as JSON."""
    told = {"reminder": _reminder(), "sheets": [_told(paper) for paper in papers]}
    return {"data": json.dumps(told, ensure_ascii=False)}


def _told(paper: Paper) -> dict[str, Any]:
    first = weeks.monday(paper.week)
    last = weeks.sunday(paper.week)
    rows = [asdict(row) | {"told": _line(row)} for row in paper.rows]
    return asdict(paper) | {
        "rows": rows,
        "from": f"{first:%d/%m/%Y}",
        "until": f"{last:%d/%m/%Y}",
    }


def _line(row: Row) -> str:
    """What is read before dialling, as one sentence."""
    told = (row.why, row.best_time, f"dernier contact{_NBSP}: {row.last_contact}")
    return " · ".join(text for text in told if text)


@cache
def _reminder() -> dict[str, Any]:
    """Codes and help lines, the same on every sheet."""
    categories = reference.categories()
    return {
        "often": [_pair(code, label) for code, label in _TICKED.items()],
        "rarely": [
            _pair(code, each.label)
            for code, each in codes.OUTCOMES.items()
            if code not in codes.OFTEN
        ],
        "needs": [_pair(code, categories[name].label) for code, name in codes.NEEDS.items()],
        "wishes": [_pair(code, wish.label) for code, wish in codes.WISHES.items()],
        "help": [
            _pair(line.number, line.label.split(" (")[0])
            for line in reference.help_lines()[:_MOST_LINES]
        ],
    }


def _pair(code: str, label: str) -> dict[str, str]:
    return {"code": code, "label": label}
