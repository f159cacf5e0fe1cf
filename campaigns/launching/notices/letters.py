"""Letters as one tagged PDF, by typst: one page a household, for a window envelope."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any  # of the library

import typst
from babel.dates import format_date

from campaigns.launching.notices import telling
from campaigns.launching.notices.sending import Notice
from campaigns.launching.notices.telling import Spoken
from campaigns.printing import pages

_HERE = Path(__file__).parent


def pdf(notices: Sequence[Notice], words: Spoken, *, on: date) -> bytes:
    """All the letters in one document, dated; what was typed is data, nothing of it is markup."""
    told = {
        "sender": words.name,
        "phone": words.phone,
        "on": format_date(on, "d MMMM y", locale="fr"),
        "letters": [_told(notice, words) for notice in notices],
    }
    ours: Any = typst.Compiler(str(_HERE / "letter.typ"), root=str(_HERE), font_paths=pages.fonts())
    data = {"data": json.dumps(told, ensure_ascii=False)}
    made: bytes = ours.compile(format="pdf", sys_inputs=data, pdf_standards=pages.STANDARD)
    return made


def _told(notice: Notice, words: Spoken) -> dict[str, object]:
    return {
        "reference": notice.reference,
        "to": [*notice.names, notice.address, f"{notice.postal_code} {notice.town.upper()}"],
        "code": notice.code,
        "parts": [
            {"title": title, "text": text} for title, text in telling.paragraphs(words, notice.code)
        ],
    }
