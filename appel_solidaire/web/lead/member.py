"""One member of the team: what is noted, their week, a new invitation, the end of an account."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, NumberRange, Optional

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import WholeNumber
from appel_solidaire.web.lead.team import VolunteerForm
from campaigns import overview, sheets, team, training, weeks
from campaigns.models import Role, User
from campaigns.refusal import Refusal


class AbsenceForm(FlaskForm):
    """Days without calls, both included."""

    first_on = DateField(
        "Premier jour d’absence", validators=[InputRequired("Indiquez le premier jour.")]
    )
    last_on = DateField(
        "Dernier jour d’absence", validators=[InputRequired("Indiquez le dernier jour.")]
    )


class LimitsForm(FlaskForm):
    """What binds the split about one volunteer."""

    only_territory = BooleanField("N’appelle que dans son territoire habituel")
    weekly_limit = WholeNumber(
        "Foyers par semaine, au plus",
        validators=[Optional(), NumberRange(0, 300, "Indiquez un nombre entre 0 et 300.")],
    )


@blueprint.get("/equipe/<int:user_id>")
def member(user_id: int) -> str:
    """Somebody's page."""
    return page(one(user_id))


@blueprint.post("/equipe/<int:user_id>")
def change_member(user_id: int) -> Response | tuple[str, int]:
    """Change what is noted of a volunteer."""
    user = one(user_id)
    if user.role is not Role.VOLUNTEER:
        flask.abort(404)
    form = VolunteerForm()
    form.offer()
    del form.email
    if not form.validate():
        return page(user, form=form), 422
    try:
        team.change_volunteer(gate.db(), user, form.profile(), by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return page(user, form=form), 422
    flask.flash("C’est noté. La prochaine répartition en tient compte.", "ok")
    return flask.redirect(flask.url_for("lead.member", user_id=user.id), 303)


@blueprint.post("/equipe/<int:user_id>/limites")
def limit_member(user_id: int) -> Response | tuple[str, int]:
    """Change what binds the split about a volunteer."""
    user = one(user_id)
    if user.role is not Role.VOLUNTEER:
        flask.abort(404)
    form = LimitsForm()
    if not form.validate():
        return page(user, limits=form), 422
    wanted = team.Limits(form.only_territory.data, form.weekly_limit.data)
    try:
        team.limit(gate.db(), user, wanted, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return page(user, limits=form), 422
    flask.flash("C’est noté. La prochaine répartition en tient compte.", "ok")
    return flask.redirect(flask.url_for("lead.member", user_id=user.id), 303)


@blueprint.post("/equipe/<int:user_id>/inviter")
def invite(user_id: int) -> Response:
    """Send one person a new link; the former ones stop working."""
    user = one(user_id)
    team.invite_all(gate.db(), [user], by=gate.me(), at=gate.now())
    flask.flash("Le lien part dans la minute.", "ok")
    return flask.redirect(flask.url_for("lead.team"), 303)


@blueprint.post("/equipe/<int:user_id>/bilan")
def send_summaries_again(user_id: int) -> Response:
    """Send one person Monday's mail again, who asked for it."""
    user = one(user_id)
    team.return_to_summaries(gate.db(), user, by=gate.me(), at=gate.now())
    flask.flash("Le bilan repart chaque lundi.", "ok")
    return flask.redirect(flask.url_for("lead.member", user_id=user.id), 303)


@blueprint.post("/equipe/<int:user_id>/fermer")
def disable(user_id: int) -> Response:
    """Close an account at once."""
    user = one(user_id)
    moved = sheets.moving.close_account(
        gate.db(), gate.campaign(), user, by=gate.me(), at=gate.now()
    )
    flask.flash(moved.say, "ok")
    return flask.redirect(flask.url_for("lead.team"), 303)


def one(user_id: int) -> User:
    """Somebody the lead may open, or 404."""
    return gate.found(team.one(gate.db(), gate.campaign(), user_id))


def page(
    user: User,
    *,
    form: VolunteerForm | None = None,
    absence: AbsenceForm | None = None,
    limits: LimitsForm | None = None,
) -> str:
    """Somebody's page, with the forms as they were sent."""
    is_volunteer = user.role is Role.VOLUNTEER
    return flask.render_template(
        "lead/member.html",
        user=user,
        form=form or _filled(user),
        is_volunteer=is_volunteer,
        campaign=gate.campaign(),
        state=overview.member_states(gate.db(), [user.id])[user.id],
        covered=team.coverage_of(gate.db(), [user.id]).get(user.id, []),
        absence=absence or AbsenceForm(formdata=None),
        limits=limits or LimitsForm(formdata=None, obj=team.limits_of(user)),
        standing=training.standings(gate.db(), [user], at=gate.now())[user.id],
        **(_week_of(user) if is_volunteer else {}),
    )


def _week_of(user: User) -> dict[str, object]:
    """Where a volunteer stands this week: their sheet, their days away."""
    session, now = gate.db(), gate.now()
    week, today = weeks.current(now), weeks.local_day(now)
    absences = team.absences_of(session, user, today=today)
    lines, done = sheets.counts(session, gate.campaign(), week, of=user).get(user.id, (0, 0))
    plan = sheets.of(session, gate.campaign(), week)
    return {
        "week": week,
        "today": today,
        "is_published": plan is not None and plan.published_at is not None,
        "line_count": lines,
        "done_count": done,
        "absences": absences,
        "is_away": any(one.first_on <= today <= one.last_on for one in absences),
    }


def _filled(user: User) -> VolunteerForm:
    halves = team.half_days_of(gate.db(), [user.id]).get(user.id, ())
    form = VolunteerForm(
        formdata=None,
        obj=user,
        data={
            "half_days": [f"{day}-{half}" for day, half in halves],
            "territory": str(user.territory_id or ""),
        },
    )
    form.offer()
    del form.email
    return form
