"""A need's partners: their answers, what to reply, whom they propose, the code and the paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from appel_solidaire import gate, opening
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator import need as pages
from appel_solidaire.web.coordinator.forms import ActForm, short
from campaigns import needs
from campaigns.models import Need, NeedState, Office, Referral, ReferralState
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]
F = TypeVar("F", bound="ServiceForm")
_UNREACHED = frozenset({ReferralState.REFUSED, ReferralState.EXPIRED})


class ServiceForm(ActForm):
    """An act about one partner of the need."""

    referral = HiddenField()


class ReplyForm(ServiceForm):
    """What the coordination answers a partner's question."""

    words = short("Votre réponse", 300, needed="Écrivez votre réponse au service.")


class AnswerCodeForm(FlaskForm):
    """The code of an answer, read out by telephone or written on the sheet that came back."""

    code = StringField(
        "Code de la réponse",
        validators=[InputRequired(message="Tapez le code qui est devant la réponse choisie.")],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 24},
    )
    words = short("Ce qui est écrit à côté", 300)


@dataclass(frozen=True, slots=True)
class Service:
    """One partner of a need, as its coordinator sees it."""

    referral: Referral
    spoken_code: str
    replies: list[tuple[datetime, str]]
    proposal: Office | None
    deputy: Office | None
    is_unreached: bool
    may_reply: bool


@blueprint.get("/besoins/<int:need_id>/services")
def services(need_id: int) -> str:
    """Where each partner of the need stands."""
    return _page(pages.found(need_id))


@blueprint.post("/besoins/<int:need_id>/services/repondre")
def reply_service(need_id: int) -> Answer:
    """Answer a partner's question; they read it behind their link."""

    def act(need: Need, referral: Referral, form: ReplyForm) -> str:
        needs.reply(
            gate.db(),
            need,
            referral,
            form.words.data or "",
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return f"Votre réponse attend {referral.name} : un courriel les prévient."

    return _do(need_id, ReplyForm(), act)


@blueprint.post("/besoins/<int:need_id>/services/suivre")
def follow_service(need_id: int) -> Answer:
    """Send the need to whom the partner proposed."""

    def act(need: Need, referral: Referral, form: ServiceForm) -> str:
        version = form.shown_version()
        office = needs.follow_proposal(
            gate.db(), need, referral, by=gate.me(), version=version, at=gate.now()
        )
        return f"Le besoin {need.reference} est envoyé à : {office.name}."

    return _do(need_id, ServiceForm(), act)


@blueprint.post("/besoins/<int:need_id>/services/suppleant")
def deputy_service(need_id: int) -> Answer:
    """Send the need to the deputy of an office that cannot be reached."""

    def act(need: Need, referral: Referral, form: ServiceForm) -> str:
        office = gate.found(_deputy(referral))
        needs.refer_again(
            gate.db(),
            need,
            office.code,
            reason=f"{referral.name} n’a pas pu être joint par courriel.",
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return f"Le besoin {need.reference} est envoyé à : {office.name}."

    return _do(need_id, ServiceForm(), act)


@blueprint.get("/besoins/<int:need_id>/fiche")
def need_sheet(need_id: int) -> str:
    """A page to print and hand over, with a code for each answer. Opening it is journaled."""
    need = pages.found(need_id)
    wanted = flask.request.args.get("service", type=int)
    referral = gate.found(next((one for one in _external(need) if wanted in {None, one.id}), None))
    opening.note_need(need.id, need.person_id, is_urgent=need.urgency in pages.URGENT)
    return flask.render_template(
        "coordinator/need_sheet.html",
        need=need,
        referral=referral,
        view=needs.for_partner(referral),
        codes=needs.answer_codes(referral),
        organisation=gate.organisation(),
    )


@blueprint.get("/reponses")
def answer_codes() -> str:
    """Where the code of an answer is typed."""
    return _code_page(AnswerCodeForm(formdata=None))


@blueprint.post("/reponses")
def record_answer() -> Answer:
    """Keep the answer a code stands for, once."""
    form = AnswerCodeForm()
    if not form.validate():
        return _code_page(form), 422
    try:
        kept = needs.record_code(
            gate.db(),
            form.code.data,
            words=form.words.data or "",
            campaign=gate.campaign(),
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        form[refusal.field if refusal.field in form else "code"].errors = [str(refusal)]
        return _code_page(form), 422
    said = f"{kept.referral.name} : {kept.said.label}"
    flask.flash(f"C’est noté. {said}." if kept.is_new else f"C’était déjà noté. {said}.", "ok")
    return flask.redirect(flask.url_for("coordinator.answer_codes"), 303)


def _do(need_id: int, form: F, act: Callable[[Need, Referral, F], str]) -> Answer:
    need = pages.found(need_id)
    referral = gate.found(
        next((one for one in _external(need) if str(one.id) == form.referral.data), None)
    )
    if not form.validate():
        return _page(need, form), 422
    try:
        said = act(need, referral, form)
    except Refusal as refusal:
        return _page(need, form, refused=str(refusal)), 422
    flask.flash(said, "ok")
    return flask.redirect(flask.url_for("coordinator.services", need_id=need_id), 303)


def _page(need: Need, sent: ServiceForm | None = None, refused: str = "") -> str:
    return flask.render_template(
        "coordinator/services.html",
        need=need,
        services=[_service(need, one) for one in _external(need)],
        blank=ReplyForm(formdata=None),
        sent=sent,
        refused=refused,
        organisation=gate.organisation(),
        is_closed=need.state is NeedState.CLOSED,
    )


def _service(need: Need, referral: Referral) -> Service:
    is_open = need.state is not NeedState.CLOSED
    return Service(
        referral=referral,
        spoken_code=needs.code_of(gate.db(), referral) if needs.asks_code(referral) else "",
        replies=needs.replies(referral),
        proposal=needs.proposal_of(gate.db(), referral) if is_open else None,
        deputy=_deputy(referral) if is_open else None,
        is_unreached=referral.state in _UNREACHED,
        may_reply=is_open and referral.state not in needs.OVER,
    )


def _deputy(referral: Referral) -> Office | None:
    office = referral.office
    return gate.db().get(Office, office.deputy_id) if office and office.deputy_id else None


def _external(need: Need) -> list[Referral]:
    return [one for one in need.referrals if not needs.is_internal(one)]


def _code_page(form: AnswerCodeForm) -> str:
    return flask.render_template("coordinator/answer_codes.html", form=form)
