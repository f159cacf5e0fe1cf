"""How callers are cared for: hard calls, breaks, reports read again. What the lead decides."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.typed import accepted
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import number
from campaigns.care import choosing


class CareForm(FlaskForm):
    """The numbers, by the names the domain gives them."""

    heavy_run = number("Appels difficiles de suite, au plus")
    break_after = number("Minutes d’appels avant de proposer une pause")
    break_is = number("Minutes sans appel qui comptent comme une pause")
    shared_days = number("Jours pendant lesquels un bon moment reste affiché")
    first = number("Premiers comptes rendus, tous relus")
    percent = number("Ensuite, sur cent comptes rendus, combien sont relus")
    experienced_after = number("L’expérience vient après tant de comptes rendus")
    experienced_percent = number("Avec l’expérience, combien sont relus sur cent")


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
    wanted = {name: form[name].data for name in choosing.NAMES}
    if not accepted(
        form,
        lambda: choosing.choose(gate.db(), gate.campaign(), wanted, by=gate.me(), at=gate.now()),
    ):
        return _page(form), 422
    flask.flash("C’est enregistré : les prochains appels en tiennent compte.", "ok")
    return flask.redirect(flask.url_for("lead.care_rules"), 303)


def _page(form: CareForm) -> str:
    return flask.render_template("lead/care.html", form=form, campaign=gate.campaign())
