"""What the lead says to everybody, and what one asks the coordination: read, asked, answered."""

from typing import Any

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns.announcing import asking, saying
from campaigns.refusal import Refusal

_MOST = asking.LONGEST


class AskForm(FlaskForm):
    """A question, in a few words."""

    text = TextAreaField(
        "Votre question",
        validators=[
            InputRequired("Écrivez votre question."),
            Length(max=_MOST, message=f"{_MOST} signes au plus : gardez l’essentiel."),
        ],
        render_kw={"rows": 3, "maxlength": _MOST},
    )


@blueprint.context_processor
def announced() -> dict[str, Any]:
    """What stands on top of the sheet, asked by that page alone; the room where to be helped."""
    return {
        "announcements": lambda: saying.unread(
            gate.db(), gate.campaign(), gate.me(), at=gate.now()
        ),
        "new_answers": lambda: asking.unseen(gate.db(), gate.campaign(), gate.me()),
        "help_room": lambda: gate.campaign().help_room_url,
    }


@blueprint.post("/annonces/<int:announcement_id>/lu")
def announcement_read(announcement_id: int) -> Response:
    """« J’ai lu »."""
    found = gate.found(saying.one(gate.db(), gate.campaign(), announcement_id))
    saying.read(gate.db(), found, by=gate.me(), at=gate.now())
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


@blueprint.get("/demander")
def own_questions() -> str:
    """Ask the coordination; what one asked before, and the answers."""
    return _page(AskForm(formdata=None))


@blueprint.post("/demander")
def ask_question() -> Response | tuple[str, int]:
    """Send a question; the answer comes on one's sheet."""
    form = AskForm()
    if not form.validate():
        return _page(form), 422
    try:
        asking.ask(gate.db(), gate.campaign(), form.text.data, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        form.text.errors = [refusal.say]
        return _page(form), 422
    flask.flash("C’est transmis. La réponse arrivera sur votre feuille.", "ok")
    return flask.redirect(flask.url_for("volunteer.own_questions"), 303)


@blueprint.post("/demander/<int:question_id>/lu")
def answer_read(question_id: int) -> Response:
    """« J’ai lu » the answer; it stays on the page of one's questions."""
    found = gate.found(asking.one(gate.db(), gate.campaign(), question_id))
    if found.user_id != gate.me().id:
        flask.abort(404)
    asking.seen(gate.db(), found, at=gate.now())
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


@blueprint.get("/questions-frequentes")
def frequent_questions() -> str:
    """The answers that serve everybody; nobody is named."""
    return flask.render_template(
        "volunteer/frequent_questions.html", shared=asking.shared(gate.db(), gate.campaign())
    )


def _page(form: AskForm) -> str:
    return flask.render_template(
        "volunteer/own_questions.html",
        form=form,
        asked=asking.of_volunteer(gate.db(), gate.campaign(), gate.me()),
        organisation=gate.organisation(),
    )
