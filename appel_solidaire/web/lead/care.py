"""How callers are cared for: hard calls, breaks, reports read again. What the lead decides."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import needed, put_back
from campaigns.care import choosing
from campaigns.refusal import Refusal

_WHOLE = {"inputmode": "numeric", "autocomplete": "off"}


def _number(label: str) -> StringField:
    return StringField(label, validators=[needed("Indiquez un nombre.")], render_kw=_WHOLE)


class CareForm(FlaskForm):
    """The numbers, by the names the domain gives them."""

    heavy_run = _number("Appels difficiles de suite, au plus")
    break_after = _number("Minutes d’appels avant de proposer une pause")
    break_is = _number("Minutes sans appel qui comptent comme une pause")
    shared_days = _number("Jours pendant lesquels un bon moment reste affiché")
    first = _number("Premiers comptes rendus, tous relus")
    percent = _number("Ensuite, sur cent comptes rendus, combien sont relus")
    experienced_after = _number("L’expérience vient après tant de comptes rendus")
    experienced_percent = _number("Avec l’expérience, combien sont relus sur cent")


@blueprint.get("/regles/soin")
def care_rules() -> str:
    """What is in force."""
    held = choosing.in_force(gate.campaign())
    form = CareForm(formdata=None, data={name: str(value) for name, value in held.items()})
    return _page(form)


@blueprint.post("/regles/soin")
def settle_care() -> Response | tuple[str, int]:
    """Change it; the next report follows."""
    form = CareForm()
    if not form.validate():
        return _page(form), 422
    wanted = {name: form[name].data for name in choosing.NAMES}
    try:
        choosing.choose(gate.db(), gate.campaign(), wanted, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    flask.flash("C’est enregistré : les prochains appels en tiennent compte.", "ok")
    return flask.redirect(flask.url_for("lead.care_rules"), 303)


def _page(form: CareForm) -> str:
    return flask.render_template("lead/care.html", form=form, campaign=gate.campaign())
