"""A document as a tagged PDF, by typst: words go in as data, never as markup."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any  # typst has no types here

import typst

from campaigns import printing
from campaigns.documents.filling import Document

_HERE = Path(__file__).parent


def pdf(document: Document, *, on: date) -> bytes:
    """The draft as it stands that day, « projet à relire » on each page."""
    told = asdict(document) | {"on": f"{on:%d/%m/%Y}"}
    compiler: Any = typst.Compiler(
        str(_HERE / "document.typ"), root=str(_HERE), font_paths=printing.pages.fonts()
    )
    made: bytes = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
        pdf_standards=printing.pages.STANDARD,
    )
    return made
