"""Sheets as one tagged PDF, by typst: the data goes in as data, nothing of it is ever markup."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any  # what JSON holds

import typst

from campaigns import reference, weeks
from campaigns.printing import codes
from campaigns.printing.facts import Paper

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
    made: bytes = _compiler().compile(format="pdf", sys_inputs=inputs(papers), pdf_standards="ua-1")
    return made


def images(papers: Sequence[Paper], *, ppi: float = 72) -> list[bytes]:
    """The same pages as PNG pictures, to be looked at; ``ppi`` is their resolution."""
    made = _compiler().compile(format="png", sys_inputs=inputs(papers), ppi=ppi)
    return made if isinstance(made, list) else [made]


@cache
def _compiler() -> Any:  # typst has no types here
    # Our font alone: the same page on every machine, and no search through its fonts.
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(_HERE / "fonts")],
    )
    return typst.Compiler(str(_HERE / "sheet.typ"), root=str(_HERE), font_paths=fonts)


def inputs(papers: Sequence[Paper]) -> dict[str, str]:
    """What the template reads, as JSON."""
    told = {"reminder": _reminder(), "sheets": [_told(paper) for paper in papers]}
    return {"data": json.dumps(told, ensure_ascii=False)}


def _told(paper: Paper) -> dict[str, Any]:
    first = weeks.monday(paper.week)
    last = weeks.sunday(paper.week)
    return asdict(paper) | {"from": f"{first:%d/%m/%Y}", "until": f"{last:%d/%m/%Y}"}


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
