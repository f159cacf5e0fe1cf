"""Around a call: it is going on, it is left, it is passed on to a colleague."""

from datetime import UTC, datetime

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import access, calls, sheets
from campaigns.models import Line, SkipReason


class SkipForm(FlaskForm):
    """Why a household is passed on; said in two taps."""

    raison = RadioField(
        "Pourquoi ?",
        choices=[SelectChoice(reason.value, reason.label) for reason in SkipReason],
        validators=[
            InputRequired("Choisissez une raison, pour que la fiche aille à la bonne personne.")
        ],
    )


@blueprint.post("/appels/<int:line_id>/en-cours")
def keep_open(line_id: int) -> str:
    """The page lives: the household stays open a quarter of an hour more."""
    line = _line(line_id)
    held = sheets.locks.take(gate.db(), line.household_id, by=gate.me(), at=gate.now())
    return flask.render_template("volunteer/_held.html", held=held)


@blueprint.post("/appels/<int:line_id>/quitter")
def leave_call(line_id: int) -> Response | str:
    """The page was left without saving: the household is free at once.

    What had been written goes only with a word of its own.
    """
    line = _line(line_id)
    renewed = flask.request.form.get("page-fermee", type=float)
    if renewed is None:
        said = flask.request.form.get("brouillon")
        if not said and calls.drafts.is_begun(gate.db(), line, by=gate.me()):
            return flask.render_template("volunteer/leave.html", line=line)
        if said == "effacer":
            calls.drafts.drop(gate.db(), line.id, by=gate.me())
        sheets.locks.leave(gate.db(), line.household_id, by=gate.me())
        return flask.redirect(flask.url_for("volunteer.sheet"), 303)
    # The browser says so by itself, and shows nothing.
    # One millisecond for what a decimal number loses of an instant.
    renewed_at = datetime.fromtimestamp(min(max(0.0, renewed + 0.001), gate.now().timestamp()), UTC)
    sheets.locks.leave(gate.db(), line.household_id, by=gate.me(), renewed_at=renewed_at)
    return Response(status=204)


@blueprint.get("/appels/<int:line_id>/passer")
def skip(line_id: int) -> str:
    """Ask why this household is passed on."""
    return _page(_line(line_id), SkipForm(formdata=None))


@blueprint.post("/appels/<int:line_id>/passer")
def skip_post(line_id: int) -> Response | tuple[str, int]:
    """Pass this household on to a colleague, at once when one has room."""
    line, form = _line(line_id), SkipForm()
    if not form.validate():
        return _page(line, form), 422
    reason = SkipReason(form.raison.data)
    is_given = calls.skip(
        gate.db(), line, reason=reason, campaign=gate.campaign(), by=gate.me(), at=gate.now()
    )
    if is_given:
        flask.flash("C’est noté : cette fiche est déjà chez un collègue.", "ok")
    else:
        flask.flash(
            "C’est noté : personne n’est libre pour l’instant, cette fiche attend une place. Un "
            "rappel était promis cette semaine ? Prévenez la coordination.",
            "warm",
        )
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


def _page(line: Line, form: SkipForm) -> str:
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    return flask.render_template("volunteer/skip.html", line=line, form=form, present=present)


def _line(line_id: int) -> Line:
    return gate.found(
        access.line_of(gate.db(), gate.me(), line_id, campaign=gate.campaign(), at=gate.now())
    )
