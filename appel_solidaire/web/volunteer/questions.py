"""Questions of the coordination about a need, read and answered on one's own page."""

from typing import Any

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns.models import NeedQuestion
from campaigns.needs import asking
from campaigns.refusal import Refusal


class AnswerForm(FlaskForm):
    """A volunteer's answer."""

    reponse = TextAreaField(
        "Ce que vous savez",
        validators=[
            InputRequired(message="Écrivez ce que vous savez, ou « je ne sais pas »."),
            Length(max=500, message="500 signes au plus : gardez l’essentiel."),
        ],
        render_kw={"rows": 3, "maxlength": 500},
    )


@blueprint.context_processor
def questions() -> dict[str, Any]:
    """What the coordination asks stands on top of one's calls; asked by the pages that show it."""
    return {
        "questions": lambda: asking.questions_for(gate.db(), gate.me(), gate.campaign()),
        "joined_news": lambda: asking.joined_news(
            gate.db(), gate.me(), gate.campaign(), at=gate.now()
        ),
    }


@blueprint.get("/questions/<int:question_id>")
def question(question_id: int) -> str:
    """One question, to answer."""
    return _page(_found(question_id), AnswerForm(formdata=None))


@blueprint.post("/questions/<int:question_id>")
def answer_question(question_id: int) -> Response | tuple[str, int]:
    """Keep the answer; the coordination reads it on the need's page."""
    found, form = _found(question_id), AnswerForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        asking.answer_question(gate.db(), found, form.reponse.data, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        form.reponse.errors = [refusal.say]
        return _page(found, form), 422
    flask.flash("Merci : la coordination lit votre réponse avec le besoin.", "ok")
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


def _found(question_id: int) -> NeedQuestion:
    return gate.found(asking.question_for(gate.db(), gate.me(), gate.campaign(), question_id))


def _page(found: NeedQuestion, form: AnswerForm) -> str:
    # Somebody else's campaign, or a need that is closed: the words stay, the name does not.
    told = asking.questions_for(gate.db(), gate.me(), gate.campaign())
    asked = next((one for one in told if one.id == found.id), None)
    return flask.render_template("volunteer/question.html", question=found, asked=asked, form=form)
