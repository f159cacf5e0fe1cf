"""A sheet as a workbook: choices to pick from, who and where to call locked, nothing hidden.

Protected without a password, so that nothing is overwritten by mistake and nothing is held back.
Every cell of ours is text, a number or a date: no formula, whatever a list held.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any  # the library's own objects

import xlsxwriter

from campaigns import reference, weeks
from campaigns.printing import codes
from campaigns.printing.facts import Paper

CALLS, CHOICES, MANUAL = "Appels", "Codes", "Mode d’emploi"
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FAR = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the calls: its title, its width, and the choices of its cells when it has any."""

    title: str
    width: int
    is_filled: bool = False
    choices: str = ""
    kind: str = ""  # "day", "hour", "text"


NUMBER, CODE = "Feuille", "Ligne"
OUTCOME, CALLED_ON, CALLED_AT = "Résultat", "Appelé le", "Appelé à"
ASKED_ON, ASKED_AT, WISH = "Rappel convenu le", "Rappel convenu à", "Souhait"
NEED, OTHER_NEED, AGREEMENT, NOTE = "Besoin", "Autre besoin", "D’accord ?", "Fait utile"
COLUMNS = (
    Column(NUMBER, 10),
    Column(CODE, 8),
    Column("Personne", 26),
    Column("Téléphone", 18),
    Column("Pourquoi", 34),
    Column("Meilleur moment", 20),
    Column("Dernier contact", 24),
    Column(OUTCOME, 30, is_filled=True, choices="outcomes"),
    Column(CALLED_ON, 13, is_filled=True, kind="day"),
    Column(CALLED_AT, 11, is_filled=True, kind="hour"),
    Column(ASKED_ON, 13, is_filled=True, kind="day"),
    Column(ASKED_AT, 11, is_filled=True, kind="hour"),
    Column(WISH, 22, is_filled=True, choices="wishes"),
    Column(NEED, 30, is_filled=True, choices="needs"),
    Column(OTHER_NEED, 30, is_filled=True, choices="needs"),
    Column(AGREEMENT, 16, is_filled=True, choices="agreements"),
    Column(NOTE, 50, is_filled=True, kind="text"),
)
HELP = (
    "Une ligne par personne. Remplissez seulement les colonnes claires, de « Résultat » à "
    "« Fait utile » ; les autres sont protégées, sans mot de passe.",
    "« Résultat » : choisissez dans la liste, ou tapez le numéro du code. Une ligne sans résultat "
    "est une personne que vous n’avez pas appelée.",
    "« Appelé le » et « Appelé à » : le jour et l’heure de l’appel, par exemple 24/11 et 14:30. "
    "Sans jour, l’appel compte pour le même jour que la ligne du dessus.",
    "« Rappel convenu » : seulement si la personne a demandé un jour.",
    "« Besoin » : un seul code par case. Dites à côté si la personne est d’accord pour le "
    "transmettre ; sans son accord, rien n’est transmis.",
    "« Fait utile » : une courte phrase, des faits seulement, rien sur la santé qui ne serve "
    "à l’aider.",
    "Danger immédiat : appelez le 15 ou le 112, puis la coordination. N’attendez pas de rendre "
    "ce classeur.",
    "Rendez ce classeur à la coordination, puis effacez-le à la fin de la semaine. Ne le copiez "
    "pas et ne l’envoyez pas par courriel.",
)


def workbook(paper: Paper) -> bytes:
    """One volunteer's sheet as an xlsx file."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    book.set_properties({"title": f"Feuille {paper.number}", "author": "Appel solidaire"})
    _Writer(book).write(paper)
    book.close()
    return content.getvalue()


def archive(papers: Iterable[Paper]) -> bytes:
    """The workbooks of several volunteers in one zip file, named by the number of the sheet."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as files:  # workbooks are compressed already
        for paper in papers:
            files.writestr(f"feuille-{paper.number}.xlsx", workbook(paper))
    return content.getvalue()


