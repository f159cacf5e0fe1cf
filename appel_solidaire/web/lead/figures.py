"""The campaign in pictures: week after week, on the map, and who is left behind."""

import flask
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import StringField

from appel_solidaire import figure_pages, gate
from appel_solidaire.figure_pages import Frame
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed
from campaigns.directory import outlines
from campaigns.refusal import Refusal

_AROUND_THE_FILE = 100_000  # bytes of a posted form beside its file
_FRAME = Frame(
    "lead",
    (
        ("lead.figures", "Semaine après semaine"),
        ("lead.figures_map", "Sur la carte"),
        ("lead.figures_equity", "Qui reste de côté"),
    ),
)


class OutlinesForm(FlaskForm):
    """A file of outlines, and where it comes from."""

    file = FileField(
        "Contours des communes (GeoJSON)",
        validators=[FileRequired("Choisissez le fichier des contours.")],
        render_kw={"accept": ".geojson,.json", "required": True},
    )
    licence = StringField(
        "Origine et licence, telles qu’elles seront écrites sous les cartes",
        validators=[needed("Écrivez d’où viennent ces contours."), at_most(300)],
    )


@blueprint.url_value_preprocessor
def _room_for_outlines(endpoint: str | None, _values: object) -> None:
    """Lift the usual limit of a form for this one, for whoever holds a cookie of ours."""
    if endpoint == "lead.bring_outlines" and flask.session.get("key"):
        flask.request.max_content_length = outlines.MOST_BYTES + _AROUND_THE_FILE


@blueprint.get("/chiffres")
def figures() -> str:
    """Week after week: the first calls, the needs, the load of each, what it was worth."""
    return figure_pages.week_after_week(_FRAME)


@blueprint.get("/chiffres/carte")
def figures_map() -> str:
    """The territories and the communes, shaded by what is counted."""
    return _map_page(OutlinesForm(formdata=None))


@blueprint.post("/chiffres/contours")
def bring_outlines() -> Response | tuple[str, int]:
    """Keep the outlines of another département, simplified."""
    form = OutlinesForm()
    if not form.validate():
        return _map_page(form), 422
    try:
        drawn = outlines.bring(
            gate.db(),
            form.file.data.read(),
            licence=form.licence.data or "",
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _map_page(form), 422
    flask.flash(f"Ces contours sont gardés : {drawn} communes sont dessinées.", "ok")
    return flask.redirect(flask.url_for("lead.figures_map"), 303)


@blueprint.post("/chiffres/contours/oublier")
def drop_outlines() -> Response:
    """Go back to the outlines that ship, or to no map."""
    outlines.drop(gate.db(), by=gate.me(), at=gate.now())
    flask.flash("Les contours que vous aviez apportés sont oubliés.", "ok")
    return flask.redirect(flask.url_for("lead.figures_map"), 303)


@blueprint.get("/chiffres/equite")
def figures_equity() -> str:
    """Who was never reached, beyond chance; when each profile answers."""
    return figure_pages.left_behind(_FRAME)


def _map_page(form: OutlinesForm) -> str:
    return figure_pages.on_the_map(_FRAME, "lead/figures_map.html", form=form)
