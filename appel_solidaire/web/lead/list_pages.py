"""What the pages of one list share: finding it, its frame, the way back to it."""

from dataclasses import dataclass
from typing import Any  # values of a template are of any type

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.lead import list_words
from campaigns.models import ImportBatch, ImportState
from campaigns.refusal import Refusal
from importers import batches, choosing, permission

_LONGEST_NUMBER = 7  # figures of the last line a list may have
_OPEN = (ImportState.RECEIVED, ImportState.READY)


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of how many."""

    number: int
    of: int


def read(list_id: int) -> ImportBatch:
    """A list of this campaign, or 404."""
    return gate.found(batches.one(gate.db(), gate.campaign(), list_id))


def to_change(list_id: int) -> ImportBatch:
    """A list of this campaign, held until this request ends, or 404."""
    return gate.found(batches.one_to_change(gate.db(), gate.campaign(), list_id))


def is_open(batch: ImportBatch) -> bool:
    """Whether it may still change: afterwards only its report is left to see."""
    return batch.state in _OPEN and not batches.is_entering(batch)


def to_report(batch: ImportBatch) -> Response:
    """Back to the page of the list."""
    return flask.redirect(flask.url_for("lead.list_page", list_id=batch.id), 303)


def page_asked(count: int, size: int) -> Pages:
    """The page the address asks for, among those there are."""
    of = max(1, -(-count // size))
    asked = flask.request.args.get("page", "1")
    return Pages(min(max(int(asked), 1), of) if asked.isdecimal() and len(asked) < 9 else 1, of)


def lines_posted(name: str) -> set[int]:
    """The numbers of lines a form sends under a name; anything else is left out."""
    posted = flask.request.form.getlist(name)
    return {int(one) for one in posted if one.isdecimal() and len(one) <= _LONGEST_NUMBER}


def render(
    template: str, batch: ImportBatch, *, refusal: Refusal | None = None, **more: Any
) -> str:
    """A page of a list in its frame; while a worker has the list, only where it is."""
    return flask.render_template(
        template,
        batch=batch,
        campaign=gate.campaign(),
        refusal=refusal,
        stage=list_words.stage(batch),
        left=list_words.left(batch),
        is_open=is_open(batch),
        report=choosing.report(batch),
        encoding=list_words.encoding(batch.report.get("encoding") or ""),
        needs_name=permission.NEEDS_NAME in batch.report,
        **more,
    )
