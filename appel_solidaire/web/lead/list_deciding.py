"""What only a person can say of a list: the same or two people, one line or a couple."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any  # a report is JSON

import flask
from werkzeug.wrappers import Response

from appel_solidaire import formats, gate
from appel_solidaire.web.lead import blueprint, list_pages, list_words
from campaigns.models import ImportBatch
from campaigns.refusal import Refusal
from importers import absent, batches, choosing
from importers.choices import Choices

DOUBTS = 20  # a page
COUPLES = 50
_ANSWERS = {"meme": True, "autre": False}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the two say, and in a word how they differ; nothing when they agree."""

    label: str
    mine: str
    other: str
    compared: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line that may be somebody known, or another line: what each says."""

    line: int
    how: str
    facts: list[Fact]
    other_line: int | None
    answer: str


@blueprint.get("/listes/<int:list_id>/doublons")
def list_doubts(list_id: int) -> Response | str:
    """People who may be the same, side by side."""
    batch = list_pages.read(list_id)
    return _doubts_page(batch) if list_pages.is_open(batch) else list_pages.to_report(batch)


@blueprint.post("/listes/<int:list_id>/doublons")
def answer_doubts(list_id: int) -> Response | tuple[str, int]:
    """Keep the answers given one by one; nothing is read again for them."""
    batch = list_pages.to_change(list_id)
    posted = flask.request.form
    try:
        batches.require_waiting(batch)
        if "oublier" in posted:
            choosing.take_back_answers(gate.db(), batch)
        else:
            choosing.answer(batch, _said(batch, posted))
    except Refusal as refusal:
        return _doubts_page(batch, refusal=refusal), 422
    return _to("lead.list_doubts", batch)


@blueprint.get("/listes/<int:list_id>/couples")
def list_couples(list_id: int) -> Response | str:
    """Lines that may name two people."""
    batch = list_pages.read(list_id)
    return _couples_page(batch) if list_pages.is_open(batch) else list_pages.to_report(batch)


@blueprint.post("/listes/<int:list_id>/couples")
def split_couples(list_id: int) -> Response | tuple[str, int]:
    """Keep which lines are two people, all of them at once if asked; the list is read again."""
    batch = list_pages.to_change(list_id)
    try:
        batches.require_waiting(batch)
        choices = choosing.made(batch)
        decide = _all_at_once if "tout" in flask.request.form else _one_by_one
        split = decide(batch, choices)
        choosing.change(gate.db(), batch, replace(choices, split=split))
    except Refusal as refusal:
        return _couples_page(batch, refusal=refusal), 422
    return _to("lead.list_couples", batch)


@blueprint.get("/listes/<int:list_id>/absentes")
def list_absent(list_id: int) -> str:
    """The people this source named before and does not name any more."""
    batch = list_pages.read(list_id)
    pages = list_pages.page_asked(absent.count(batch), absent.PAGE)
    return list_pages.render(
        "lead/list_absent.html",
        batch,
        people=absent.people(gate.db(), batch, page=pages.number),
        absent_count=absent.count(batch),
        pages=pages,
    )


def _to(endpoint: str, batch: ImportBatch) -> Response:
    return flask.redirect(flask.url_for(endpoint, list_id=batch.id), 303)


def _one_by_one(batch: ImportBatch, choices: Choices) -> frozenset[int]:
    """The lines that are two people, once those of the page were answered."""
    shown = list_pages.lines_posted("ligne")
    shown &= list_words.couples(batch.report).keys() | choices.split
    two = {line for line in shown if flask.request.form.get(f"ligne-{line}") == "deux"}
    return (choices.split - shown) | two


def _all_at_once(batch: ImportBatch, choices: Choices) -> frozenset[int]:
    """Every line proposed, or none again. Refusal when there are not as many as were said."""
    is_split = flask.request.form["tout"] == "deux"
    about = list_words.couples(batch.report).keys() - choices.split if is_split else choices.split
    if flask.request.form.get("combien") != str(len(about)):
        raise Refusal(
            f"Il y a maintenant {formats.count(len(about), 'ligne', 'lignes')} : "
            "regardez-les, puis recommencez."
        )
    return choices.split | about if is_split else frozenset()


def _said(batch: ImportBatch, posted: Mapping[str, str]) -> dict[int, bool]:
    """Line → the same person or somebody else, for the doubts of this list alone."""
    said = {
        each["line"]: _ANSWERS[posted[name]]
        for each in batch.report.get("doubts", ())
        if posted.get(name := f"ligne-{each['line']}") in _ANSWERS
    }
    if not said:
        raise Refusal("Répondez pour au moins une personne, puis enregistrez.")
    return said


def _doubts_page(batch: ImportBatch, *, refusal: Refusal | None = None) -> str:
    found = choosing.report(batch).get("doubts", [])
    pages = list_pages.page_asked(len(found), DOUBTS)
    start = (pages.number - 1) * DOUBTS
    return list_pages.render(
        "lead/list_doubts.html",
        batch,
        refusal=refusal,
        doubts=[_doubt(each) for each in found[start : start + DOUBTS]],
        answered=len(choosing.made(batch).same),
        pages=pages,
    )


def _doubt(found: dict[str, Any]) -> Doubt:
    mine, other = found["mine"], found["other"]
    return Doubt(
        line=found["line"],
        how=found["how"],
        facts=[
            Fact(label, mine.get(label, ""), other.get(label, ""), _compared(
                mine.get(label, ""), other.get(label, "")
            ))
            for label in dict.fromkeys((*mine, *other))
            if mine.get(label) or other.get(label)
        ],
        other_line=found["other_line"],
        answer=flask.request.form.get(f"ligne-{found['line']}", ""),
    )  # fmt: skip


def _compared(mine: str, other: str) -> str:
    if mine == other:
        return ""
    if mine and other:
        return "différent"
    return "absent d’un côté"


def _couples_page(batch: ImportBatch, *, refusal: Refusal | None = None) -> str:
    split = choosing.made(batch).split
    proposed = list_words.couples(batch.report)
    numbers = sorted(proposed.keys() | split)
    pages = list_pages.page_asked(len(numbers), COUPLES)
    start = (pages.number - 1) * COUPLES
    return list_pages.render(
        "lead/list_couples.html",
        batch,
        refusal=refusal,
        couples=[
            (number, proposed.get(number, "Séparée en deux personnes."), number in split)
            for number in numbers[start : start + COUPLES]
        ],
        proposed_count=len(proposed.keys() - split),
        split_count=len(split),
        pages=pages,
    )
