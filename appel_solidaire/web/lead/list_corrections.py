"""Lines to put right: typed again on the page, or taken as a workbook and dropped back."""

import re
from dataclasses import dataclass

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint, list_pages, list_words
from campaigns import journal
from campaigns.models import ImportBatch
from campaigns.refusal import Refusal
from importers import batches, choosing, filed, refused, retyped
from importers import corrections as fixing

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CELL = re.compile(r"case-(\d{1,7})-(\d{1,4})")
# Kind of trouble → how the address names it.
_SLUGS = {
    "refused": "refusees",
    "phones": "numeros",
    "dates": "dates",
    "places": "communes",
    "missing": "a-trouver",
    "other": "autres",
    fixing.CORRECTED: "corrigees",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of trouble as the page offers it."""

    slug: str
    words: str
    count: int
    is_shown: bool


@blueprint.get("/listes/<int:list_id>/a-corriger")
def list_lines(list_id: int) -> Response | str:
    """The lines to put right, a kind of trouble at a time."""
    batch = list_pages.read(list_id)
    return _page(batch) if list_pages.is_open(batch) else list_pages.to_report(batch)


@blueprint.post("/listes/<int:list_id>/a-corriger")
def fix_lines(list_id: int) -> Response | tuple[str, int]:
    """Keep what was typed for the lines shown, and have the list read again with it."""
    batch = list_pages.to_change(list_id)
    try:
        batches.require_waiting(batch)
        shown = _shown(batch, _numbers_posted(batch))
        choices = fixing.with_typed(choosing.made(batch), shown, _typed(), left_out=_left_out())
        choosing.change(gate.db(), batch, choices)
    except Refusal as refusal:
        return _page(batch, refusal=refusal), 422
    return list_pages.to_report(batch)


@blueprint.get("/listes/<int:list_id>/lignes-a-corriger.xlsx")
def corrections(list_id: int) -> flask.Response:
    """A workbook of the lines to correct: their number, why, and the columns of the file."""
    batch = list_pages.read(list_id)
    rows = filed.of(gate.db(), batch)
    tokens = retyped.tokens(gate.db(), rows, batch.report)
    content, count = refused.workbook(rows, batch.report, choosing.made(batch), tokens)
    with gate.instance().database.unit() as session:
        journal.record(
            session, "people_exported", about=batch, by=gate.me(), at=gate.now(), count=count
        )
    answer = flask.make_response(content)
    answer.headers["Content-Type"] = _WORKBOOK
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="lignes-a-corriger-{list_id}.xlsx"'
    )
    return answer


def _numbers_posted(batch: ImportBatch) -> list[int]:
    """The lines that were on the page, among those that may be put right."""
    posted = list_pages.lines_posted("ligne")
    choices = choosing.made(batch)
    known: set[int] = set()
    for kind in fixing.KINDS:
        known.update(fixing.numbers(batch.report, choices, kind))
    if not posted & known:
        raise Refusal("Ces lignes ne sont plus à corriger : rechargez la page.")
    return sorted(posted & known)[: fixing.PAGE]


def _typed() -> dict[int, dict[int, str]]:
    typed: dict[int, dict[int, str]] = {}
    for name, text in flask.request.form.items():
        if found := _CELL.fullmatch(name):
            typed.setdefault(int(found[1]), {})[int(found[2])] = text
    return typed


def _left_out() -> frozenset[int]:
    return frozenset(list_pages.lines_posted("sans"))


def _shown(batch: ImportBatch, numbers: list[int]) -> list[fixing.Line]:
    if not numbers:
        return []
    rows = filed.of(gate.db(), batch, numbers)
    return fixing.lines(rows, batch.report, choosing.made(batch), wanted=numbers)


def _page(batch: ImportBatch, *, refusal: Refusal | None = None) -> str:
    choices = choosing.made(batch)
    counts = fixing.counts(batch.report, choices)
    asked = flask.request.values.get("quoi", "")
    kind = next((kind for kind, slug in _SLUGS.items() if slug == asked and kind in counts), None)
    kind = kind or next(iter(counts), None)
    numbers = fixing.numbers(batch.report, choices, kind) if kind else []
    pages = list_pages.page_asked(len(numbers), fixing.PAGE)
    start = (pages.number - 1) * fixing.PAGE
    return list_pages.render(
        "lead/list_lines.html",
        batch,
        refusal=refusal,
        kinds=[
            Kind(_SLUGS[each], list_words.KINDS[each], count, each == kind)
            for each, count in counts.items()
        ],
        slug=_SLUGS[kind] if kind else "",
        pages=pages,
        lines=_shown(batch, numbers[start : start + fixing.PAGE]),
    )
