"""Desks that help with online procedures: their times, and the places left."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from appel_solidaire import gate
from appel_solidaire.typed import Day, put_back
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator.forms import PICK, Choice
from appel_solidaire.web.coordinator.work_forms import Hour
from campaigns import weeks
from campaigns.models import DeskSlot
from campaigns.needs import meetings
from campaigns.refusal import Refusal


class SlotForm(FlaskForm):
    """A time at a desk, for so many people."""

    office = Choice("Quel lieu ?", validators=[InputRequired(message="Choisissez un lieu.")])
    day = Day("Jour", validators=[InputRequired(message="Choisissez un jour.")])
    hour = Hour("Heure", validators=[InputRequired(message="Choisissez une heure.")])
    places = IntegerField("Places", validators=[InputRequired(message="Écrivez un nombre.")])


@blueprint.get("/creneaux")
def desks() -> str:
    """The times to come, and a form to open one."""
    return _page(SlotForm(formdata=None))


@blueprint.post("/creneaux")
def open_slot() -> Response | tuple[str, int]:
    """Open a time at a desk."""
    form = SlotForm()
    offices = {str(one.id): one for one in meetings.desks(gate.db())}
    form.office.choices = [PICK, *(SelectChoice(key, one.name) for key, one in offices.items())]
    if not form.validate():
        return _page(form), 422
    day, hour = form.day.data, form.hour.data
    try:
        meetings.open_slot(
            gate.db(),
            offices[form.office.data],
            starts_at=weeks.at(day, hour.hour, hour.minute),
            places=form.places.data,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal, otherwise="day")
        return _page(form), 422
    flask.flash("Le créneau est ouvert : il est proposé sur la page des besoins.", "ok")
    return flask.redirect(flask.url_for("coordinator.desks"), 303)


@blueprint.post("/creneaux/<int:slot_id>/retirer")
def close_slot(slot_id: int) -> Response | tuple[str, int]:
    """Take a time away that nobody has a place at."""
    slot = gate.found(gate.db().get(DeskSlot, slot_id))
    try:
        meetings.close_slot(gate.db(), slot, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(SlotForm(formdata=None), refused=refusal.say), 422
    flask.flash("Le créneau est retiré.", "ok")
    return flask.redirect(flask.url_for("coordinator.desks"), 303)


def _page(form: SlotForm, refused: str = "") -> str:
    offices = meetings.desks(gate.db())
    form.office.choices = [PICK, *(SelectChoice(str(one.id), one.name) for one in offices)]
    return flask.render_template(
        "coordinator/desks.html",
        form=form,
        slots=meetings.slots(gate.db(), at=gate.now(), limit=200),
        offices=offices,
        refused=refused,
    )
