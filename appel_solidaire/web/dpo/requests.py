"""What people ask about their data: late ones first, each followed until it is answered."""

from collections.abc import Callable, Sequence
from datetime import date

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.record_pages import reach
from appel_solidaire.web.dpo import blueprint
from appel_solidaire.web.dpo.request_forms import (
    EraseForm,
    ObjectionForm,
    ReasonForm,
    RecordForm,
)
from campaigns import rights, weeks
from campaigns.models import Person, Right, RightsRequest
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]
_FORMS: dict[str, type[FlaskForm]] = {
    "answer": ReasonForm,
    "extend": ReasonForm,
    "refuse": ReasonForm,
    "object": ObjectionForm,
    "record": RecordForm,
    "erase": EraseForm,
}


@blueprint.get("/demandes")
def requests() -> str:
    """Those that wait, the most pressing first; the last ones answered."""
    return _listed()


@blueprint.post("/demandes/chercher")
@gate.only_reads
def find_asker() -> str:
    """Who asks: the name stands in no address."""
    text = flask.request.form.get("cherche", "")[:120]
    return _listed(text=text, found=rights.asking.find(gate.db(), text, by=gate.me()))


def _listed(*, text: str = "", found: Sequence[Person] | None = None) -> str:
    session = gate.db()
    return flask.render_template(
        "dpo/requests.html",
        waiting=rights.asking.waiting(session),
        answered=rights.asking.answered(session),
        standing=standing,
        text=text,
        found=found,
    )


@blueprint.get("/demandes/<int:request_id>")
def request(request_id: int) -> str:
    """One request: its clock, and what may be done about it."""
    asked = one(request_id)
    someone = rights.asking.person_of(gate.db(), asked)
    if someone is not None:
        reach.note_opening(someone)
    return page(asked)


def page(asked: RightsRequest, *, say: str = "", **typed: FlaskForm) -> str:
    """The page of a request; ``say`` tells why the form ``typed`` was refused."""
    session = gate.db()
    someone = rights.asking.person_of(session, asked)
    to_erase = someone if asked.right is Right.ERASURE and asked.answered_at is None else None
    first = rights.clock.due_on(asked.received_on)
    return flask.render_template(
        "dpo/request.html",
        request=asked,
        person=someone,
        standing=standing(asked),
        channel={way.value: way.label for way in rights.Channel}.get(asked.channel, ""),
        may_extend=asked.due_on == first and _today() <= first,
        longest=rights.clock.longest(asked.received_on),
        identity=rights.dossier.IDENTITY,
        preview=rights.erasing.preview(session, to_erase, at=gate.now()) if to_erase else None,
        say=say,
        tried=next(iter(typed), ""),
        acts={
            name: typed.get(name) or form(formdata=None, prefix=name)
            for name, form in _FORMS.items()
        },
    )


@blueprint.post("/demandes/<int:request_id>/repondre")
def answer_request(request_id: int) -> Answer:
    """Say what was done: the request is closed."""

    def keep(asked: RightsRequest, words: str) -> None:
        rights.asking.answer(gate.db(), asked, said=words, by=gate.me(), at=gate.now())

    return _in_words(request_id, "answer", keep, "C’est noté : cette demande a sa réponse.")


@blueprint.post("/demandes/<int:request_id>/refuser")
def refuse_request(request_id: int) -> Answer:
    """Answer no, with the reason the person receives."""

    def keep(asked: RightsRequest, words: str) -> None:
        rights.asking.refuse(gate.db(), asked, reason=words, by=gate.me(), at=gate.now())

    return _in_words(request_id, "refuse", keep, "C’est noté. Écrivez cette raison à la personne.")


@blueprint.post("/demandes/<int:request_id>/prolonger")
def extend_request(request_id: int) -> Answer:
    """Two months more, for a reason the person receives."""

    def keep(asked: RightsRequest, words: str) -> None:
        rights.asking.extend(gate.db(), asked, reason=words, by=gate.me(), at=gate.now())

    say = "Le délai est prolongé. Écrivez cette raison à la personne."
    return _in_words(request_id, "extend", keep, say)


@blueprint.post("/demandes/<int:request_id>/opposition")
def object_request(request_id: int) -> Answer:
    """Stop the calls, or what the mairie is told, at once."""
    asked, form = one(request_id), ObjectionForm(prefix="object")
    calls, mayor = bool(form.calls.data), bool(form.mayor.data)
    try:
        rights.objecting.apply(
            gate.db(), asked, calls=calls, mayor=mayor, by=gate.me(), at=gate.now()
        )
    except Refusal as refusal:
        return page(asked, say=refusal.say, object=form), 422
    return done(asked, "C’est fait, tout de suite et dans toutes les campagnes.")


def _in_words(
    request_id: int, name: str, keep: Callable[[RightsRequest, str], None], say: str
) -> Answer:
    """An act that takes its words; what is refused comes back as it was typed."""
    asked, form = one(request_id), ReasonForm(prefix=name)
    if not form.validate():
        return page(asked, **{name: form}), 422
    try:
        keep(asked, form.reason.data or "")
    except Refusal as refusal:
        return page(asked, say=refusal.say, **{name: form}), 422
    return done(asked, say)


def one(request_id: int) -> RightsRequest:
    """The request an address names, or 404."""
    return gate.found(rights.asking.of(gate.db(), request_id))


def done(asked: RightsRequest, say: str) -> Response:
    """Say that it is done, and go back to the request."""
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("dpo.request", request_id=asked.id), 303)


def standing(asked: RightsRequest) -> str:
    """Where a request stands today: answered, late, soon, fine."""
    return rights.clock.standing(asked, _today()).value


def _today() -> date:
    return weeks.local_day(gate.now())
