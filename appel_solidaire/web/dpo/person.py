"""Somebody and their data: a request is noted, the whole record leaves, everything is erased."""

import json

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.record_pages import reach
from appel_solidaire.web.dpo import blueprint, requests
from appel_solidaire.web.dpo.request_forms import EraseForm, NoteForm, RecordForm
from campaigns import rights, weeks
from campaigns.models import Person, Right, RightsRequest
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]
_TYPES = {"pdf": "application/pdf", "json": "application/json"}


@blueprint.get("/personnes/<int:person_id>")
def person(person_id: int) -> str:
    """Who it is, what they asked, and the form that notes a new request."""
    someone = _person(person_id)
    reach.note_opening(someone)
    return _page(
        someone, NoteForm(formdata=None, data={"received_on": weeks.local_day(gate.now())})
    )


@blueprint.post("/personnes/<int:person_id>/demande")
def note_request(person_id: int) -> Answer:
    """Note what they ask; its month runs from the day it came."""
    someone, form = _person(person_id), NoteForm()
    if not form.validate() or form.received_on.data is None:
        return _page(someone, form), 422
    try:
        noted = rights.asking.note(
            gate.db(),
            someone,
            Right(form.right.data),
            channel=rights.Channel(form.channel.data),
            received_on=form.received_on.data,
            words=form.words.data or "",
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        form.received_on.errors = [refusal.say]
        return _page(someone, form), 422
    return requests.done(noted, "La demande est notée : voici ce qui est à faire.")


def _page(someone: Person, form: NoteForm) -> str:
    return flask.render_template(
        "dpo/person.html",
        person=someone,
        form=form,
        asked=rights.asking.of_person(gate.db(), someone),
        standing=requests.standing,
    )


def _person(person_id: int) -> Person:
    return gate.found(rights.asking.person(gate.db(), person_id))


@blueprint.post("/demandes/<int:request_id>/dossier")
@gate.only_reads
def take_record(request_id: int) -> Answer:
    """Everything that is noted, as a document made on the spot and kept nowhere; journaled."""
    asked, form = requests.one(request_id), RecordForm(prefix="record")
    someone = gate.found(rights.asking.person_of(gate.db(), asked))
    if asked.right is not Right.ACCESS:
        flask.abort(404)
    if not form.validate():
        return requests.page(asked, record=form), 422
    kind = "json" if flask.request.form.get("format") == "json" else "pdf"
    found = rights.dossier.read(gate.db(), someone, at=gate.now())
    content = (
        rights.pages.access_pdf(found)
        if kind == "pdf"
        else json.dumps(rights.dossier.for_machines(found), ensure_ascii=False, indent=1).encode()
    )
    with gate.instance().database.unit() as session:
        rights.asking.step(session, asked, "rights_record_taken", by=gate.me(), at=gate.now())
    return _file(content, kind=kind, name=f"dossier-D-{asked.id}")


@blueprint.post("/demandes/<int:request_id>/effacer")
def erase_person(request_id: int) -> Answer:
    """Forget the person; the certificate stays."""
    asked, form = requests.one(request_id), EraseForm(prefix="erase")
    if not form.validate():
        return requests.page(asked, erase=form), 422
    said = {"left_register": bool(form.left_register.data), "objects": bool(form.objects.data)}
    try:
        rights.erasing.erase(gate.db(), asked, **said, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return requests.page(asked, say=refusal.say, erase=form), 422
    flask.flash("C’est fait : plus rien ne dit qui était cette personne.", "ok")
    return flask.redirect(flask.url_for("dpo.certificate", request_id=asked.id), 303)


@blueprint.get("/demandes/<int:request_id>/attestation")
def certificate(request_id: int) -> str:
    """What was erased, when, by whom; and whether its seal holds."""
    asked = _certified(request_id)
    return flask.render_template(
        "dpo/certificate.html",
        request=asked,
        told=rights.certifying.told(gate.db(), asked),
        holds=rights.certifying.holds(gate.db(), asked),
    )


@blueprint.post("/demandes/<int:request_id>/attestation")
@gate.only_reads
def take_certificate(request_id: int) -> Response:
    """The same, to be printed and handed over."""
    asked = _certified(request_id)
    content = rights.pages.certificate_pdf(rights.certifying.told(gate.db(), asked))
    return _file(content, kind="pdf", name=f"attestation-D-{asked.id}")


def _certified(request_id: int) -> RightsRequest:
    asked = requests.one(request_id)
    if not asked.certificate:
        flask.abort(404)
    return asked


def _file(content: bytes, *, kind: str, name: str) -> Response:
    answer = flask.make_response(content)
    answer.mimetype = _TYPES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
