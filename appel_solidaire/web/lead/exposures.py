"""What volunteers see beyond a name and a commune: off, until the lead says why and until when."""

import flask
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from appel_solidaire import gate
from appel_solidaire.typed import Day, accepted
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import needed
from campaigns import exposures as shown
from campaigns import weeks
from campaigns.exposures import Field, Told


class ExposureForm(FlaskForm):
    """Why one field is shown, and until when; the prefix says which field."""

    reason = TextAreaField(
        "Pourquoi",
        validators=[needed("Écrivez pourquoi : les volontaires le liront.")],
        render_kw={"rows": 2, "maxlength": shown.LONGEST},
    )
    until = Day(
        "Jusqu’au (ce jour compris)", validators=[InputRequired("Choisissez le dernier jour.")]
    )


@blueprint.get("/regles/champs-montres")
def exposures() -> str:
    """What is shown now, what may be, what never is, and what was shown before."""
    return _page()


@blueprint.post("/regles/champs-montres/<string:field>")
def show_field(field: str) -> Response | tuple[str, int]:
    """Show one field to the volunteers of the campaign."""
    which = _known(field)
    form = ExposureForm(prefix=f"{which.value}-")
    if not accepted(
        form,
        lambda: shown.show(
            gate.db(),
            gate.campaign(),
            which,
            reason=form.reason.data,
            until=form.until.data,
            by=gate.me(),
            at=gate.now(),
        ),
    ):
        return _page(which, form), 422
    flask.flash(f"Les volontaires voient maintenant {which.label} sur la page de l’appel.", "ok")
    return flask.redirect(flask.url_for("lead.exposures"), 303)


@blueprint.post("/regles/champs-montres/<string:field>/fin")
def hide_field(field: str) -> Response:
    """Stop showing it, at once."""
    which = _known(field)
    if shown.hide(gate.db(), gate.campaign(), which, by=gate.me(), at=gate.now()):
        flask.flash(f"Plus aucun volontaire ne voit {which.label}.", "ok")
    return flask.redirect(flask.url_for("lead.exposures"), 303)


def _known(field: str) -> Field:
    try:
        return Field(field)
    except ValueError as unknown:
        raise NotFound from unknown


def _page(wrong: Field | None = None, form: ExposureForm | None = None) -> str:
    """The page; the form of one field comes back with what was typed when it was refused."""
    campaign, today = gate.campaign(), weeks.local_day(gate.now())
    held, past = shown.told(gate.db(), of=campaign, today=today)
    in_force = {one.exposure.field: one for one in held}
    return flask.render_template(
        "lead/exposures.html",
        campaign=campaign,
        forms_of={
            one: form if form is not None and one is wrong else _form(one, in_force.get(one))
            for one in Field
        },
        wrong=form,
        held=in_force,
        past=past,
        heat_until=campaign.heat_until
        if campaign.heat_until is not None and today <= campaign.heat_until
        else None,
    )


def _form(field: Field, held: Told | None) -> ExposureForm:
    """An empty form, or what is in force, to be changed."""
    data = {"reason": held.exposure.reason, "until": held.exposure.until} if held else {}
    return ExposureForm(formdata=None, prefix=f"{field.value}-", data=data)
