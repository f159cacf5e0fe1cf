"""The campaign in pictures: week after week, on the map, and who is left behind."""

from datetime import timedelta

import flask
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import StringField

from appel_solidaire import gate, pictures
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed, put_back
from campaigns import charts, weeks
from campaigns.bilan import masks
from campaigns.directory import outlines
from campaigns.models import AlarmEnding, Helped
from campaigns.overview import best_time, chance, trend
from campaigns.overview.effect import effect
from campaigns.overview.equity import Group, equity
from campaigns.overview.places import places
from campaigns.refusal import Refusal

WEEKS = 8
_AROUND_THE_FILE = 100_000  # bytes of a posted form beside its file
_MOST_ROWS = 40  # communes of the equity table: those with most people
_MOST_MOMENTS = 30


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
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    past, today = trend.last_weeks(now, WEEKS, since=campaign.created_at), weeks.local_day(now)
    found = effect(session, campaign, weeks.monday(past[0]), today, at=now)
    return flask.render_template(
        "lead/figures.html",
        campaign=campaign,
        pictures=(
            pictures.sweep(trend.sweep_weeks(session, campaign, past, at=now)),
            *pictures.needs(trend.need_weeks(session, campaign, past, at=now)),
            pictures.loads(trend.loads(session, campaign, past[-1])),
            pictures.reach(found),
        ),
        effect=found,
        acknowledged=_hours(found.counts.acknowledged.hours),
        helped={said.label: found.helped.get(said.value, 0) for said in Helped},
        endings={one.label: found.counts.endings.get(one.value, 0) for one in AlarmEnding},
        weeks=len(past),
    )


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
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    found = equity(session, campaign, on=weeks.local_day(now))
    moments = best_time.moments(session, campaign, at=now)
    return flask.render_template(
        "lead/figures_equity.html",
        campaign=campaign,
        found=found,
        tables=(
            ("ages", "Âge", masked(found.bands)),
            ("aides", "Aide", masked(found.schemes)),
            (
                "communes",
                "Commune",
                [pair for pair in masked(found.communes) if pair[1]][:_MOST_ROWS],
            ),
        ),
        behind=_behind(found.communes) + _behind(found.bands) + _behind(found.schemes),
        below=charts.MASK_BELOW,
        level=round(100 * chance.LEVEL),
        moments=[one for one in moments if min(one.tried.values()) >= best_time.ENOUGH][
            :_MOST_MOMENTS
        ],
        enough=best_time.ENOUGH,
        hints=best_time.HINTS,
    )


def masked(groups: tuple[Group, ...]) -> list[tuple[Group, bool]]:
    """The groups that may be shown, those with most people first, and whether their figures may.

    Neither those never reached nor the others may be fewer than five, nor be worked out.
    """
    people = {one.name: one.people for one in groups}
    never = pictures.told_parts({one.name: one.never for one in groups}, people)
    wholes = masks.masked(people, charts.MASK_BELOW).cells
    shown = [(one, never[one.name] is not None) for one in groups if wholes[one.name] is not None]
    return sorted(shown, key=lambda pair: (not pair[1], -pair[0].people, pair[0].name))


def _behind(groups: tuple[Group, ...]) -> list[Group]:
    """Groups less often reached than the others beyond chance, whose figures may be shown."""
    return [one for one, is_shown in masked(groups) if is_shown and one.is_behind]


def _map_page(form: OutlinesForm) -> str:
    session, campaign = gate.db(), gate.campaign()
    shapes = outlines.shapes(session)
    asked = flask.request.args.get("compte", "")
    counted = pictures.MAPS.get(asked, pictures.MAPS["personnes"])
    found = places(session, campaign)
    word = gate.organisation().territory_word
    return flask.render_template(
        "lead/figures_map.html",
        campaign=campaign,
        shapes=shapes,
        pictures=(
            pictures.territory_map(found, shapes.outlines, counted, word),
            pictures.commune_map(found, shapes.outlines, counted),
        )
        if shapes.outlines
        else (),
        choices=pictures.MAPS,
        chosen=counted,
        form=form,
    )


def _hours(count: float | None) -> timedelta | None:
    return None if count is None else timedelta(hours=count)
