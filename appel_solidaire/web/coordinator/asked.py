"""What volunteers ask the coordination: answered, and shared with all when it serves everybody."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.coordinator import blueprint
from campaigns.announcing import asking
from campaigns.models import Question, Role
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


def _words(label: str, longest: int, *, rows: int, needed: str = "") -> TextAreaField:
    most = Length(max=longest, message=f"{longest} signes au plus : gardez l’essentiel.")
    return TextAreaField(
        label,
        validators=[*([InputRequired(needed)] if needed else []), most],
        render_kw={"rows": rows, "maxlength": longest},
    )


class AnsweringForm(FlaskForm):
    """The answer, and whether all may read it."""

    answer = _words("Votre réponse", asking.LONGEST_ANSWER, rows=4, needed="Écrivez votre réponse.")
    is_shared = BooleanField("Partager avec tous les volontaires, sans aucun nom")
    shared_as = _words("La question, telle que tous la liront", asking.LONGEST, rows=2)


@blueprint.context_processor
def asked_menu() -> dict[str, object]:
    """How many questions wait, for the inbox; none for a coordinator of territories."""
    return {"asked_waiting": _waiting_count}


def _waiting_count() -> int:
    if gate.me().role is not Role.COORDINATION:
        return 0
    return asking.waiting_count(gate.db(), gate.campaign())


@blueprint.get("/questions")
def asked() -> str:
    """What waits, the oldest first, then what was answered."""
    _only_coordination()
    return flask.render_template(
        "coordinator/asked.html",
        waiting=asking.waiting(gate.db(), gate.campaign()),
        answered=asking.answered(gate.db(), gate.campaign()),
    )


@blueprint.get("/questions/<int:question_id>")
def asked_one(question_id: int) -> str:
    """One question, to answer."""
    found = _found(question_id)
    return _page(found, _filled(found))


@blueprint.post("/questions/<int:question_id>")
def answer_asked(question_id: int) -> Answer:
    """Answer it, and share it when the box is ticked."""
    found, form = _found(question_id), AnsweringForm()
    if not form.validate():
        return _page(found, form), 422
    shared_as = (form.shared_as.data or "") if form.is_shared.data else None
    try:
        asking.answer(
            gate.db(),
            found,
            form.answer.data,
            shared_as=shared_as,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        return _refused(found, form, refusal)
    flask.flash(f"{found.user.first_name} lira votre réponse sur sa feuille.", "ok")
    return flask.redirect(flask.url_for("coordinator.asked"), 303)


@blueprint.post("/questions/<int:question_id>/partager")
def share_asked(question_id: int) -> Answer:
    """Share an answer given before."""
    found = _found(question_id)
    form = _filled(found)
    form.shared_as.data = flask.request.form.get("shared_as", "")
    try:
        asking.share(gate.db(), found, form.shared_as.data, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _refused(found, form, refusal)
    flask.flash("Tous les volontaires peuvent la lire, sans aucun nom.", "ok")
    return flask.redirect(flask.url_for("coordinator.asked"), 303)


@blueprint.post("/questions/<int:question_id>/ne-plus-partager")
def keep_asked_apart(question_id: int) -> Response:
    """Share an answer no more."""
    asking.keep_apart(gate.db(), _found(question_id), by=gate.me(), at=gate.now())
    flask.flash("Cette réponse n’est plus dans les questions fréquentes.", "ok")
    return flask.redirect(flask.url_for("coordinator.asked"), 303)


def _filled(found: Question) -> AnsweringForm:
    known = {"answer": found.answer, "shared_as": found.shared_as or found.text}
    return AnsweringForm(formdata=None, data=known)


def _refused(found: Question, form: AnsweringForm, refusal: Refusal) -> tuple[str, int]:
    """The page with what was typed."""
    put_back(form, refusal, otherwise="answer")
    return _page(found, form), 422


def _page(found: Question, form: AnsweringForm) -> str:
    return flask.render_template("coordinator/asked_one.html", question=found, form=form)


def _only_coordination() -> None:
    """Like what callers say of themselves, their questions are for the coordination alone."""
    if gate.me().role is not Role.COORDINATION:
        flask.abort(403)


def _found(question_id: int) -> Question:
    _only_coordination()
    return gate.found(asking.one(gate.db(), gate.campaign(), question_id))
