"""Settings of the organisation; those of a campaign stand with its rules."""

from dataclasses import replace

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, StringField

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed, put_back
from campaigns import launch, values
from campaigns.launch import Settings
from campaigns.refusal import Refusal

_PHONE = {"inputmode": "tel", "autocomplete": "off"}


class SettingsForm(FlaskForm):
    """What may be changed, in the order of the page."""

    name = StringField(
        "Nom de l’organisation",
        validators=[needed("Indiquez le nom de l’organisation."), at_most(200)],
    )
    of_name = StringField(
        "Le même nom dans une phrase",
        validators=[needed("Indiquez comment nommer l’organisation."), at_most(200)],
    )
    switchboard_phone = StringField(
        "Téléphone du standard", validators=[at_most(40)], render_kw=_PHONE
    )
    coordination_phone = StringField(
        "Téléphone de la coordination", validators=[at_most(40)], render_kw=_PHONE
    )
    coordination_email = EmailField("Courriel de la coordination", validators=[at_most(254)])

    def wanted(self) -> Settings:
        """What was typed, as the domain takes it."""
        return replace(
            launch.settings_of(gate.organisation(), gate.campaign()),
            name=self.name.data,
            of_name=self.of_name.data,
            coordination_phone=self.coordination_phone.data or "",
            switchboard_phone=self.switchboard_phone.data or "",
            coordination_email=self.coordination_email.data or "",
        )


@blueprint.get("/reglages")
def settings() -> str:
    """The settings in force."""
    found = launch.settings_of(gate.organisation(), gate.campaign())
    form = SettingsForm(formdata=None, obj=found)
    for field in (form.switchboard_phone, form.coordination_phone):
        field.data = values.national(field.data) if field.data else ""
    return _page(form)


@blueprint.post("/reglages")
def settings_post() -> Response | tuple[str, int]:
    """Change them."""
    form = SettingsForm()
    if not form.validate():
        return _page(form), 422
    try:
        launch.settle(
            gate.db(),
            gate.organisation(),
            gate.campaign(),
            form.wanted(),
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    flask.flash("Les réglages sont enregistrés.", "ok")
    return flask.redirect(flask.url_for("lead.settings"), 303)


def _page(form: SettingsForm) -> str:
    return flask.render_template("lead/settings.html", form=form, campaign=gate.campaign())
