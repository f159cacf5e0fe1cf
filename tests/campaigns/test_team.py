"""Who takes part: half-days, absences, accounts opened and closed, links that die."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, team
from campaigns.models import (
    Coverage,
    LinkKind,
    OutgoingMail,
    Role,
    SignInLink,
    Territory,
    User,
)
from campaigns.refusal import Refusal
from campaigns.team import Profile
from tests import factories
from tests.factories import EVE, TUESDAY


def add(session: Session, campaign: Any, email: str = "a@example.org", **about: Any) -> User:
    profile = Profile(**({"first_name": "Michelle", "last_name": "Petit"} | about))
    return team.add_volunteer(session, campaign, profile, email=email, by=None, at=EVE)


def territory(session: Session, insee: str = "80021", name: str = "Amiens") -> Territory:
    found = factories.commune(session, insee, name).territory_id
    return session.get_one(Territory, found)


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_volunteer_is_listed_with_what_was_noted(session: Session) -> None:
    campaign = factories.campaign(session)
    place = territory(session)
    made = add(
        session,
        campaign,
        languages="portugais,  turc",
        half_days=((3, "am"), (0, "pm")),
        pace=9,
        territory_id=place.id,
    )
    (member,) = team.volunteers(session, campaign, today=date(2026, 11, 24))
    assert member.user is made
    assert member.half_days == ((0, "pm"), (3, "am"))
    assert (made.languages, made.pace, made.territory_id) == ("portugais, turc", 9, place.id)
    assert mails(session) == []


def test_a_volunteer_needs_a_first_name(session: Session) -> None:
    with pytest.raises(Refusal) as refused:
        add(session, factories.campaign(session), first_name="  ")
    assert refused.value.field == "first_name"


def test_a_territory_that_does_not_exist_is_refused(session: Session) -> None:
    with pytest.raises(Refusal) as refused:
        add(session, factories.campaign(session), territory_id=999)
    assert refused.value.field == "territory"


def test_the_same_address_is_refused_twice_in_a_campaign(session: Session) -> None:
    campaign = factories.campaign(session)
    add(session, campaign)
    with pytest.raises(Refusal, match="existe déjà") as refused:
        add(session, campaign, "A@example.org")
    assert refused.value.field == "email"


def test_a_volunteer_of_one_campaign_joins_another_with_the_same_account(session: Session) -> None:
    first, second = factories.campaign(session), factories.campaign(session, "autre")
    made = add(session, first)
    assert add(session, second) is made
    assert [m.user for m in team.volunteers(session, second, today=EVE.date())] == [made]


def test_an_address_of_another_role_never_joins_silently(session: Session) -> None:
    campaign = factories.campaign(session)
    factories.user(session, Role.LEAD, email="a@example.org")
    with pytest.raises(Refusal, match="existe déjà"):
        add(session, campaign)


def test_a_coordinator_answers_for_at_least_one_territory(session: Session) -> None:
    campaign = factories.campaign(session)
    about: dict[str, Any] = {"first_name": "Anne", "last_name": "", "role": Role.COORDINATOR}
    with pytest.raises(Refusal):
        team.enlist(session, campaign, email="c@example.org", by=None, at=EVE, **about)
    place = territory(session)
    made = team.enlist(
        session,
        campaign,
        email="c@example.org",
        territories=[place],
        reads_sensitive=True,
        by=None,
        at=EVE,
        **about,
    )
    (covered,) = team.coverage_of(session, [made.id])[made.id]
    assert (covered.territory, covered.reads_sensitive) == (place.name, True)


def test_only_named_readers_are_told_of_sensitive_needs(session: Session) -> None:
    campaign = factories.campaign(session)
    place = territory(session)
    plain = factories.user(session, Role.COORDINATOR, campaign, territories=[place.id])
    reader = factories.user(session, Role.COORDINATOR, campaign)
    session.add(Coverage(user_id=reader.id, territory_id=place.id, reads_sensitive=True))
    session.flush()

    def told(*, sensitive: bool) -> list[User]:
        return team.coordinators_of(session, place.id, campaign_id=campaign.id, sensitive=sensitive)

    assert told(sensitive=False) == [plain, reader]
    assert told(sensitive=True) == [reader]


# Half-days and absences ------------------------------------------------------------------------


def test_half_days_are_replaced_as_a_whole(session: Session) -> None:
    who = factories.volunteer(session, factories.campaign(session))
    team.set_half_days(session, who, [(4, "pm"), (4, "pm")], by=who, at=EVE)
    assert team.half_days_of(session, [who.id]) == {who.id: ((4, "pm"),)}
    team.set_half_days(session, who, [], by=who, at=EVE)
    assert team.half_days_of(session, [who.id]) == {}


def test_an_absence_counts_from_its_first_to_its_last_day(session: Session) -> None:
    campaign = factories.campaign(session)
    who = factories.volunteer(session, campaign)
    first, last = date(2026, 11, 24), date(2026, 11, 26)
    team.add_absence(session, who, first_on=first, last_on=last, by=who, at=EVE)
    session.flush()

    def absent(day: date) -> bool:
        return team.volunteers(session, campaign, today=day)[0].absent

    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    assert [absent(day) for day in days] == [False, True, True, False]


def test_an_absence_that_ends_before_it_starts_is_refused(session: Session) -> None:
    who = factories.volunteer(session, factories.campaign(session))
    with pytest.raises(Refusal) as refused:
        team.add_absence(
            session, who, first_on=date(2026, 11, 24), last_on=date(2026, 11, 23), by=who, at=EVE
        )
    assert refused.value.field == "last_on"


def test_nobody_takes_back_the_absence_of_another(session: Session) -> None:
    campaign = factories.campaign(session)
    who, other = factories.volunteer(session, campaign), factories.volunteer(session, campaign)
    day = date(2026, 11, 24)
    team.add_absence(session, who, first_on=day, last_on=day, by=who, at=EVE)
    session.flush()
    (absence,) = team.absences_of(session, who, today=day)
    assert not team.drop_absence(session, other, absence.id, by=other, at=EVE)
    assert team.drop_absence(session, who, absence.id, by=who, at=EVE)
    session.flush()
    assert team.absences_of(session, who, today=day) == []


# Invitations and closing -----------------------------------------------------------------------


def test_a_new_invitation_kills_the_former_one(session: Session) -> None:
    who = factories.volunteer(session, factories.campaign(session))
    token = accounts.invite(session, who, by=None, at=EVE)
    assert team.invite_all(session, [who], by=who, at=TUESDAY) == 1
    assert accounts.find_link(session, token, at=TUESDAY) is None
    assert [mail.kind for mail in mails(session)] == ["invitation", "invitation"]


def test_a_closed_account_is_out_everywhere_at_once(session: Session) -> None:
    campaign = factories.campaign(session)
    lead = factories.user(session, Role.LEAD)
    who = factories.volunteer(session, campaign)
    key = accounts.open_for(session, who, at=TUESDAY)
    token = accounts.invite(session, who, by=lead, at=TUESDAY)
    session.flush()
    team.close_account(session, who, by=lead, at=TUESDAY)
    session.flush()
    assert accounts.live(session, key, at=TUESDAY) is None
    assert accounts.find_link(session, token, at=TUESDAY) is None
    assert team.volunteers(session, campaign, today=TUESDAY.date()) == []
    assert team.one(session, campaign, who.id) is None


def test_nobody_closes_their_own_account(session: Session) -> None:
    lead = factories.user(session, Role.LEAD)
    with pytest.raises(Refusal, match="votre propre compte"):
        team.close_account(session, lead, by=lead, at=TUESDAY)
    assert lead.disabled_at is None


def test_a_volunteer_of_another_campaign_is_not_opened_from_this_one(session: Session) -> None:
    campaign, other = factories.campaign(session), factories.campaign(session, "autre")
    stranger = factories.volunteer(session, other)
    coordinator = factories.user(session, Role.COORDINATOR)
    assert team.one(session, campaign, stranger.id) is None
    assert team.one(session, other, stranger.id) is stranger
    assert team.one(session, campaign, coordinator.id) is coordinator


# Links --------------------------------------------------------------------------------------


def test_a_new_link_goes_to_open_volunteer_accounts_only(session: Session) -> None:
    campaign = factories.campaign(session)
    who = factories.volunteer(session, campaign)
    closed = factories.volunteer(session, campaign, disabled_at=EVE)
    lead = factories.user(session, Role.LEAD)
    for address in (closed.email, lead.email, "personne@example.org", who.email):
        team.send_new_link(session, email=address, at=TUESDAY)
    assert [(mail.kind, mail.to_address) for mail in mails(session)] == [("sign_in", who.email)]
    link = session.scalars(sa.select(SignInLink)).one()
    assert link.kind is LinkKind.AGAIN
    assert link.expires_at - TUESDAY == timedelta(minutes=10)


def test_the_opt_out_link_is_personal_and_stops_the_summary(session: Session) -> None:
    campaign = factories.campaign(session)
    who, other = factories.volunteer(session, campaign), factories.volunteer(session, campaign)
    token = team.opt_out_token(session, who)
    assert team.summary_reader(session, token) is who
    forged = token.replace(f"{who.id}-", f"{other.id}-", 1)
    for wrong in (forged, "", "12", "-", "9" * 30 + "-x", token + "x"):
        assert team.summary_reader(session, wrong) is None
    team.leave_summaries(session, who, at=TUESDAY)
    assert not who.wants_summary
