"""How many volunteers it takes: a forecast of the first sweep, with figures one may change."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import flask

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from campaigns import capacity as rule
from campaigns import overview, sheets, weeks
from campaigns.calls import rules
from campaigns.sheets import Measured

MOST_WEEKS = 26  # the table shows half a year; the sentence says the rest
MOST_VOLUNTEERS = 500


@dataclass(frozen=True, slots=True)
class Slider:
    """One figure of the forecast: its name in the address, its words, its ends and step."""

    name: str
    label: str
    value: float
    least: float
    most: float
    step: float = 1
    unit: str = ""


@blueprint.get("/capacite")
def capacity() -> str:
    """The forecast: with the campaign's own figures, or with those of the sliders."""
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    found = sheets.measured(session, campaign, at=now)
    sliders = _sliders(found, flask.request.args)
    volunteers, half_days, reach, share = (one.value for one in sliders)
    tries = rules.of(campaign, weeks.local_day(now).year).max_per_cycle
    each = half_days * campaign.pace
    regular = overview.regular_calls(found)
    ends = rule.forecast(
        found.households_left,
        people=found.people_left,
        volunteers=int(volunteers),
        attempts_each=each,
        share=share / 100,
        reach=reach / 100,
        tries=tries,
        **regular,
    )
    ahead = rule.ahead(
        found.households_left,
        attempts_a_week=volunteers * each,
        share=share / 100,
        reach=reach / 100,
        tries=tries,
        weeks=MOST_WEEKS,
        **regular,
    )
    return flask.render_template(
        "lead/capacity.html",
        campaign=campaign,
        found=found,
        sliders=sliders,
        forecast=ends,
        ahead=[(weeks.after(weeks.current(now), one.week - 1), one) for one in ahead],
        ends_on=_in_weeks(ends.weeks),
    )


def _sliders(found: Measured, asked: Mapping[str, str]) -> tuple[Slider, ...]:
    """What the sliders say, kept within their ends; where one says nothing, what is measured."""
    campaign = gate.campaign()
    own = round(found.attempts_each / campaign.pace, 1) or 1
    most = max(MOST_VOLUNTEERS, 2 * found.volunteers)
    plain = (
        Slider("volontaires", "Volontaires", found.volunteers, 0, most),
        Slider("demi-journees", "Demi-journées de chacun, par semaine", own, 0.1, 10, 0.1),
        Slider("decroche", "Appels décrochés", round(100 * found.pick_up), 5, 100, unit="%"),
        Slider(
            "premiers",
            "Places gardées aux premiers appels",
            campaign.sweep_percent,
            0,
            100,
            unit="%",
        ),
    )
    return tuple(_moved(one, asked.get(one.name, "")) for one in plain)


def _moved(slider: Slider, text: str) -> Slider:
    """The slider where it was put; where it stood when that cannot be read."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = slider.value
    if not math.isfinite(value):
        value = slider.value
    value = min(max(value, slider.least), slider.most)
    value = round(value, 1) if slider.step < 1 else round(value)
    return Slider(
        slider.name, slider.label, value, slider.least, slider.most, slider.step, slider.unit
    )


def _in_weeks(count: int | None) -> date | None:
    return None if count is None else weeks.local_day(gate.now()) + timedelta(weeks=count)
