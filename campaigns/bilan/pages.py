"""A bilan as a tagged PDF, by typst: the data goes in as data, nothing of it is ever markup."""

import json
from pathlib import Path
from typing import Any  # what JSON holds

import typst

from campaigns.bilan.drawing import svg
from campaigns.bilan.parts import Bilan, Breakdown, Cell, Figure, Picture, Section, number
from campaigns.bilan.stretches import spoken
from campaigns.printing.pages import STANDARD, fonts

_HERE = Path(__file__).parent
_HEIGHTS = {"bars": "54mm", "map": "84mm"}  # bars that lie are as high as they are many


def pdf(bilan: Bilan) -> bytes:
    """The bilan on a few A4 pages, in large type, read aloud as well as seen."""
    made: bytes = _compiler().compile(
        format="pdf", sys_inputs=_inputs(bilan), pdf_standards=STANDARD
    )
    return made


def images(bilan: Bilan, *, ppi: float = 72) -> list[bytes]:
    """The same pages as PNG pictures, to be looked at; ``ppi`` is their resolution."""
    made = _compiler().compile(format="png", sys_inputs=_inputs(bilan), ppi=ppi)
    return made if isinstance(made, list) else [made]


def _compiler() -> Any:  # typst has no types
    """One of its own each time: typst refuses a second thread in the same one."""
    return typst.Compiler(str(_HERE / "bilan.typ"), root=str(_HERE), font_paths=fonts())


def _inputs(bilan: Bilan) -> dict[str, str]:
    stretch = bilan.stretch
    told = {
        "organisation": bilan.organisation,
        "campaign": bilan.campaign,
        "title": stretch.title,
        "from": spoken(stretch.first_day),
        "until": spoken(stretch.last_day),
        "running": not bilan.is_over,
        "figures": [_figure(one) for one in bilan.figures],
        "before": bilan.before_title,
        "essential": bilan.essential,
        "notes": bilan.notes,
        "sections": [_section(one) for one in bilan.sections],
    }
    return {"data": json.dumps(told, ensure_ascii=False)}


def _figure(figure: Figure) -> dict[str, str]:
    before = "" if figure.before is None else number(figure.before)
    return {"label": figure.label, "now": number(figure.now), "before": before}


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "sentences": section.sentences,
        "pictures": [_picture(one) for one in section.pictures],
        "tables": [_table(one) for one in section.tables],
        "withheld": section.withheld,
    }


def _picture(one: Picture) -> dict[str, str]:
    return {
        "svg": svg(one, for_print=True),
        "title": one.title,
        "alt": f"{one.title}. {one.desc}",
        "source": one.source,
        "height": _HEIGHTS.get(one.kind, ""),
    }


def _table(one: Breakdown) -> dict[str, Any]:
    return {
        "title": one.title,
        "heads": [one.about, *(column.word for column in one.shown_columns)],
        "note": one.note,
        "rows": [[label, *(said(cell) for cell in cells)] for label, cells in one.rows],
    }


def said(cell: Cell) -> str:
    """A cell as it is read."""
    return number(cell) if isinstance(cell, int) else cell
