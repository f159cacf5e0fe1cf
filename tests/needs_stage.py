"""The Somme with its offices, a campaign, who answers for needs, and somebody who has one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import flask
import sqlalchemy as sa
from playwright.sync_api import Page
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from campaigns import launch, needs
from campaigns.models import (
    Agreement,
    Campaign,
    Coverage,
    Need,
    Office,
    Organisation,
    OutgoingMail,
    Person,
    Role,
    Territory,
    User,
)
from campaigns.needs import Draft
from tests import factories
from tests.browser import DESK, PHONE, violations
from tests.factories import EVE, TUESDAY

PERONNE, ACHEUX, AMIENS = "80620", "80003", "80021"  # with a CCAS, without, of another territory
SAID = "Ne peut plus faire ses courses depuis lundi"


@dataclass
class Stage:
    """The people of a test of needs; Hauts de Somme is Anne's and Bob's, Amiens is Claire's."""

    session: Session
    campaign: Campaign
    here: Territory
    elsewhere: Territory
    anne: User  # reads what is sensitive
    bob: User  # does not
    claire: User
    odile: User  # coordination of the campaign
    karim: User  # volunteer
    paulette: Person  # Péronne, APA

    def raised(
        self,
        category: str = "ALI_COURSES",
        *,
        whom: Person | None = None,
        at: datetime = TUESDAY,
        **told: Any,
    ) -> Need:
        """A need raised by Karim, with agreement unless told."""
        draft = Draft(category, **({"text": SAID, "agreement": Agreement.YES} | told))
        return needs.raise_(
            self.session,
            draft,
            campaign=self.campaign,
            person=whom or self.paulette,
            call=None,
            by=self.karim,
            at=at,
        )

    def three(self, category: str, *, apart: timedelta) -> list[Need]:
        """One need each of three people of one place, the oldest first, evenly apart."""
        return [
            self.raised(category, whom=self.person(PERONNE), at=TUESDAY - number * apart)
            for number in (3, 2, 1)
        ]

    def person(self, insee: str | None, **columns: Any) -> Person:
        """Somebody of the campaign who lives in this commune."""
        return factories.person(self.session, self.campaign, insee=insee, **columns)

    def mails(self, need: Need) -> list[str]:
        """Who is written to about a need, in alphabetical order."""
        rows = self.session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.kind == "need_referred")
        )
        return sorted(mail.to_address for mail in rows if mail.about["need"] == need.id)


def found(session: Session) -> None:
    """Put the Somme and its offices into an empty database."""
    launch.found_organisation(session, departement="80", at=EVE)
    # Each mail of these tests leaves at once; the one mail of the day has tests of its own.
    session.execute(sa.update(Office).values(wants_digest=False))
    session.flush()


def set_up(session: Session) -> Stage:
    """Build the stage; everything is flushed. Ask for ``somme`` beside it: the places are there
    already then."""
    if session.get(Organisation, 1) is None:
        found(session)
    campaign = factories.campaign(session)
    here = session.scalars(sa.select(Territory).where(Territory.code == "HDS")).one()
    elsewhere = session.scalars(sa.select(Territory).where(Territory.code == "AMI")).one()

    def staff(name: str, role: Role, *territories: int) -> User:
        email = f"{name.lower()}@example.org"
        return factories.user(
            session, role, campaign, territories=territories, first_name=name, email=email
        )

    anne = staff("Anne", Role.COORDINATOR, here.id)
    session.execute(
        sa.update(Coverage).where(Coverage.user_id == anne.id).values(reads_sensitive=True)
    )
    return Stage(
        session=session,
        campaign=campaign,
        here=here,
        elsewhere=elsewhere,
        anne=anne,
        bob=staff("Bob", Role.COORDINATOR, here.id),
        claire=staff("Claire", Role.COORDINATOR, elsewhere.id),
        odile=staff("Odile", Role.COORDINATION),
        karim=staff("Karim", Role.VOLUNTEER),
        paulette=factories.person(
            session,
            campaign,
            first_name="Paulette",
            last_name="Dupont",
            insee=PERONNE,
            birth_date=date(1942, 3, 1),
            address="12 rue du Canari",
            postal_code="80200",
            schemes="APA",
        ),
    )


@contextmanager
def serving(app: flask.Flask) -> Iterator[str]:
    """Serve an application of this process to a browser, at the time of its test's clock."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def faults_of_look(page: Page) -> list[str]:
    """What axe finds on a desk and on a phone, and whether the page is wider than the phone."""
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # playwright wants its own TypedDict
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"wider than {size['width']} pixels")
    return found
