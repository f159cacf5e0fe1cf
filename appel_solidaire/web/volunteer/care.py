"""Care for the caller: a word after a hard call, a break, the box of good moments."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import calls, care
from campaigns.models import Call, CareKind, GoodNewsKind
from campaigns.refusal import Refusal

_LONG = "500 signes au plus : gardez l’essentiel."


class GoodNewsForm(FlaskForm):
    """Something good, in a sentence."""

    kind = RadioField(
        "Qu’est-ce que c’est ?",
        choices=[SelectChoice(one.value, one.label.capitalize()) for one in GoodNewsKind],
        validators=[InputRequired("Choisissez : un merci, un bon moment ou une aide proposée.")],
    )
    text = TextAreaField(
        "Racontez",
        validators=[
            InputRequired("Racontez-le en une phrase, sans nommer personne."),
            Length(max=500, message=_LONG),
        ],
        render_kw={"rows": 3, "maxlength": 500},
    )


@blueprint.get("/prendre-soin", endpoint="care")
def show_care() -> str:
    """What was asked for oneself, a word to say, a break; after a hard call, how one is."""
    call_id = flask.request.args.get("appel", type=int)
    found = _own_call(call_id) if call_id else None
    return flask.render_template(
        "volunteer/care.html",
        requests=care.of_volunteer(gate.db(), gate.campaign(), gate.me(), at=gate.now()),
        call=found,
        moods=care.CallerMood,
        break_is_due=care.resting.break_is_due(
            gate.db(), gate.campaign(), gate.me(), at=gate.now()
        ),
        organisation=gate.organisation(),
    )


@blueprint.post("/prendre-soin")
def ask_care() -> Response:
    """Ask to be rung, without saying why if one does not want to."""
    care.ask(
        gate.db(),
        gate.campaign(),
        CareKind.TALK,
        by=gate.me(),
        at=gate.now(),
        words=flask.request.form.get("mots", "")[:300],
    )
    flask.flash("C’est transmis : quelqu’un de la coordination vous appelle aujourd’hui.", "ok")
    return flask.redirect(flask.url_for("volunteer.care"), 303)


@blueprint.post("/prendre-soin/<int:request_id>/pas-besoin")
def decline_care(request_id: int) -> Response:
    """« Je n’en ai pas besoin »: nobody has to call."""
    request = gate.found(care.one(gate.db(), gate.campaign(), request_id))
    if request.volunteer_id != gate.me().id:
        flask.abort(404)
    care.decline(gate.db(), request, by=gate.me(), at=gate.now())
    flask.flash("C’est noté. Vous pouvez changer d’avis à tout moment.", "ok")
    return flask.redirect(flask.url_for("volunteer.care"), 303)


@blueprint.post("/appels-faits/<int:call_id>/difficile")
def call_was_hard(call_id: int) -> Response:
    """Say afterwards that a call was hard: the coordination calls back the same day."""
    call = gate.found(_own_call(call_id))
    call.is_heavy = True
    care.ask(gate.db(), gate.campaign(), CareKind.DIFFICULT, by=gate.me(), at=gate.now(), call=call)
    return flask.redirect(flask.url_for("volunteer.care", appel=call.id), 303)


@blueprint.post("/appels-faits/<int:call_id>/humeur")
def feel(call_id: int) -> Response:
    """One tap: how one is after a hard call."""
    call = gate.found(_own_call(call_id))
    known = {one.value: one for one in care.CallerMood}
    mood = gate.found(known.get(flask.request.form.get("humeur", "")))
    care.feel(gate.db(), gate.campaign(), call, mood, by=gate.me(), at=gate.now())
    if mood is care.CallerMood.TALK:
        say = "C’est transmis : quelqu’un de la coordination vous appelle aujourd’hui."
    else:
        say = "Merci de l’avoir dit. Prenez le temps qu’il faut avant l’appel suivant."
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("volunteer.care"), 303)


@blueprint.get("/bons-moments")
def good_news() -> str:
    """What everybody may read, and the box to put something in."""
    return _good_news(GoodNewsForm(formdata=None))


@blueprint.post("/bons-moments")
def good_news_post() -> Response | tuple[str, int]:
    """Put a thank-you, a story or an offer of help in the box."""
    form = GoodNewsForm()
    if not form.validate():
        return _good_news(form), 422
    call_id = flask.request.form.get("appel", type=int)
    try:
        care.good.tell(
            gate.db(),
            gate.campaign(),
            GoodNewsKind(form.kind.data),
            form.text.data,
            by=gate.me(),
            at=gate.now(),
            call=_own_call(call_id) if call_id else None,
        )
    except Refusal as refusal:
        form.text.errors = [refusal.say]
        return _good_news(form), 422
    flask.flash("Merci ! La coordination le lit, et le partage sans aucun nom.", "ok")
    return flask.redirect(flask.url_for("volunteer.good_news"), 303)


def _good_news(form: GoodNewsForm) -> str:
    wanted = flask.request.values.get("appel", type=int)
    return flask.render_template(
        "volunteer/good_news.html",
        form=form,
        call=_own_call(wanted) if wanted else None,
        shared=care.good.shared(gate.db(), gate.campaign(), at=gate.now(), limit=20),
    )


def _own_call(call_id: int) -> Call | None:
    return calls.correcting.own(gate.db(), gate.me(), gate.campaign(), call_id)
