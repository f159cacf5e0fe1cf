"""One's own absences, and who stands in meanwhile."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from appel_solidaire import gate
from appel_solidaire.typed import Day, accepted
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator.forms import Choice
from campaigns import weeks
from campaigns.models import User
from campaigns.needs import absences as rules
from campaigns.refusal import Refusal


class AwayForm(FlaskForm):
    """Days away, and who stands in."""

    first_on = Day("Premier jour", validators=[InputRequired(message="Choisissez un jour.")])
    last_on = Day("Dernier jour", validators=[InputRequired(message="Choisissez un jour.")])
    deputy = Choice("Qui répond pendant ce temps ?")


class StandingForm(FlaskForm):
    """Who stands in whenever one is away."""

    standing = Choice("Qui vous remplace d’habitude ?")


@blueprint.get("/absences")
def absences() -> str:
    """One's absences to come, and those one stands in for."""
    return _page()


@blueprint.post("/absences")
def note_absence() -> Response | tuple[str, int]:
    """Note days away with a deputy."""
    form = AwayForm()
    _offer(form, None)
    if not accepted(
        form,
        lambda: rules.note_absence(
            gate.db(),
            gate.me(),
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            deputy=_colleague(form.deputy.data),
            by=gate.me(),
            at=gate.now(),
        ),
        otherwise="last_on",
    ):
        return _page(away=form), 422
    flask.flash("L’absence est notée. Tout revient ensuite, sans rien faire.", "ok")
    return flask.redirect(flask.url_for("coordinator.absences"), 303)


@blueprint.post("/absences/remplacement")
def set_deputy() -> Response | tuple[str, int]:
    """Say who stands in by default."""
    form = StandingForm()
    _offer(None, form)
    if not form.validate():
        return _page(standing=form), 422
    try:
        deputy = _colleague(form.standing.data)
        rules.set_deputy(gate.db(), gate.me(), deputy, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        form.standing.errors = [refusal.say]
        return _page(standing=form), 422
    flask.flash("C’est noté.", "ok")
    return flask.redirect(flask.url_for("coordinator.absences"), 303)


@blueprint.post("/absences/<int:absence_id>/retour")
def come_back(absence_id: int) -> Response | tuple[str, int]:
    """End one's own absence now."""
    absence = gate.found(rules.one(gate.db(), absence_id, users=[gate.me()]))
    try:
        rules.come_back(gate.db(), absence, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(refused=refusal.say), 422
    flask.flash("Vous êtes de retour : les besoins vous reviennent.", "ok")
    return flask.redirect(flask.url_for("coordinator.absences"), 303)


def _colleague(user_id: str) -> User | None:
    found = rules.who_may_stand_in(gate.db(), gate.me(), gate.campaign())
    return next((one for one in found if str(one.id) == user_id), None)


def _offer(away: AwayForm | None, standing: StandingForm | None) -> list[User]:
    people = rules.who_may_stand_in(gate.db(), gate.me(), gate.campaign())
    choices = [SelectChoice(str(one.id), one.full_name) for one in people]
    usual = next((one.full_name for one in people if one.id == gate.me().deputy_id), "")
    if away is not None:
        first = f"Comme d’habitude : {usual}" if usual else "Choisissez…"
        away.deputy.choices = [SelectChoice("", first), *choices]
        away.deputy.flags.required = not usual
    if standing is not None:
        standing.standing.choices = [SelectChoice("", "Personne par défaut"), *choices]
    return people


def _page(
    away: AwayForm | None = None, standing: StandingForm | None = None, refused: str = ""
) -> str:
    me, today = gate.me(), weeks.local_day(gate.now())
    away = away or AwayForm(formdata=None)
    standing = standing or StandingForm(formdata=None, data={"standing": str(me.deputy_id or "")})
    _offer(away, standing)
    return flask.render_template(
        "coordinator/absences.html",
        away_form=away,
        standing_form=standing,
        away=rules.about(gate.db(), me, today=today),
        today=today,
        refused=refused,
    )
