"""The directory on screen: found by name, commune, kind or topic; what changes twice a year."""

from dataclasses import replace

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import NumberRange

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import WholeNumber, needed
from campaigns import directory, reference, routing
from campaigns.directory import Search
from campaigns.refusal import Refusal

PAGE = 50


class ConfirmForm(FlaskForm):
    """Whether offices are asked twice a year if what we hold is right."""

    asks = BooleanField("Demander à chaque service si sa fiche est juste")
    days = WholeNumber(
        "Jours entre deux demandes",
        validators=[
            needed("Indiquez un nombre de jours entre 30 et 730."),
            NumberRange(30, 730, "Indiquez un nombre de jours entre 30 et 730."),
        ],
        render_kw={"inputmode": "numeric"},
    )


@blueprint.get("/annuaire")
def offices() -> str:
    """The offices that answer a search."""
    return _page()


@blueprint.post("/annuaire/confirmation")
def switch_confirmations() -> Response | tuple[str, int]:
    """Switch the half-yearly questions on or off."""
    form = ConfirmForm()
    if not form.validate():
        return _page(form), 422
    campaign = gate.campaign()
    wanted = replace(
        directory.confirming.settings_of(campaign), asks=form.asks.data, days=form.days.data
    )
    try:
        directory.confirming.settle(gate.db(), campaign, wanted, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    flask.flash(
        "Les services seront interrogés un à un, les jours ouvrés."
        if wanted.asks
        else "Plus aucun service n’est interrogé.",
        "ok",
    )
    return flask.redirect(flask.url_for("lead.offices"), 303)


def topic_label(code: str) -> str:
    """The words of a kind of need; a code nobody knows is shown as it is."""
    known = reference.categories().get(code)
    return known.label if known else code


def _page(form: ConfirmForm | None = None) -> str:
    session, args = gate.db(), flask.request.args
    asked = Search(
        wanted=args.get("cherche", "")[:80],
        kind=args.get("type", ""),
        topic=args.get("besoin", ""),
        closed=args.get("fermes") == "1",
    )
    number = args.get("page", "1")
    page = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    hits = directory.search(session, asked, limit=PAGE, offset=(page - 1) * PAGE)
    settings = directory.confirming.settings_of(gate.campaign())
    return flask.render_template(
        "lead/offices.html",
        asked=asked,
        hits=hits,
        page=page,
        last=max(1, -(-hits.total // PAGE)),
        kinds=routing.KINDS,
        kind_label=routing.label,
        categories=reference.categories(),
        communes={place.insee: place.name for place in directory.places(session)},
        form=form or ConfirmForm(formdata=None, obj=settings),
        asks=settings.asks,
        is_filtered=bool(asked.wanted or asked.kind or asked.topic or asked.closed),
    )
