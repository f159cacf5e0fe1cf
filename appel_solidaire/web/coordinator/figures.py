"""The week of a coordinator in counts, and their territories in pictures."""

import flask

from appel_solidaire import gate, pictures
from appel_solidaire.pictures import Picture
from appel_solidaire.web.coordinator import blueprint
from campaigns import access, needs, overview, weeks
from campaigns.directory import outlines
from campaigns.needs import Basket
from campaigns.overview import trend
from campaigns.overview.places import places

WEEKS = 8


@blueprint.get("/bilan")
def figures() -> str:
    """One week of one's own needs; ``semaine`` names it, the current one by default."""
    session, me, campaign, now = gate.db(), gate.me(), gate.campaign(), gate.now()
    current = weeks.current(now)
    week = flask.request.args.get("semaine", current)
    try:
        counted = needs.of_week(session, me, campaign, week, at=now)
        before = weeks.after(week, -1)
    except (ValueError, OverflowError):
        flask.abort(404)
    return flask.render_template(
        "coordinator/figures.html",
        counted=counted,
        effects=needs.effects_of_week(session, me, campaign, week, at=now),
        before=before,
        after=weeks.after(week) if week < current else None,
        is_current=week == current,
        waiting=needs.counts(session, me, campaign, at=now)[Basket.NEW],
        late=overview.late_for(session, me, campaign, at=now),
    )


@blueprint.get("/chiffres")
def pictured() -> str:
    """Eight weeks of one's own territories: first calls, needs, and where they are."""
    session, me, campaign, now = gate.db(), gate.me(), gate.campaign(), gate.now()
    within = access.territories_of(session, me, at=now)
    past = trend.last_weeks(now, WEEKS, since=campaign.created_at)
    shapes = outlines.shapes(session)
    return flask.render_template(
        "coordinator/pictured.html",
        pictures=(
            pictures.sweep(trend.sweep_weeks(session, campaign, past, at=now, within=within)),
            *pictures.needs(trend.need_weeks(session, campaign, past, at=now, reader=me)),
            *_maps(shapes, within),
        ),
        licence=shapes.licence,
    )


def _maps(shapes: outlines.Shapes, within: list[int] | None) -> tuple[Picture, ...]:
    """The people of one's own territories by commune, where outlines are known."""
    found = places(gate.db(), gate.campaign(), within=within)
    names = {one.territory for one in found}
    own = [one for one in shapes.outlines if within is None or one.area in names]
    if not own:
        return ()
    return (
        pictures.commune_map(found, own, pictures.MAPS["personnes"]),
        pictures.commune_map(found, own, pictures.MAPS["jamais"]),
    )
