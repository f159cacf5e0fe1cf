"""Two records of one person: set side by side, then made one."""

import re

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.record_pages import looking, reach
from campaigns import records
from campaigns.models import Person
from campaigns.records.given import FIELDS, written
from campaigns.refusal import Refusal

_REFERENCE = re.compile(r"\s*(?:[pP]\s*-?\s*)?(\d{1,9})\s*")


@gate.only_reads
def compare_people(person_id: int) -> str | tuple[str, int]:
    """Show both records side by side, before anything is joined."""
    someone = reach.found(person_id)
    typed = flask.request.form.get("autre", "")
    other = _other(typed)
    if other is None or other.id == someone.id:
        refused = "Aucune autre fiche ne porte ce numéro : écrivez-le comme « P-1042 »."
        return looking.page(someone, refused=refused, other=typed), 422
    for one in (someone, other):
        reach.note_opening(one)
    return _side_by_side(someone, other)


def join_people(person_id: int) -> Response | tuple[str, int]:
    """Join the other record to this one."""
    someone = reach.found(person_id)
    other = gate.found(_other(flask.request.form.get("autre", "")))
    try:
        records.merge(gate.db(), someone, other, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return looking.page(someone, refused=refusal.say), 422
    flask.flash("Les deux fiches n’en font plus qu’une. Rien n’est perdu.", "ok")
    return reach.to("person", person_id=person_id)


def _other(text: str) -> Person | None:
    named = _REFERENCE.fullmatch(text)
    if named is None:
        return None
    mine = reach.territories()
    return records.of(gate.db(), gate.campaign(), int(named[1]), territories=mine)


def _side_by_side(kept: Person, other: Person) -> str:
    rows = []
    for name, label in FIELDS.items():
        mine, theirs = written(name, getattr(kept, name)), written(name, getattr(other, name))
        if mine or theirs:
            rows.append((label, mine, theirs, mine != theirs))
    return reach.drawn(
        "compare",
        kept=kept,
        other=other,
        rows_of=rows,
    )