class _Writer:
    """The three sheets of one workbook and the formats they share."""

    def __init__(self, book: Any) -> None:
        self.calls = book.add_worksheet(CALLS)
        self.manual = book.add_worksheet(MANUAL)
        self.choices = book.add_worksheet(CHOICES)
        wrap = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#9CA3AF"}
        self.title = book.add_format({**wrap, "bold": True, "bg_color": "#E5E7EB"})
        self.locked = book.add_format({**wrap, "num_format": "@", "bg_color": "#F3F4F6"})
        free = {**wrap, "locked": False}
        self.free = {
            "": book.add_format(free),
            "text": book.add_format({**free, "num_format": "@"}),
            "day": book.add_format({**free, "num_format": "dd/mm/yyyy"}),
            "hour": book.add_format({**free, "num_format": "hh:mm"}),
        }
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self, paper: Paper) -> None:
        """Fill the three sheets."""
        self._calls(paper)
        self._manual(paper)
        self._choices()
        for sheet in (self.calls, self.manual, self.choices):
            sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_footer("&LÀ détruire à la fin de la semaine&RPage &P / &N")

    def _calls(self, paper: Paper) -> None:
        sheet = self.calls
        for at, column in enumerate(COLUMNS):
            sheet.write_string(0, at, column.title, self.title)
            # The format of what is filled in is that of its whole column: no empty cell to write.
            free = self.free[column.kind] if column.is_filled else None
            sheet.set_column(at, at, column.width, free)
        sheet.hide_gridlines(0)  # printed too
        for line, row in enumerate(paper.rows, 1):
            told = (
                paper.number,
                row.code,
                row.name,
                "\n".join(row.phones),
                row.why,
                row.best_time,
                row.last_contact,
            )
            for at, text in enumerate(told):
                sheet.write_string(line, at, _clean(text), self.locked)
        for at, column in enumerate(COLUMNS):
            if column.is_filled and column.kind != "text":
                sheet.data_validation(1, at, len(paper.rows), at, _rule(column, paper))
        sheet.freeze_panes(1, 3)
        sheet.repeat_rows(0)

    def _manual(self, paper: Paper) -> None:
        sheet = self.manual
        sheet.set_column(0, 0, 100)
        until = f"{weeks.sunday(paper.week):%d/%m/%Y}"
        head = (
            f"Feuille {paper.number}, pour {paper.caller}, jusqu’au {until}",
            f"{paper.organisation}. Coordination : {paper.coordination_phone or 'voir le guide'}",
        )
        for line, text in enumerate((*head, *HELP)):
            sheet.write_string(line, 0, _clean(text), self.plain)

    def _choices(self) -> None:
        sheet = self.choices
        for at, (name, texts) in enumerate(CHOICES_OF.items()):
            sheet.set_column(at, at, 46)
            sheet.write_string(0, at, _CHOICE_TITLES[name], self.title)
            for line, text in enumerate(texts, 1):
                sheet.write_string(line, at, text, self.plain)


def _rule(column: Column, paper: Paper) -> dict[str, object]:
    """What a cell accepts, and the sentence when it does not."""
    if column.choices:
        at = list(CHOICES_OF).index(column.choices)
        letter, end = chr(65 + at), len(CHOICES_OF[column.choices]) + 1
        return {
            "validate": "list",
            "source": f"={CHOICES}!${letter}$2:${letter}${end}",
            # A code typed alone is as good as its whole label.
            "error_type": "information",
            "error_title": "Code tapé à la main",
            "error_message": "Ce n’est pas dans la liste. Le code seul suffit, par exemple 5.",
        }
    if column.kind == "hour":
        return {
            "validate": "time",
            "criteria": "between",
            "minimum": time(0, 0),
            "maximum": time(23, 59),
            "error_title": "Heure",
            "error_message": "Écrivez l’heure ainsi : 14:30.",
        }
    first = weeks.monday(paper.week)
    last = weeks.sunday(paper.week) if column.title == CALLED_ON else _FAR
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": datetime.combine(first, time()),
        "maximum": datetime.combine(last, time()),
        "error_title": "Jour",
        "error_message": "Écrivez le jour ainsi : 24/11. L’appel est de cette semaine.",
    }


def _choices_of() -> dict[str, Sequence[str]]:
    categories = reference.categories()
    return {
        "outcomes": [f"{code} – {each.label}" for code, each in codes.OUTCOMES.items()],
        "wishes": [f"{code} – {wish.label}" for code, wish in codes.WISHES.items()],
        "needs": [f"{code} – {categories[name].label}" for code, name in codes.NEEDS.items()],
        "agreements": [f"{code} – {label}" for code, label in codes.AGREEMENTS.items()],
    }


CHOICES_OF = _choices_of()
_CHOICE_TITLES = {
    "outcomes": OUTCOME,
    "wishes": WISH,
    "needs": NEED,
    "agreements": AGREEMENT,
}


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub(lambda sign: "\n" if sign[0] == "\n" else " ", text)
