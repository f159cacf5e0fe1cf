"""Half-days and absences of a volunteer."""

from datetime import date

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Optional

from appel_solidaire import gate
from appel_solidaire.typed import accepted, put_back
from appel_solidaire.web.volunteer import blueprint
from campaigns import access, calls, sheets, team, weeks
from campaigns.refusal import Refusal

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WEEK = frozenset(range(5))  # offered whatever the campaigns do
HALVES = (("am", "matin"), ("pm", "après-midi"))


class HabitsForm(FlaskForm):
    """How somebody calls."""

    pace = IntegerField("Foyers par demi-journée", validators=[Optional()])
    weekly_limit = IntegerField("Foyers par semaine, au plus", validators=[Optional()])
    languages = StringField("Langues parlées, en plus du français", validators=[Optional()])


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
    return _page()


@blueprint.post("/disponibilites")
def availability_post() -> Response:
    """Keep the half-days; the next split follows them."""
    known = {f"{day}-{half}": (day, half) for day in _offered() for half, _ in HALVES}
    halves = [known[name] for name in flask.request.form.getlist("demi-journee") if name in known]
    team.set_half_days(gate.db(), gate.me(), halves, by=gate.me(), at=gate.now())
    flask.flash("Vos demi-journées sont notées. Elles comptent dès la prochaine répartition.", "ok")
    return flask.redirect(flask.url_for("volunteer.availability"), 303)


@blueprint.post("/habitudes")
def habits_post() -> Response | tuple[str, int]:
    """Keep pace, limit and languages; the next split follows them."""
    form = HabitsForm()
    if not accepted(
        form,
        lambda: team.change_habits(
            gate.db(),
            gate.me(),
            pace=form.pace.data,
            weekly_limit=form.weekly_limit.data,
            languages=form.languages.data or "",
            by=gate.me(),
            at=gate.now(),
        ),
        otherwise="pace",
    ):
        return _page(habits=form), 422
    flask.flash("C’est noté. Cela compte dès la prochaine répartition.", "ok")
    return flask.redirect(flask.url_for("volunteer.availability"), 303)


@blueprint.post("/absences")
def absence_post() -> Response | tuple[str, int]:
    """Note days without calls."""
    form = AbsenceForm()
    if not form.validate():
        return _page(absence=form), 422
    try:
        say = _note_absence(form.first_on.data, form.last_on.data)
    except Refusal as refusal:
        put_back(form, refusal, otherwise="last_on")
        return _page(absence=form), 422
    flask.flash(f"{say} Bon repos.", "ok")
    return flask.redirect(flask.url_for("volunteer.availability"), 303)


def _note_absence(first_on: date, last_on: date) -> str:
    """What cannot be called any more goes to others at once, where there is a campaign."""
    session, me, now = gate.db(), gate.me(), gate.now()
    days = {"first_on": first_on, "last_on": last_on}
    joined = access.campaigns_of(session, me)
    if not joined:
        team.add_absence(session, me, **days, by=me, at=now)
        return "Votre absence est notée."
    return sheets.moving.absent(session, gate.campaign(), me, **days, by=me, at=now).say


@blueprint.post("/absences/<int:absence_id>/retirer")
def absence_drop(absence_id: int) -> Response:
    """Take an absence back; days of this week are filled again from those who wait."""
    session, me, now = gate.db(), gate.me(), gate.now()
    today, sunday = weeks.local_day(now), weeks.sunday(weeks.current(now))
    is_now = any(
        one.id == absence_id and one.first_on <= sunday
        for one in team.absences_of(session, me, today=today)
    )
    if not team.drop_absence(session, me, absence_id, by=me, at=now):
        flask.abort(404)
    say = "L’absence est retirée."
    if is_now and access.campaigns_of(session, me):
        say = sheets.moving.fill_again(session, gate.campaign(), me, at=now).say
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("volunteer.availability"), 303)


def _offered() -> list[int]:
    """The days to choose from: Monday to Friday, and the others that a campaign of theirs calls."""
    year = weeks.local_day(gate.now()).year
    found = [calls.rules.of(one, year) for one in access.campaigns_of(gate.db(), gate.me())]
    called = (day for day in range(7) if any(day in one.working_days for one in found))
    return sorted(_WEEK.union(called))


def _page(*, absence: AbsenceForm | None = None, habits: HabitsForm | None = None) -> str:
    me = gate.me()
    return flask.render_template(
        "volunteer/availability.html",
        form=absence or AbsenceForm(formdata=None),
        habits=habits or HabitsForm(formdata=None, obj=me),
        wrong=habits or absence,
        days=[(day, DAYS[day]) for day in _offered()],
        halves=HALVES,
        ticked=set(team.half_days_of(gate.db(), [me.id]).get(me.id, ())),
        absences=team.absences_of(gate.db(), me, today=weeks.local_day(gate.now())),
    )
