"""Settings of the organisation; those of a campaign stand with its rules."""

from dataclasses import replace

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, StringField

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed
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
    territory_word = StringField("Votre mot pour un territoire", validators=[at_most(60)])
    dpo_contact = StringField("Contact pour la protection des données", validators=[at_most(200)])

    def wanted(self) -> Settings:
        """What was typed, as the domain takes it."""
        now = launch.settings_of(gate.organisation(), gate.campaign())
        return replace(
            now,
            name=self.name.data,
            of_name=self.of_name.data,
            coordination_phone=self.coordination_phone.data or "",
            switchboard_phone=self.switchboard_phone.data or "",
            coordination_email=self.coordination_email.data or "",
            territory_word=self.territory_word.data or now.territory_word,
            dpo_contact=self.dpo_contact.data or "",
        )


@blueprint.get("/reglages")
def settings() -> str:
    """The settings in force."""
    return _page(in_force())


@blueprint.post("/reglages")
def settings_post() -> Response | tuple[str, int]:
    """Change them."""
    form = SettingsForm()
    if not is_settled(form):
        return _page(form), 422
    flask.flash("Les réglages sont enregistrés.", "ok")
    return flask.redirect(flask.url_for("lead.settings"), 303)


def in_force() -> SettingsForm:
    """The settings as they are typed; the page of the launch shows them too."""
    found = launch.settings_of(gate.organisation(), gate.campaign())
    form = SettingsForm(formdata=None, obj=found)
    for field in (form.switchboard_phone, form.coordination_phone):
        field.data = values.national(field.data) if field.data else ""
    return form


def is_settled(form: SettingsForm) -> bool:
    """Keep what was typed; False, with the errors on their fields, when something is wrong."""
    if not form.validate():
        return False
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
        return False
    return True


def _page(form: SettingsForm) -> str:
    return flask.render_template("lead/settings.html", form=form, campaign=gate.campaign())
