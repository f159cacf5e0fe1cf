"""The absences of a coordinator, noted for them, and who stands in meanwhile."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField
from wtforms.fields import SelectChoice

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint, member
from appel_solidaire.web.lead.fields import needed
from campaigns import weeks
from campaigns.models import User
from campaigns.needs import absences as rules
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


class AwayForm(FlaskForm):
    """Days away, and who stands in."""

    first_on = DateField("Premier jour", validators=[needed("Choisissez un jour.")])
    last_on = DateField("Dernier jour", validators=[needed("Choisissez un jour.")])
    deputy = SelectField("Qui répond pendant ce temps ?")


class StandingForm(FlaskForm):
    """Who stands in whenever they are away."""

    standing = SelectField("Qui remplace d’habitude ?")


@blueprint.get("/equipe/<int:user_id>/remplacement")
def deputies(user_id: int) -> str:
    """A coordinator's absences to come, and those they stand in for."""
    return _page(_coordinator(user_id))


@blueprint.post("/equipe/<int:user_id>/remplacement")
def note_absence(user_id: int) -> Answer:
    """Note days away for a coordinator, with a deputy."""
    user, form = _coordinator(user_id), AwayForm()
    people = _offer(user, form, None)
    if not form.validate():
        return _page(user, away=form), 422
    try:
        rules.note_absence(
            gate.db(),
            user,
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            deputy=people.get(form.deputy.data),
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(user, away=form), 422
    return _done(user, "L’absence est notée. Tout revient ensuite, sans rien faire.")


@blueprint.post("/equipe/<int:user_id>/remplacement/habituel")
def set_deputy(user_id: int) -> Answer:
    """Say who stands in for a coordinator by default."""
    user, form = _coordinator(user_id), StandingForm()
    people = _offer(user, None, form)
    if not form.validate():
        return _page(user, standing=form), 422
    try:
        deputy = people.get(form.standing.data)
        rules.set_deputy(gate.db(), user, deputy, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        form.standing.errors = [refusal.say]
        return _page(user, standing=form), 422
    return _done(user, "C’est noté.")


@blueprint.post("/equipe/<int:user_id>/remplacement/<int:absence_id>/retour")
def end_absence(user_id: int, absence_id: int) -> Answer:
    """End an absence now, or take it off when it has not begun."""
    user = _coordinator(user_id)
    absence = gate.found(rules.one(gate.db(), absence_id, users=[user]))
    try:
        rules.come_back(gate.db(), absence, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(user, refused=refusal.say), 422
    return _done(user, "C’est noté : les besoins reviennent à leur place.")


def _coordinator(user_id: int) -> User:
    user = member.one(user_id)
    return gate.found(user if user.role in rules.ANSWER_FOR_NEEDS else None)


def _offer(user: User, away: AwayForm | None, standing: StandingForm | None) -> dict[str, User]:
    people = {str(one.id): one for one in rules.who_may_stand_in(gate.db(), user, gate.campaign())}
    choices = [SelectChoice(key, one.full_name) for key, one in people.items()]
    usual = people.get(str(user.deputy_id))
    if away is not None:
        first = f"Comme d’habitude : {usual.full_name}" if usual else "Choisissez…"
        away.deputy.choices = [SelectChoice("", first), *choices]
    if standing is not None:
        standing.standing.choices = [SelectChoice("", "Personne par défaut"), *choices]
    return people


def _done(user: User, say: str) -> Response:
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("lead.deputies", user_id=user.id), 303)


def _page(
    user: User,
    *,
    away: AwayForm | None = None,
    standing: StandingForm | None = None,
    refused: str = "",
) -> str:
    away = away or AwayForm(formdata=None)
    standing = standing or StandingForm(formdata=None, data={"standing": str(user.deputy_id or "")})
    _offer(user, away, standing)
    today = weeks.local_day(gate.now())
    return flask.render_template(
        "lead/deputies.html",
        user=user,
        away_form=away,
        standing_form=standing,
        away=rules.about(gate.db(), user, today=today),
        today=today,
        refused=refused,
    )
