"""The pages of lists that leave, the same for the lead and for the coordination.

The audiences ignore one another, so what they share stands here: ``register`` gives a folder these
pages, inside its own menu. What each may take away is the domain's to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from campaigns import exports
from campaigns.exports import Form, Kind, Wanted, counting, describing
from campaigns.models import Export, ExportState
from campaigns.refusal import Refusal

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "zip": "application/zip",
}
# How the reference of a file goes on: it says what it holds, never of whom.
_NAMES: Mapping[str, str] = {
    "people": "personnes",
    "calls": "appels",
    "needs": "besoins",
    "journal": "journal",
    "communes": "mairies",
}


class Reasoned(FlaskForm):
    """How a file is written, and why it leaves."""

    form = SelectField(
        "Format",
        choices=[SelectChoice(one.value, one.label.capitalize()) for one in Form],
        validators=[InputRequired(message="Choisissez un format.")],
    )
    reason = StringField(
        "Pourquoi ces noms sortent",
        validators=[
            Length(
                max=exports.LONGEST_REASON,
                message=f"{exports.LONGEST_REASON} caractères au plus.",
            )
        ],
        render_kw={"autocomplete": "off", "required": False},
    )


class ExportForm(Reasoned):
    """What leaves: counts unless names are asked for, with a reason."""

    kind = RadioField("Quelle liste", validators=[InputRequired(message="Choisissez une liste.")])
    names = RadioField(
        "Des comptes, ou des noms",
        choices=[
            SelectChoice("non", "Des comptes, sans aucun nom"),
            SelectChoice("oui", "Le détail, avec les noms"),
        ],
        default="non",
    )
    since = DateField("Depuis le", validators=[Optional()])

    def offer(self) -> None:
        """Offer what the reader's role may take away."""
        self.reason.flags.required = True  # once names leave: the help says so
        kinds = exports.KINDS.get(gate.me().role, ())
        self.kind.choices = [SelectChoice(one.value, one.label.capitalize()) for one in kinds]
        self.kind.default = kinds[0].value if kinds else None

    def wanted(self) -> Wanted:
        """What was asked for, once validated."""
        since: date | None = self.since.data
        return Wanted(
            kind=Kind(self.kind.data),
            form=Form(self.form.data),
            is_named=self.names.data == "oui",
            reason=self.reason.data or "",
            since=since,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """An export as the page lists it."""

    export: Export
    reference: str
    kind: str
    form: str
    state: ExportState
    is_mine: bool

    @property
    def is_running(self) -> bool:
        """Whether a worker is at it."""
        return self.state is ExportState.WAITING and self.export.lease_token is not None


def register(blueprint: flask.Blueprint) -> None:
    """Add the pages to an audience's folder, under « exports »."""
    blueprint.get("/exports", endpoint="exports")(exports_page)
    blueprint.post("/exports")(ask_export)
    blueprint.post("/exports/<int:export_id>/fichier")(fetch_export)
    blueprint.post("/exports/<int:export_id>/effacer")(erase_export)
    blueprint.post("/exports/<int:export_id>/recommencer")(redo_export)


def exports_page() -> str:
    """What may leave, and what has left."""
    return _page(_form())


def ask_export() -> Response | tuple[str, int]:
    """Ask for a list; a worker writes it."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        exports.ask(gate.db(), gate.campaign(), form.wanted(), by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    return back()


def fetch_export(export_id: int) -> Response | tuple[str, int]:
    """Give the file to who asked for it; each time is journaled."""
    export = gate.found(exports.own(_found(export_id), gate.me()))
    try:
        content = exports.fetch(gate.db(), export, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(_form(), refused=refusal.say), 422
    by_commune = export.kind == Kind.COMMUNES and export.chosen.get("insee") is None
    kind = "zip" if by_commune else export.form
    name = f"{exports.reference_of(export)}-{_NAMES[export.kind]}.{kind}"
    answer = flask.make_response(content)
    answer.headers["Content-Type"] = _TYPES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def erase_export(export_id: int) -> Response:
    """Erase a file before its time."""
    exports.erase(gate.db(), gate.found(_found(export_id)), by=gate.me(), at=gate.now())
    flask.flash("Le fichier est effacé d’ici. Effacez aussi les copies que vous avez faites.", "ok")
    return back()


def redo_export(export_id: int) -> Response | tuple[str, int]:
    """Have a list that failed prepared anew."""
    export = gate.found(exports.own(_found(export_id), gate.me()))
    try:
        exports.ask_again(gate.db(), export, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(_form(), refused=refusal.say), 422
    return back()


def back() -> Response:
    """To the page of exports."""
    return flask.redirect(flask.url_for(".exports"), 303)


def layout() -> str:
    """The reader's own layout and menu."""
    return f"records/_{flask.request.blueprint}.html"


def _found(export_id: int) -> Export | None:
    return exports.find(gate.db(), gate.campaign(), export_id, by=gate.me())


def _form() -> ExportForm:
    form = ExportForm()
    form.offer()
    if not form.is_submitted():
        form.kind.data = form.kind.default
    return form


def _page(form: ExportForm, *, refused: str = "") -> str:
    me, now = gate.me(), gate.now()
    found = exports.of_campaign(gate.db(), gate.campaign(), by=me)
    kinds = exports.KINDS.get(me.role, ())
    return flask.render_template(
        "exports/exports.html",
        layout=layout(),
        campaign=gate.campaign(),
        form=form,
        refused=refused,
        shown=[
            Shown(
                one,
                exports.reference_of(one),
                Kind(one.kind).label,
                one.form,
                exports.standing(one, at=now),
                one.asked_by_id == me.id,
            )
            for one in found
        ],
        counted=counting.COLUMNS,
        named=[(one, describing.NAMED[one], describing.LEFT_OUT[one]) for one in kinds],
        mark=describing.MARK,
    )
