"""Somebody on the telephone asks to see, correct or erase what is noted: the request, no more."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, lines
from campaigns import calls, rights, weeks
from campaigns.models import Enrolment, Line, Right


class RightForm(FlaskForm):
    """Who asks, and for what; nothing is written in words."""

    personne = RadioField(
        "Qui le demande ?",
        coerce=int,
        validators=[InputRequired("Choisissez la personne qui le demande.")],
    )
    droit = RadioField(
        "Que demande-t-elle ?",
        choices=[
            SelectChoice(Right.ACCESS.value, "Voir ce qui est noté sur elle"),
            SelectChoice(Right.CORRECTION.value, "Faire corriger ce qui est faux"),
            SelectChoice(Right.ERASURE.value, "Faire effacer ce qui est noté"),
        ],
        validators=[InputRequired("Choisissez ce qu’elle demande.")],
    )


@blueprint.get("/appels/<int:line_id>/demande")
def ask_right(line_id: int) -> str:
    """What may be asked, in three lines."""
    line = lines.own(line_id)
    wanted = flask.request.args.get("personne", type=int)
    form = RightForm(formdata=None, data={"personne": wanted})
    return _page(line, _offered(_present(line), form))


@blueprint.post("/appels/<int:line_id>/demande")
def ask_right_post(line_id: int) -> Response | tuple[str, int]:
    """Keep the request alone: somebody else answers it."""
    line = lines.own(line_id)
    present = _present(line)
    form = _offered(present, RightForm())
    if not form.validate():
        return _page(line, form), 422
    asked = next(one for one in present if one.person_id == form.personne.data)
    noted = rights.asking.note(
        gate.db(),
        asked.person,
        Right(form.droit.data),
        channel=rights.Channel.CALL,
        received_on=weeks.local_day(gate.now()),
        by=gate.me(),
        at=gate.now(),
    )
    flask.flash(
        f"C’est transmis (D-{noted.id}). Dites-lui : « On vous répond avant le "
        f"{noted.due_on:%d/%m/%Y}. » Vous pouvez fermer cet onglet et continuer l’appel.",
        "ok",
    )
    # Not to the call: its page is open beside this one, with what was begun.
    return flask.redirect(flask.url_for("volunteer.ask_right", line_id=line.id), 303)


def _present(line: Line) -> list[Enrolment]:
    return list(calls.everybody_at(gate.db(), line, campaign=gate.campaign()))


def _offered(present: list[Enrolment], form: RightForm) -> RightForm:
    form.personne.choices = [SelectChoice(one.person_id, one.person.full_name) for one in present]
    if len(present) == 1 and form.personne.data is None:
        form.personne.data = present[0].person_id
    return form


def _page(line: Line, form: RightForm) -> str:
    return flask.render_template("volunteer/ask_right.html", line=line, form=form)
