"""Ten weeks of a whole campaign with the product's own functions: split, published, called, logged.

A tenth of the first département by default (``--people``, ``--volunteers`` set others): its weeks
have the same shape and take a tenth of the time. Every week another tenth of the volunteers is
away. ``--picture FILE`` draws the weeks. Nothing is timed against anything here; the yardsticks are
those of the issue: continuity 95 %.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from pathlib import Path

import pygal
import sqlalchemy as sa
from lxml import etree
from pygal.style import Style
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from appel_solidaire.instance import Instance
from campaigns import sheets, weeks
from campaigns.demo import calling
from campaigns.models import (
    Absence,
    Call,
    Campaign,
    Enrolment,
    LeftOut,
    Person,
    Stage,
    User,
    WeekPlan,
)
from scripts.benches import instances
from scripts.benches.fiction.departement import PEOPLE, VOLUNTEERS, WEEK, fill
from scripts.benches.measure import Figure

_WEEKS = 10
_AWAY = 0.10  # of the volunteers, each week others
_DAYS = 5
_SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Week:
    """What a week came to. ``swept`` and ``reached`` are parts of everybody, ``picked_up`` of the
    week's attempts, ``kept`` of the voices that could stay; ``waiting`` counts households."""

    week: int
    swept: float
    reached: float
    attempts: int
    picked_up: float
    kept: float
    load_min: float
    load_median: float
    load_max: float
    waiting_first: int
    waiting_again: int


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this bench alone may be asked."""
    parser.add_argument("--people", type=int, default=PEOPLE // 10, help="personnes")
    parser.add_argument("--volunteers", type=int, default=VOLUNTEERS // 10, help="volontaires")
    parser.add_argument("--picture", type=Path, help="fichier SVG où dessiner les semaines")


def run(asked: argparse.Namespace) -> list[Figure]:
    """Play the weeks, print them as a table, draw them where asked."""
    start = time.perf_counter()
    with instances.fresh("sqlite") as instance:
        campaign_id = fill(instance, people=asked.people, volunteers=asked.volunteers, is_new=True)
        draw = random.Random(10)
        found = [
            _play(instance, campaign_id, number, asked.people, draw)
            for number in range(1, _WEEKS + 1)
        ]
    if not asked.json:
        _print(found, asked)
    if asked.picture is not None:
        asked.picture.write_bytes(_drawn(found))
    return _figures(found, time.perf_counter() - start)


def _play(
    instance: Instance, campaign_id: int, number: int, people: int, draw: random.Random
) -> Week:
    week = weeks.after(WEEK, number - 1)
    with instance.database.unit() as session:
        campaign = session.get_one(Campaign, campaign_id)
        _leave(session, week, draw)
        at = weeks.at(weeks.monday(week), 7)
        plan = sheets.propose(session, campaign, week, at=at)
        sheets.publish(session, plan, by=None, at=at)
        plan_id = plan.id
        rota = calling.rota(session, campaign, week)
    for day in range(_DAYS):
        for band in calling.BANDS:
            on = weeks.monday(week) + timedelta(days=day)
            with instance.database.unit() as session:
                calling.play(
                    session,
                    session.get_one(Campaign, campaign_id),
                    session.get_one(WeekPlan, plan_id),
                    on,
                    band,
                    rota.get((on, band), ()),
                    random=draw,
                )
    with instance.database.reading() as session:
        return _read(session, number, session.get_one(WeekPlan, plan_id), people)


def _leave(session: Session, week: str, draw: random.Random) -> None:
    """A tenth of the volunteers, drawn anew, is away all week."""
    ids = list(session.scalars(sa.select(User.id).order_by(User.id)))
    for user_id in draw.sample(ids, max(1, round(len(ids) * _AWAY))):
        absence = Absence(user_id=user_id, first_on=weeks.monday(week), last_on=weeks.sunday(week))
        session.add(absence)
    session.flush()


def _read(session: Session, number: int, plan: WeekPlan, people: int) -> Week:
    swept, reached = session.execute(
        sa.select(
            sa.func.count().filter(Enrolment.stage != Stage.SWEEP),
            sa.func.count(Enrolment.last_conversation_at),
        )
    ).one()
    attempts, conversations = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(Call.is_conversation.is_(True))).where(
            Call.at >= weeks.starts_at(plan.week), Call.at < weeks.ends_at(plan.week)
        )
    ).one()
    told = plan.summary
    first, again = _waiting(session, plan)
    return Week(
        week=number,
        swept=swept / people,
        reached=reached / people,
        attempts=attempts,
        picked_up=conversations / attempts if attempts else 0.0,
        kept=told["kept_pairs"] / told["known_pairs"] if told["known_pairs"] else 1.0,
        load_min=told["load"]["min"],
        load_median=told["load"]["median"],
        load_max=told["load"]["max"],
        waiting_first=first,
        waiting_again=again,
    )


def _waiting(session: Session, plan: WeekPlan) -> tuple[int, int]:
    """Households without a place that week: for a first call, and for another one."""
    is_first = Enrolment.stage == Stage.SWEEP
    first, again = session.execute(
        sa.select(
            sa.func.count(sa.distinct(LeftOut.household_id)).filter(is_first),
            sa.func.count(sa.distinct(LeftOut.household_id)).filter(~is_first),
        )
        .select_from(LeftOut)
        .join(Person, Person.household_id == LeftOut.household_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(LeftOut.plan_id == plan.id)
    ).one()
    return first, again


def _figures(found: list[Week], seconds: float) -> list[Figure]:
    last = found[-1]
    return [
        Figure("campaign.swept_after_10_weeks", last.swept, "part"),
        Figure("campaign.reached_after_10_weeks", last.reached, "part"),
        Figure("campaign.kept_voices", _average(found, "kept"), "part", 0.95),
        Figure("campaign.attempts_a_week", _average(found, "attempts"), "essais"),
        Figure("campaign.picked_up", _average(found, "picked_up"), "part"),
        Figure("campaign.waiting_at_the_end", last.waiting_first + last.waiting_again, "foyers"),
        Figure("campaign.whole_s", seconds, "s"),
    ]


def _average(found: list[Week], name: str) -> float:
    return sum(float(asdict(one)[name]) for one in found) / len(found)


_TITLES = {
    "week": "semaine",
    "swept": "premier tour",
    "reached": "jointes",
    "attempts": "essais",
    "picked_up": "décroché",
    "kept": "même voix",
    "load_min": "charge min.",
    "load_median": "médiane",
    "load_max": "max.",
    "waiting_first": "attendent (1er)",
    "waiting_again": "attendent (suite)",
}
_COLOURS = ("#1f5fa8", "#2e7d32", "#7b3fa0", "#8a6d00", "#b3261e")  # told apart on white
_PARTS = {"swept", "reached", "picked_up", "kept"}


def _print(found: list[Week], asked: argparse.Namespace) -> None:
    title = f"{asked.people} personnes, {asked.volunteers} volontaires"
    table = Table(*(_TITLES[one.name] for one in fields(Week)), title=title, box=None)
    for column in table.columns:
        column.justify = "right"
    for one in found:
        row = asdict(one)
        table.add_row(
            *(f"{row[name]:.0%}" if name in _PARTS else f"{row[name]:g}" for name in _TITLES)
        )
    Console(width=140).print(table)


def _drawn(found: list[Week]) -> bytes:
    """The weeks as lines: parts of everybody on the left, households who wait on the right."""
    waiting = [one.waiting_first + one.waiting_again for one in found]
    chart = pygal.Line(
        title="Dix semaines de campagne",
        x_title="semaine",
        y_title="part, en %",
        range=(0, 100),
        secondary_range=(0, max(waiting) or 1),
        legend_at_bottom=True,
        truncate_legend=-1,
        style=Style(background="white", colors=_COLOURS),
        js=[],
        disable_xml_declaration=False,
        value_formatter=lambda value: f"{value:.0f}",
    )
    chart.x_labels = [str(one.week) for one in found]
    for name in ("swept", "reached", "kept", "picked_up"):
        chart.add(_TITLES[name], [100 * getattr(one, name) for one in found])
    chart.add(
        "attendent, en foyers (à droite)",
        waiting,
        secondary=True,
    )
    return _told(chart.render())


def _told(picture: bytes) -> bytes:
    """The same picture for those who hear it, and without a line of script."""
    root = etree.fromstring(picture)
    for script in list(root.iter(f"{{{_SVG}}}script")):
        parent = script.getparent()
        if parent is not None:
            parent.remove(script)
    said = {
        "title": "Dix semaines de campagne",
        "desc": "Part des personnes jointes et du premier tour fait, part des voix gardées et des "
        "essais décrochés, et foyers qui attendent une place, semaine après semaine.",
    }
    for place, (name, words) in enumerate(said.items()):
        element = etree.Element(f"{{{_SVG}}}{name}", id=f"campaign-{name}")
        element.text = words
        root.insert(place, element)
    root.set("role", "img")
    root.set("aria-labelledby", " ".join(f"campaign-{name}" for name in said))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
