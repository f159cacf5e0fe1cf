"""The columns of a list: the sheet, the line of titles and the accents, then what each holds."""

from dataclasses import replace

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint, list_pages, list_words
from campaigns.models import ImportBatch
from campaigns.refusal import Refusal
from importers import batches, choosing
from importers.choices import Choices
from importers.columns import NAMED

LAST_HEADER_LINE = 20
UNTITLED = "sans-titres"


@blueprint.get("/listes/<int:list_id>/colonnes")
def list_columns(list_id: int) -> Response | str:
    """Ten rows as they were read, and what each column was taken for."""
    batch = list_pages.read(list_id)
    return page(batch) if list_pages.is_open(batch) else list_pages.to_report(batch)


@blueprint.post("/listes/<int:list_id>/colonnes")
def choose_columns(list_id: int) -> Response | tuple[str, int]:
    """Read a list again with the sheet, the titles, the accents and the columns somebody chose."""
    batch = list_pages.to_change(list_id)
    try:
        batches.require_waiting(batch)
        choosing.change(gate.db(), batch, _chosen(batch, flask.request.form))
    except Refusal as refusal:
        return page(batch, refusal=refusal), 422
    return list_pages.to_report(batch)


def known_encoding(posted: str | None) -> str:
    """What was chosen, or nothing: then the encoding is recognised."""
    return posted if posted and posted in list_words.ENCODINGS else ""


def _chosen(batch: ImportBatch, posted: MultiDict[str, str]) -> Choices:
    """The choices of the page; another sheet or other titles: its columns are proposed afresh.

    What was typed in the lines goes with the titles they stand under.
    """
    report, before = batch.report, choosing.made(batch)
    sheet = posted.get("feuille", "")
    if sheet not in report["sheets"]:
        sheet = report["sheet"]
    line = 0 if UNTITLED in posted else _line(posted.get("titres", ""), report["header_line"] or 1)
    encoding = known_encoding(posted.get("encodage")) if report["encoding"] else ""
    if (sheet, line) != (report["sheet"], report["header_line"]):
        same_sheet = sheet == report["sheet"]
        return Choices(
            sheet=sheet,
            encoding=encoding or None,
            # The line of titles of one sheet says nothing of another.
            header_line=line if same_sheet else None,
        )
    columns = list_words.chosen_columns(report["proposals"], posted)
    if NAMED.isdisjoint(columns.values()):
        raise Refusal("Dites quelle colonne porte le nom des personnes.", field="columns")
    if twice := list_words.doubled([*columns.values()]):
        raise Refusal(f"« {twice} » est choisi pour deux colonnes : gardez la bonne.",
                      field="columns")  # fmt: skip
    return replace(
        before,
        sheet=sheet or None,
        encoding=encoding or before.encoding,
        columns=columns,
    )


def _line(typed: str, now: int) -> int:
    if not typed.strip():
        return now
    figures = typed.strip()
    if not figures.isdecimal() or len(figures) > 2 or not 1 <= int(figures) <= LAST_HEADER_LINE:
        raise Refusal(
            f"La ligne des titres est un nombre entre 1 et {LAST_HEADER_LINE}.", field="header_line"
        )
    return int(figures)


def page(batch: ImportBatch, *, refusal: Refusal | None = None) -> str:
    """The page on which the columns of a list are looked at and changed."""
    posted = flask.request.form if refusal else MultiDict[str, str]()
    return list_pages.render(
        "lead/list_columns.html",
        batch,
        refusal=refusal,
        columns=list_words.columns(batch.report),
        preview=list_words.preview(batch.report),
        fields=list_words.FIELDS,
        encodings=list_words.ENCODINGS,
        last_header_line=LAST_HEADER_LINE,
        is_untitled=UNTITLED in posted if refusal else batch.report.get("header_line") == 0,
        posted=posted,
    )
