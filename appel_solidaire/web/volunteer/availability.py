"""Half-days and absences of a volunteer."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField
from wtforms.validators import InputRequired

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import team, weeks
from campaigns.refusal import Refusal

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
HALVES = (("am", "matin"), ("pm", "après-midi"))


class AbsenceForm(FlaskForm):
    """Days without calls, both included."""

    first_on = DateField(
        "Premier jour", validators=[InputRequired("Indiquez le premier jour de l’absence.")]
    )
    last_on = DateField(
        "Dernier jour", validators=[InputRequired("Indiquez le dernier jour de l’absence.")]
    )


@blueprint.get("/disponibilites")
def availability() -> str:
    """The half-days ticked and the absences to come."""
    return _page(AbsenceForm(formdata=None))


@blueprint.post("/disponibilites")
def availability_post() -> Response:
    """Keep the half-days; the next split follows them."""
    known = {f"{day}-{half}": (day, half) for day in range(len(DAYS)) for half, _ in HALVES}
    halves = [known[name] for name in flask.request.form.getlist("demi-journee") if name in known]
    team.set_half_days(gate.db(), gate.me(), halves, by=gate.me(), at=gate.now())
    flask.flash("Vos demi-journées sont notées. Elles comptent dès la prochaine répartition.", "ok")
    return flask.redirect(flask.url_for("volunteer.availability"), 303)


@blueprint.post("/absences")
def absence_post() -> Response | tuple[str, int]:
    """Note days without calls."""
    form = AbsenceForm()
    if not form.validate():
        return _page(form), 422
    try:
        team.add_absence(
            gate.db(),
            gate.me(),
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        form[refusal.field or "last_on"].errors = [refusal.say]
        return _page(form), 422
    flask.flash("Votre absence est notée. Bon repos.", "ok")
    return flask.redirect(flask.url_for("volunteer.availability"), 303)


@blueprint.post("/absences/<int:absence_id>/retirer")
def absence_drop(absence_id: int) -> Response:
    """Take an absence back."""
    if not team.drop_absence(gate.db(), gate.me(), absence_id, by=gate.me(), at=gate.now()):
        flask.abort(404)
    flask.flash("L’absence est retirée.", "ok")
    return flask.redirect(flask.url_for("volunteer.availability"), 303)


def _page(form: AbsenceForm) -> str:
    me = gate.me()
    return flask.render_template(
        "volunteer/availability.html",
        form=form,
        days=DAYS,
        halves=HALVES,
        ticked=set(team.half_days_of(gate.db(), [me.id]).get(me.id, ())),
        absences=team.absences_of(gate.db(), me, today=weeks.local_day(gate.now())),
    )
