"""A source of lists: what they are for, on what ground, and when their people were told."""

from datetime import date

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, StringField, TextAreaField

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most
from campaigns import weeks
from campaigns.models import SourceList
from campaigns.refusal import Refusal
from importers import purposes
from importers.purposes import Purpose


class Day(DateField):
    """A day that may be left empty; it says in French how to write one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data: date | None = None
        text = "".join(valuelist).strip()
        if text:
            try:
                self.data = date.fromisoformat(text)
            except ValueError as fault:
                raise ValueError("Écrivez la date ainsi : 2026-12-31.") from fault


class SourceForm(FlaskForm):
    """What may be said of a source, in the order of the page."""

    purpose = TextAreaField("À quoi sert cette liste ?", validators=[at_most(300)])
    legal_basis = StringField("Base légale", validators=[at_most(200)])
    is_register = BooleanField("C’est le registre communal des personnes à prévenir")
    informed_on = Day("Date à laquelle les personnes ont été informées de cet usage")


@blueprint.get("/listes/sources/<int:source_id>")
def list_source(source_id: int) -> str:
    """What is known of a source."""
    source = gate.found(purposes.one(gate.db(), source_id))
    return _page(source, SourceForm(formdata=None, obj=source))


@blueprint.post("/listes/sources/<int:source_id>")
def change_source(source_id: int) -> Response | tuple[str, int]:
    """Note what its lists are for."""
    source = gate.found(purposes.one(gate.db(), source_id))
    form = SourceForm()
    if not form.validate():
        return _page(source, form), 422
    try:
        purposes.settle(
            gate.db(),
            source,
            Purpose(
                purpose=(form.purpose.data or "").strip(),
                legal_basis=(form.legal_basis.data or "").strip(),
                is_register=form.is_register.data,
                informed_on=form.informed_on.data,
            ),
            by=gate.me(),
            at=gate.now(),
            today=weeks.local_day(gate.now()),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(source, form), 422
    flask.flash("C’est noté pour cette source.", "ok")
    return flask.redirect(flask.url_for("lead.lists"), 303)


def _page(source: SourceList, form: SourceForm) -> str:
    return flask.render_template("lead/list_source.html", source=source, form=form)
