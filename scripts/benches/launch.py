"""A launch, as long as the machine makes its lead wait: from nothing to the first published sheets.

The acts are those of the check-list, on the demonstration's files (26,400 lines, 193 volunteers):
the database is made, the list read in a worker's process and confirmed, the team entered and
invited by mail, the week split and published. After each act the lead reads the check-list again.
What a person takes to read and choose is not counted. The yardstick is a script that passes for the
same work (see ``monday``): it reads the list and deals it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire import mailer
from appel_solidaire.app import create_app
from appel_solidaire.instance import Instance
from campaigns import accounts, launch, launching, overview, sheets, team
from campaigns.models import Campaign, CampaignState, OutgoingMail, Role, Sheet, User
from importers import volunteers
from scripts.benches import import_, instances, monday
from scripts.benches.fiction.departement import VOLUNTEERS, WEEK
from scripts.benches.import_ import NOW, PEOPLE
from scripts.benches.measure import Figure, timed

_PRESET = "grand-froid"
_EVERY_DAY = "lundi, mardi, mercredi, jeudi, vendredi"
_SECONDS_AT_MOST = 180.0


@dataclass
class _Watch:
    """The seconds of each part of the launch."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the block under a name; parts of one name add up."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def run() -> list[Figure]:
    """Measure once on each engine there is: the goal is a limit, far from what is measured."""
    figures: list[Figure] = []
    with TemporaryDirectory(prefix="appel-bench-") as folder:
        file = import_._list(Path(folder), PEOPLE)
        script = timed(lambda: monday._script(file, {}))
        for engine in instances.engines():
            suffix = "" if engine == "sqlite" else f".{engine}"
            seconds = _launched(engine, file)
            total = sum(seconds.values())
            import_._judge(f"lancement{suffix}", total, _SECONDS_AT_MOST)
            figures.append(Figure(f"launch.machine_s{suffix}", total, "s", script))
            figures += [
                Figure(f"launch.{name}_s{suffix}", spent, "s") for name, spent in seconds.items()
            ]
    return figures


def _launched(engine: str, file: Path) -> dict[str, float]:
    """Go through the whole launch; the seconds of its parts."""
    watch = _Watch()
    start = time.perf_counter()
    with instances.fresh(engine) as made:
        watch.seconds["found"] = time.perf_counter() - start
        instance = replace(made, clock=lambda: NOW)
        with watch.part("found"):
            lead = _found(instance)
        with watch.part("list"):
            import_._in_its_own_process(instance, file)
        with watch.part("pages"):
            _read(lead, "/pilotage/mise-en-route")
        with watch.part("team"):
            _gather(instance)
        with watch.part("pages"):
            _read(lead, "/pilotage/mise-en-route")
            _read(lead, "/pilotage/equipe")
        with watch.part("split"):
            _publish(instance)
        with watch.part("pages"):
            _read(lead, f"/pilotage/feuilles/{WEEK}")
            _read(lead, "/pilotage/mise-en-route")
        _check(instance)
    return watch.seconds


def _found(instance: Instance) -> FlaskClient:
    """The organisation, its campaign and its lead, who is signed in."""
    with instance.database.unit() as session:
        launch.found_organisation(session, departement="80", at=NOW)
        lead = accounts.add(
            session, email="lead@example.org", first_name="Alix", role=Role.LEAD, by=None, at=NOW
        )
        launching.from_preset(session, name="Hiver", preset=_PRESET, by=lead, at=NOW)
        key = accounts.open_for(session, lead, at=NOW)
    client = create_app(instance).test_client()
    with client.session_transaction() as cookie:
        cookie["key"] = key
    return client


def _gather(instance: Instance) -> None:
    """The volunteers come in by their table, everybody is invited, the mails leave."""
    rows = [f"Claire{one};Martin;c{one}@example.org;{_EVERY_DAY}" for one in range(VOLUNTEERS)]
    table = "\n".join(["Prénom;Nom;Courriel;Demi-journées", *rows]).encode()
    with instance.database.unit() as session:
        campaign, lead = _campaign(session), _lead(session)
        found = volunteers.examine(session, campaign, content=table, name="volontaires.csv")
        volunteers.enter(session, campaign, found, by=lead, at=NOW)
        launching.require_training(session, campaign, is_required=False, by=lead, at=NOW)
        launching.move(session, campaign, CampaignState.OPEN, by=lead, at=NOW)
    with instance.database.unit() as session:
        waiting = overview.not_yet_invited(session, _campaign(session))
        team.invite_all(session, waiting, by=_lead(session), at=NOW)
    while mailer.send_due(instance):
        continue


def _publish(instance: Instance) -> None:
    with instance.database.unit() as session:
        sheets.propose(session, _campaign(session), WEEK, at=NOW, clock=time.perf_counter)
    with instance.database.unit() as session:
        plan = sheets.of(session, _campaign(session), WEEK)
        sheets.publish(session, plan, by=_lead(session), at=NOW)


def _read(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _check(instance: Instance) -> None:
    """Nobody was forgotten: a sheet for each volunteer, a mail at least for each."""
    with instance.database.reading() as session:
        count = sa.func.count()
        opened = session.scalars(sa.select(count).select_from(Sheet)).one()
        sent = session.scalars(sa.select(count).where(OutgoingMail.sent_at.is_not(None))).one()
    if opened != VOLUNTEERS or sent < VOLUNTEERS:
        raise RuntimeError(f"{opened} sheets and {sent} mails for {VOLUNTEERS} volunteers")


def _campaign(session: Session) -> Campaign:
    return session.scalars(sa.select(Campaign)).one()


def _lead(session: Session) -> User:
    return session.scalars(sa.select(User).where(User.role == Role.LEAD)).one()
