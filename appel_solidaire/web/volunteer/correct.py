"""Correcting one's own report, the same day."""

from dataclasses import replace
from datetime import datetime

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, filling, page
from appel_solidaire.web.volunteer.filling import NeedBlock
from appel_solidaire.web.volunteer.forms import CallForm
from campaigns import calls, needs, reference, retry, weeks
from campaigns.models import Call, Enrolment, Need
from campaigns.refusal import Refusal
from campaigns.retry import Spoke
from campaigns.routing import CONDITION_QUESTIONS

SEE = "voir"
ADD = "ajouter"


@blueprint.get("/comptes-rendus/<int:call_id>")
def correct(call_id: int) -> str:
    """A report of today as it was filled in; of another day, a sentence and who to ask."""
    call = _call(call_id)
    form = CallForm(formdata=None)
    _offer(form)
    _fill(form, call)
    return _page(call, form)


@blueprint.post("/comptes-rendus/<int:call_id>")
def correct_post(call_id: int) -> Response | str | tuple[str, int]:
    """Keep the correction; « voir » and « ajouter un besoin » keep nothing yet."""
    call, form = _call(call_id), CallForm()
    _offer(form)
    action = flask.request.form.get("action")
    if action == ADD:
        form.need_count.data = (form.need_count.data or 0) + 1
        return _page(call, form)
    blocks = page.blocks(call.line, form)
    if action == SEE:
        return _page(call, form, blocks=blocks, effect=_foresee(call, form, blocks))
    if not form.validate() or not all(block.form.validate() for block in blocks):
        return _page(call, form, blocks=blocks), 422
    if not all(block.is_seen for block in blocks):
        say = "Rien n’est encore corrigé : vérifiez où partent ces besoins, puis enregistrez."
        return _page(call, form, blocks=blocks, refusal=Refusal(say)), 422
    try:
        corrected = calls.correcting.correct(
            gate.db(),
            call,
            filled=_filled(call, form, blocks),
            withdrawn=_withdrawn(),
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        return _page(call, form, blocks=blocks, refusal=refusal), 422
    flask.flash("Votre compte rendu est corrigé. La suite est changée en conséquence.", "ok")
    return flask.redirect(flask.url_for("volunteer.today") + f"#appel-{corrected.call.id}", 303)


@blueprint.post("/comptes-rendus/<int:call_id>/effet")
@gate.only_reads
def correct_effect(call_id: int) -> str:
    """What saving the correction would entail, said before. Keeps nothing."""
    call, form = _call(call_id), CallForm()
    _offer(form)
    say = _foresee(call, form, page.blocks(call.line, form))
    return flask.render_template("volunteer/_effect.html", say=say)


def _call(call_id: int) -> Call:
    return gate.found(calls.correcting.own(gate.db(), gate.me(), gate.campaign(), call_id))


def _offer(form: CallForm) -> None:
    form.offer(calls.rules.of(gate.campaign(), gate.now().year))


def _foresee(call: Call, form: CallForm, blocks: list[NeedBlock]) -> str:
    try:
        return calls.correcting.foresee(gate.db(), call, _filled(call, form, blocks))
    except Refusal as refusal:
        return refusal.say


def _filled(call: Call, form: CallForm, blocks: list[NeedBlock]) -> calls.Filled:
    """As a report, with the needs that stay counted among what was said."""
    filled = filling.filled(form, blocks)
    gone = _withdrawn()
    stays = any(need.id not in gone and not need.closed_at for need in _needs(call))
    answers = replace(filled.answers, has_needs=filled.answers.has_needs or stays)
    return replace(filled, person_id=call.person_id, answers=answers)


def _withdrawn() -> set[int]:
    ticked = flask.request.form.getlist("retirer")
    return {int(one) for one in ticked if one.isdecimal() and len(one) < 10}


def _needs(call: Call) -> list[Need]:
    return list(needs.withdrawing.of_call(gate.db(), call))


def _fill(form: CallForm, call: Call) -> None:
    """The answers that give this call's outcome."""
    form.key.data = "0" * 16  # a correction is told by its call, not by a key
    form.person_id.data = call.person_id
    form.need_count.data = 0
    spoke, situation = _answers_of(call)
    form.spoke.data = spoke.value
    field = form.situation_for(spoke)
    if field is not None and situation:
        field.data = situation
    if spoke is Spoke.VOICEMAIL:
        form.message_left.data = "oui" if call.outcome == "REPONDEUR_MSG" else "non"
    form.mood.data = call.mood.value if call.mood else None
    form.short.data = call.outcome == "JOINT_ECOURTE"
    form.wish.data = call.wish.value if call.wish else None
    form.note.data = call.note
    form.heavy.data = call.is_heavy
    enrolment = gate.db().get_one(Enrolment, call.enrolment_id)
    form.informed.data = enrolment.informed_at is not None
    if call.asked_at is not None:
        local: datetime = call.asked_at.astimezone(weeks.PARIS)
        form.asked_day.data, form.asked_time.data = local.date(), local.time()


def _answers_of(call: Call) -> tuple[Spoke, str]:
    """The first answer and the situation that stand for an outcome."""
    if call.outcome.startswith("JOINT_"):
        return Spoke.YES, ""
    if call.outcome.startswith("REPONDEUR"):
        return Spoke.VOICEMAIL, ""
    for spoke in Spoke:
        if call.outcome in {one.code for one in retry.choices(spoke)}:
            return spoke, call.outcome
    return Spoke.OTHER, call.outcome


def _page(
    call: Call,
    form: CallForm,
    *,
    blocks: list[NeedBlock] | None = None,
    refusal: Refusal | None = None,
    effect: str = "",
) -> str:
    raised = _needs(call)
    withdrawn = _withdrawn()
    return flask.render_template(
        "volunteer/correct.html",
        call=call,
        line=call.line,
        form=form,
        blocks=page.blocks(call.line, form) if blocks is None else blocks,
        refusal=refusal,
        effect=effect,
        too_late=calls.revising.why_not(gate.db(), call, at=gate.now()),
        raised=[
            (one, needs.withdrawing.may_be_withdrawn(gate.db(), one), one.id in withdrawn)
            for one in raised
        ],
        revisions=calls.correcting.revisions(gate.db(), call),
        outcomes=reference.outcomes(),
        categories=reference.categories(),
        condition_questions=CONDITION_QUESTIONS,
        organisation=gate.organisation(),
    )
