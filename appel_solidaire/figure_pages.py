"""The pages of figures, the same for the lead and, kept to their territories, for coordinators.

The audiences ignore one another, so what they share stands here: a ``Frame`` says in whose menu a
page is drawn and what is counted.
"""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any  # values of a template are of any type

import flask

from appel_solidaire import gate, pictures
from appel_solidaire.pictures import Picture
from campaigns import charts, overview, weeks
from campaigns.bilan import masks
from campaigns.directory import outlines
from campaigns.models import AlarmEnding, Helped
from campaigns.overview import Rhythm, area, best_time, chance, trend
from campaigns.overview.area import Area
from campaigns.overview.effect import effect
from campaigns.overview.equity import Group, equity
from campaigns.overview.places import places

WEEKS = 8
ENOUGH_CALLS = 30  # in a half-day: what fewer say of it is chance
_MOST_ROWS = 40  # communes of the equity table: those with most people
_MOST_MOMENTS = 30


@dataclass(frozen=True, slots=True)
class Frame:
    """In whose menu a page of figures stands: its folder, and the words of each of its pages by
    endpoint. ``area`` is what is counted, ``names`` its territories when they are not all."""

    folder: str
    tabs: tuple[tuple[str, str], ...]
    area: Area = area.EVERYWHERE
    names: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """« de votre territoire »; nothing when everything is counted."""
        if self.area.territories is None:
            return ""
        return "de vos territoires" if len(self.names) > 1 else "de votre territoire"

    def drawn(self, template: str, **facts: Any) -> str:
        """A page inside this menu."""
        return flask.render_template(
            template,
            layout=f"figures/_{self.folder}.html",
            frame=self,
            here=flask.request.endpoint,
            campaign=gate.campaign(),
            **facts,
        )


def calls_told(rhythm: Rhythm) -> dict[str, Any]:
    """What « figures/calls.html » says of the last weeks, without those before the first call."""
    return {
        "best": overview.best_and_worst(rhythm.half_days, enough=ENOUGH_CALLS),
        "enough": ENOUGH_CALLS,
        "weeks": list(itertools.dropwhile(lambda one: not one.calls, rhythm.weeks)),
        "most": max(one.conversations for one in rhythm.weeks),
    }


def week_after_week(frame: Frame) -> str:
    """The first calls, the needs, the load of each volunteer, what it was all worth."""
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    within = frame.area.territories
    past = trend.last_weeks(now, WEEKS, since=campaign.created_at)
    found = effect(
        session,
        campaign,
        weeks.monday(past[0]),
        weeks.local_day(now),
        at=now,
        area=frame.area,
    )
    hours = found.counts.acknowledged.hours
    return frame.drawn(
        "figures/weeks.html",
        pictures=(
            pictures.sweep(trend.sweep_weeks(session, campaign, past, at=now, within=within)),
            *pictures.needs(trend.need_weeks(session, campaign, past, those=frame.area.needs)),
            pictures.loads(
                trend.loads(session, campaign, past[-1], within=within), where=frame.where
            ),
            pictures.reach(found),
        ),
        effect=found,
        acknowledged=None if hours is None else timedelta(hours=hours),
        helped={said.label: found.helped.get(said.value, 0) for said in Helped},
        endings={one.label: found.counts.endings.get(one.value, 0) for one in AlarmEnding},
        weeks=len(past),
    )


def on_the_map(frame: Frame, template: str = "figures/map.html", **more: Any) -> str:
    """The territories and the communes, shaded by what is counted; ``compte`` names it."""
    asked = flask.request.args.get("compte", "")
    counted = pictures.MAPS.get(asked, pictures.MAPS["personnes"])
    shapes = outlines.shapes(gate.db())
    return frame.drawn(
        template,
        shapes=shapes,
        pictures=_maps(frame, shapes, counted),
        choices=pictures.MAPS,
        chosen=counted,
        **more,
    )


def _maps(frame: Frame, shapes: outlines.Shapes, counted: pictures.Counted) -> tuple[Picture, ...]:
    """Both maps, of the area alone; the territories' one says nothing about a single one."""
    own = [
        one for one in shapes.outlines if frame.area.territories is None or one.area in frame.names
    ]
    if not own:
        return ()
    found = places(gate.db(), gate.campaign(), area=frame.area)
    word = gate.organisation().territory_word
    by_commune = pictures.commune_map(found, own, counted)
    if len(frame.names) == 1:
        return (by_commune,)
    return (pictures.territory_map(found, own, counted, word), by_commune)


def left_behind(frame: Frame) -> str:
    """Who was never reached, beyond chance; when each profile answers."""
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    within = frame.area.territories
    found = equity(session, campaign, on=weeks.local_day(now), within=within)
    moments = best_time.moments(session, campaign, at=now, within=within)
    communes = [pair for pair in masked(found.communes) if pair[1]]
    return frame.drawn(
        "figures/equity.html",
        found=found,
        tables=(
            ("ages", "Âge", masked(found.bands)),
            ("aides", "Aide", masked(found.schemes)),
            ("communes", "Commune", communes[:_MOST_ROWS]),
        ),
        behind=_behind(found.communes) + _behind(found.bands) + _behind(found.schemes),
        below=charts.MASK_BELOW,
        level=round(100 * chance.LEVEL),
        moments=[one for one in moments if min(one.tried.values()) >= best_time.ENOUGH][
            :_MOST_MOMENTS
        ],
        enough=best_time.ENOUGH,
        hints=best_time.HINTS,
        learnt=best_time.learnt(campaign),
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
