"""Territories: how each is reached; who is on call for the whole organisation."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, StringField

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed
from campaigns import directory, values
from campaigns.directory import Area
from campaigns.models import Territory
from campaigns.refusal import Refusal

_PHONE = {"inputmode": "tel", "autocomplete": "off"}


class AreaForm(FlaskForm):
    """How a territory is reached."""

    name = StringField("Nom", validators=[needed("Indiquez le nom du territoire."), at_most(200)])
    email = EmailField("Courriel du territoire", validators=[at_most(254)])
    director_email = EmailField("Courriel de la direction", validators=[at_most(254)])
    phone = StringField("Téléphone", validators=[at_most(40)], render_kw=_PHONE)
    on_call_phone = StringField("Téléphone d’astreinte", validators=[at_most(40)], render_kw=_PHONE)

    def area(self) -> Area:
        """What was typed, as the domain takes it."""
        return Area(
            name=self.name.data or "",
            email=self.email.data or "",
            director_email=self.director_email.data or "",
            phone=self.phone.data or "",
            on_call_phone=self.on_call_phone.data or "",
        )


class OnCallForm(FlaskForm):
    """Who may be rung when offices are closed."""

    phone = StringField("Téléphone d’astreinte", validators=[at_most(40)], render_kw=_PHONE)
    hours = StringField("Quand", validators=[at_most(120)])


@blueprint.get("/annuaire/territoires")
def territories() -> str:
    """Every territory, and the on-call service."""
    organisation = gate.organisation()
    form = OnCallForm(
        formdata=None,
        data={
            "phone": _national(organisation.on_call_phone),
            "hours": organisation.on_call_hours,
        },
    )
    return _page(form)


@blueprint.post("/annuaire/astreinte")
def change_on_call() -> Response | tuple[str, int]:
    """Say who is on call; nobody is a true answer."""
    form = OnCallForm()
    if not form.validate():
        return _page(form), 422
    try:
        directory.set_on_call(
            gate.db(),
            phone=form.phone.data or "",
            hours=form.hours.data or "",
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    flask.flash("L’astreinte est notée.", "ok")
    return flask.redirect(flask.url_for("lead.territories"), 303)


@blueprint.get("/annuaire/territoires/<int:territory_id>")
def territory(territory_id: int) -> str:
    """How one territory is reached."""
    shown = _found(territory_id)
    form = AreaForm(formdata=None, obj=directory.area_of(shown))
    for field in (form.phone, form.on_call_phone):
        field.data = _national(field.data or "")
    return _area_page(shown, form)


@blueprint.post("/annuaire/territoires/<int:territory_id>")
def change_territory(territory_id: int) -> Response | tuple[str, int]:
    """Correct it."""
    shown, form = _found(territory_id), AreaForm()
    if not form.validate():
        return _area_page(shown, form), 422
    try:
        directory.change_territory(gate.db(), shown, form.area(), by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _area_page(shown, form), 422
    flask.flash("Ce territoire est à jour.", "ok")
    return flask.redirect(flask.url_for("lead.territories"), 303)


def _found(territory_id: int) -> Territory:
    return gate.found(directory.territory(gate.db(), territory_id))


def _national(number: str) -> str:
    return values.national(number) if number.startswith("+") else number


def _page(form: OnCallForm) -> str:
    session = gate.db()
    return flask.render_template(
        "lead/territories.html",
        form=form,
        territories=directory.territories(session),
        national=_national,
        on_call=directory.on_call(session, None, gate.now()),
        word=gate.organisation().territory_word,
    )


def _area_page(shown: Territory, form: AreaForm) -> str:
    return flask.render_template("lead/territory.html", territory=shown, form=form)
