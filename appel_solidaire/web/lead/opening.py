"""When the organisation is open: hours by weekday, its own closed days, whose holidays count."""

from datetime import date

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from appel_solidaire import gate
from appel_solidaire.typed import Day, accepted
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed
from campaigns import weeks
from campaigns.directory import Region, hours, opening, opening_of
from campaigns.directory.opening import Closure

Answer = Response | tuple[str, int]
_NEXT = 6  # public holidays shown, for who wonders whether the region is right


def _hours_of(number: int) -> StringField:
    return StringField(
        weeks.WEEKDAYS[number].capitalize(),
        validators=[at_most(80)],
        render_kw={"placeholder": "fermé", "autocomplete": "off"},
    )


class OpeningForm(FlaskForm):
    """The hours of each weekday, and the region, by the names the domain gives them."""

    day_0 = _hours_of(0)
    day_1 = _hours_of(1)
    day_2 = _hours_of(2)
    day_3 = _hours_of(3)
    day_4 = _hours_of(4)
    day_5 = _hours_of(5)
    day_6 = _hours_of(6)
    region = SelectField(
        "Jours fériés de",
        choices=[SelectChoice(one.value, one.label) for one in Region],
        validate_choice=False,  # the domain refuses in French
        validators=[needed("Choisissez une région de la liste.")],
    )

    def wanted(self) -> hours.Week:
        """What was typed, as the domain takes it."""
        days = [self[f"day_{number}"].data or "" for number in range(7)]
        return hours.Week(days, self.region.data or "")


class ClosureForm(FlaskForm):
    """Days on which offices stay closed."""

    first_on = Day("Premier jour fermé", validators=[needed("Choisissez un jour.")])
    last_on = Day("Dernier jour fermé", validators=[needed("Choisissez un jour.")])
    why = StringField("Pourquoi", validators=[at_most(80)])


@blueprint.get("/reglages/ouverture")
def opening_hours() -> str:
    """The opening in force."""
    return _page()


@blueprint.post("/reglages/ouverture")
def settle_opening() -> Answer:
    """Change the hours and the region; needs already raised keep the hour they were promised."""
    form = OpeningForm()
    if not accepted(
        form,
        lambda: hours.settle(
            gate.db(), gate.organisation(), form.wanted(), by=gate.me(), at=gate.now()
        ),
    ):
        return _page(form=form), 422
    return _done("Les heures d’ouverture sont enregistrées : le prochain besoin les suit.")


@blueprint.post("/reglages/ouverture/fermer")
def close_days() -> Answer:
    """Close offices on some days."""
    form = ClosureForm()

    def close() -> None:
        closure = Closure(form.first_on.data, form.last_on.data, form.why.data or "")
        hours.close(gate.db(), gate.organisation(), closure, by=gate.me(), at=gate.now())

    if not accepted(form, close):
        return _page(closing=form), 422
    return _done("La fermeture est notée : ces jours ne comptent plus dans les délais.")


@blueprint.post("/reglages/ouverture/rouvrir")
def open_days() -> Response:
    """Take back the closure that begins on a day."""
    first = gate.found(flask.request.form.get("premier", type=date.fromisoformat))
    if hours.open_again(gate.db(), gate.organisation(), first, by=gate.me(), at=gate.now()):
        return _done("La fermeture est retirée.")
    return _done("Cette fermeture était déjà retirée.")


def _done(say: str) -> Response:
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("lead.opening_hours"), 303)


def _page(*, form: OpeningForm | None = None, closing: ClosureForm | None = None) -> str:
    organisation, today = gate.organisation(), weeks.local_day(gate.now())
    now = opening_of(gate.db(), today.year)
    held = hours.in_force(organisation)
    typed = {f"day_{number}": text for number, text in enumerate(held.days)}
    public = opening.public_holidays(opening.region_of(organisation), today.year)
    closures = opening.closures_of(organisation)
    return flask.render_template(
        "lead/opening.html",
        form=form or OpeningForm(formdata=None, data=typed | {"region": held.region}),
        closing=closing or ClosureForm(formdata=None),
        told=hours.say_hours(now.week),
        region=opening.region_of(organisation),
        is_overseas=opening.is_overseas(opening.region_of(organisation)),
        coming=sorted(day for day in public if day >= today)[:_NEXT],
        closures=[(one, hours.say_days(one)) for one in closures if one.last_on >= today],
        past=[hours.say_days(one) for one in closures if one.last_on < today],
    )
