"""Receiving fewer mails about needs, from the link of any of them, without signing in."""

import flask
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from appel_solidaire import gate
from appel_solidaire.web.public import blueprint
from campaigns import needs, team
from campaigns.models import User
from campaigns.needs import Rhythm


class OneRhythm(RadioField):
    """The three rhythms; another one is refused in French."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is not one of the three."""
        try:
            super().pre_validate(form)
        except ValidationError as fault:
            raise ValidationError("Choisissez l’un des trois rythmes.") from fault


class RhythmForm(FlaskForm):
    """How often somebody is written to about needs that are not urgent."""

    rhythm = OneRhythm(
        "Que souhaitez-vous recevoir ?",
        choices=[SelectChoice(one.value, one.label.capitalize()) for one in Rhythm],
    )


@blueprint.get("/moins-de-courriels/<token>")
def fewer(token: str) -> str | tuple[str, int]:
    """A page with a choice and a button: looking changes nothing."""
    user = team.summary_reader(gate.db(), token)
    if user is None:
        return flask.render_template("public/link_dead.html"), 410
    return _page(token, user, RhythmForm(formdata=None, data={"rhythm": user.needs_rhythm}))


@blueprint.post("/moins-de-courriels/<token>")
def fewer_post(token: str) -> str | tuple[str, int]:
    """Keep the rhythm chosen; urgent needs are told at once all the same."""
    user = team.summary_reader(gate.db(), token)
    if user is None:
        return flask.render_template("public/link_dead.html"), 410
    form = RhythmForm()
    if not form.validate():
        return _page(token, user, form), 422
    needs.set_rhythm(gate.db(), user, Rhythm(form.rhythm.data), at=gate.now())
    return _page(token, user, form, done=True)


def _page(token: str, user: User, form: RhythmForm, *, done: bool = False) -> str:
    return flask.render_template("public/fewer.html", token=token, user=user, form=form, done=done)
