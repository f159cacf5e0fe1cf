"""The lead's first page over 26,400 people and 150,000 calls, as its reader waits for it.

The yardstick is what any page of figures would ask at least: one bare ``GROUP BY`` over the same
people and one over the same eight weeks of calls, without a page around them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from statistics import median

import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.app import create_app
from appel_solidaire.instance import Instance
from campaigns import accounts, overview, weeks
from campaigns.models import Call, Campaign, Enrolment, Person, Role, User
from campaigns.overview.rhythm import WEEKS
from scripts.benches import instances
from scripts.benches.fiction import history
from scripts.benches.measure import Figure, in_turns, timed

_TIMES = 9


def run() -> list[Figure]:
    """Measure on each engine there is."""
    figures: list[Figure] = []
    for engine in instances.engines():
        suffix = "" if engine == "sqlite" else f".{engine}"
        with instances.fresh(engine) as made:
            instance = Instance.of(made.config, clock=lambda: history.AT)
            campaign_id = history.live(instance)
            page, front, bare = _page(instance), _front(instance, campaign_id), _bare(instance)
            page(), front(), bare()  # warm
            value, beside = in_turns(page, bare)
            read, _ = in_turns(front, bare)
            figures += [
                Figure(f"overview.page_p50_ms{suffix}", value * 1000, "ms", beside * 1000),
                Figure(f"overview.queries_p50_ms{suffix}", read * 1000, "ms", beside * 1000),
            ]
            instance.database.engine.dispose()
    return figures


def _middle(act: Callable[[], object]) -> float:
    return median(timed(act) for _ in range(_TIMES))


def _page(instance: Instance) -> Callable[[], float]:
    client = _lead(instance)

    def ask() -> None:
        answer = client.get("/pilotage/")
        if answer.status_code != 200:
            raise RuntimeError(f"the page answered {answer.status_code}")

    return lambda: _middle(ask)


def _lead(instance: Instance) -> FlaskClient:
    """A lead who is signed in."""
    with instance.database.unit() as session:
        taken = session.scalars(sa.select(sa.func.max(User.id))).one()
        lead = User(
            id=taken + 1,  # the fiction numbers its accounts itself
            email="pilotage@example.org",
            first_name="Annie",
            role=Role.LEAD,
            created_at=history.AT,
        )
        session.add(lead)
        session.flush()
        key = accounts.open_for(session, lead, at=history.AT)
    client = create_app(instance).test_client()
    with client.session_transaction() as cookie:
        cookie["key"] = key
    return client


def _front(instance: Instance, campaign_id: int) -> Callable[[], float]:
    def read() -> None:
        with instance.database.reading() as session:
            overview.front(session, session.get_one(Campaign, campaign_id), at=history.AT)

    return lambda: _middle(read)


def _bare(instance: Instance) -> Callable[[], float]:
    since = history.AT - timedelta(weeks=WEEKS)
    people = (
        sa.select(Enrolment.stage, Person.stop, sa.func.count())
        .join(Person, Person.id == Enrolment.person_id)
        .group_by(Enrolment.stage, Person.stop)
    )
    day = sa.func.date(Call.at)
    calls = (
        sa.select(day, Call.is_conversation, sa.func.count())
        .where(Call.at >= min(since, weeks.starts_at(weeks.current(since))))
        .group_by(day, Call.is_conversation)
    )

    def read() -> None:
        with instance.database.reading() as session:
            session.execute(people).all(), session.execute(calls).all()

    return lambda: _middle(read)
