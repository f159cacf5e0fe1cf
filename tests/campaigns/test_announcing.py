"""What is said to all volunteers and what they ask back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import sheets
from campaigns.announcing import asking, naming, room, saying
from campaigns.models import Campaign, Question, Role, User
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY

TODAY = TUESDAY.date()
DAY = timedelta(days=1)


@pytest.fixture
def essai(session: Session) -> Campaign:
    return factories.campaign(session)


@pytest.fixture
def lead(session: Session) -> User:
    return factories.user(session, Role.LEAD)


@pytest.fixture
def odile(session: Session, essai: Campaign) -> User:
    return factories.user(session, Role.COORDINATION, essai)


@pytest.fixture
def claire(session: Session, essai: Campaign) -> User:
    return factories.volunteer(session, essai, last_name="Martin")


def news(session: Session, essai: Campaign, user: User, at=TUESDAY) -> tuple[bool, bool]:
    found = sheets.news.of(session, user, essai, at=at)
    return found.announced, found.answers


# Announcements --------------------------------------------------------------------------------


def test_a_word_is_news_up_to_its_last_day_and_until_it_was_read(session, essai, lead, claire):
    paul = factories.volunteer(session, essai, last_name="Petit")
    assert news(session, essai, claire) == (False, False)
    said = saying.say(session, essai, " Bravo à tous. ", until=TODAY + DAY, by=lead, at=TUESDAY)
    assert saying.read(session, said, by=claire, at=TUESDAY)
    assert not saying.read(session, said, by=claire, at=TUESDAY)  # clicked twice
    assert news(session, essai, claire) == (False, False)
    for days, is_shown in ((0, True), (1, True), (2, False)):
        at = TUESDAY + days * DAY
        assert news(session, essai, paul, at) == (is_shown, False)
        texts = [one.text for one in saying.unread(session, essai, paul, at=at)]
        assert texts == (["Bravo à tous."] if is_shown else [])
    (told,) = saying.told(session, essai, at=TUESDAY)
    assert (told.read_count, told.is_shown, saying.reader_count(session, essai)) == (1, True, 2)


def test_a_withdrawn_word_leaves_every_sheet_and_is_noted_once(session, essai, lead, claire):
    said = saying.say(session, essai, "Bravo.", until=TODAY, by=lead, at=TUESDAY)
    saying.withdraw(session, said, by=lead, at=TUESDAY)
    saying.withdraw(session, said, by=lead, at=TUESDAY + DAY)
    assert said.withdrawn_at == TUESDAY
    assert news(session, essai, claire) == (False, False)
    assert [one.is_shown for one in saying.told(session, essai, at=TUESDAY)] == [False]
    noted = [one.action for one in session.info["journal"][1:]]
    assert noted == ["announcement_made", "announcement_withdrawn"]


def test_only_those_who_still_call_in_this_campaign_are_counted(session, essai, lead, claire):
    other = factories.campaign(session, "autre")
    elsewhere = factories.volunteer(session, other, last_name="Roux")
    said = saying.say(session, essai, "Bravo.", until=TODAY, by=lead, at=TUESDAY)
    for reader in (claire, elsewhere, lead):
        saying.read(session, said, by=reader, at=TUESDAY)
    assert saying.told(session, essai, at=TUESDAY)[0].read_count == 1
    assert news(session, other, elsewhere) == (False, False)
    claire.disabled_at = TUESDAY
    session.flush()
    assert saying.told(session, essai, at=TUESDAY)[0].read_count == 0
    assert saying.reader_count(session, essai) == 0


@pytest.mark.parametrize(
    ("text", "days", "field"),
    [("  ", 1, "text"), ("a" * 601, 1, "text"), ("Oui", -1, "until"), ("Oui", 93, "until")],
)
def test_an_empty_long_past_or_endless_word_is_refused(session, essai, lead, text, days, field):
    with pytest.raises(Refusal) as refused:
        saying.say(session, essai, text, until=TODAY + days * DAY, by=lead, at=TUESDAY)
    assert refused.value.field == field


# Questions ------------------------------------------------------------------------------------


def test_an_answer_is_news_of_who_asked_until_they_read_it(session, essai, odile, claire):
    paul = factories.volunteer(session, essai, last_name="Petit")
    asked = asking.ask(session, essai, "Qui livre le soir ?", by=claire, at=TUESDAY)
    assert asking.ask(session, essai, "Qui livre le soir ?", by=claire, at=TUESDAY) is asked
    later = asking.ask(session, essai, "Et le samedi ?", by=paul, at=TUESDAY + DAY)
    assert list(asking.waiting(session, essai)) == [asked, later]
    asking.answer(session, asked, "Le portage.", by=odile, at=TUESDAY)
    session.flush()
    assert (news(session, essai, claire), news(session, essai, paul)) == (
        (False, True),
        (False, False),
    )
    assert asking.waiting_count(session, essai) == 1
    asking.seen(session, asked, at=TUESDAY)
    assert news(session, essai, claire) == (False, False)
    with pytest.raises(Refusal, match="vient d’y répondre"):
        asking.answer(session, asked, "Autre chose.", by=odile, at=TUESDAY)
    assert asked.answer == "Le portage."


def test_a_sixth_question_that_waits_is_a_telephone_call(session, essai, claire):
    for number in range(5):
        asking.ask(session, essai, f"Question {number} ?", by=claire, at=TUESDAY)
    with pytest.raises(Refusal, match="appelez"):
        asking.ask(session, essai, "Encore ?", by=claire, at=TUESDAY)
    assert session.scalar(sa.select(sa.func.count()).select_from(Question)) == 5


@pytest.mark.parametrize(
    ("shared_as", "answer", "field"),
    [
        ("Qui livre chez Mme Roux ?", "Le portage.", "shared_as"),
        ("Qui livre chez Paulette LEFÈVRE ?", "Le portage.", "shared_as"),
        ("Qui livre ?", "Dites-le à Martin.", "answer"),
        ("  ", "Le portage.", "shared_as"),
    ],
)
def test_an_answer_that_names_who_asked_or_who_was_called_is_not_shared(
    session, essai, odile, claire, shared_as, answer, field
):
    whom = factories.person(session, essai, last_name="Lefèvre")
    (line,) = factories.lines(session, factories.published(session, essai))
    factories.call(session, line, whom, by=claire, at=TUESDAY)
    asked = asking.ask(session, essai, "Qui livre le soir ?", by=claire, at=TUESDAY)
    with pytest.raises(Refusal) as refused:
        asking.answer(session, asked, answer, shared_as=shared_as, by=odile, at=TUESDAY)
    assert refused.value.field == field
    assert (asked.answered_at, asked.is_shared, asking.shared(session, essai)) == (None, False, [])


def test_an_answer_is_shared_under_other_words_then_shared_no_more(session, essai, odile, claire):
    asked = asking.ask(session, essai, "Mme Roux a froid, qui appeler ?", by=claire, at=TUESDAY)
    asking.answer(session, asked, "Le 115.", shared_as="Qui appeler ?", by=odile, at=TUESDAY)
    assert [one.shared_as for one in asking.shared(session, essai)] == ["Qui appeler ?"]
    asking.keep_apart(session, asked, by=odile, at=TUESDAY)
    assert list(asking.shared(session, essai)) == []
    asking.share(session, asked, "Qui prévenir du froid ?", by=odile, at=TUESDAY)
    assert asked.is_shared


def test_a_common_word_is_no_name_until_it_has_a_capital():
    assert naming.known("petit à petit", {"Petit"}) == ""
    assert naming.known("Voyez Petit", {"PETIT"}) == "Petit"
    assert naming.known("Voyez Le Goff", {"Le Goff-Roux"}) == "Goff"
    assert naming.called("Bravo à Mme Roux et M. Éloi, merci madame") == ("Mme Roux", "M. Éloi")


# The room -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://visio.example.org/salle",
        "javascript:alert(1)",
        "//visio.example.org",
        "https://",
        "https://visio",
        "https://visio.example.org:port/",
        "https://claire:secret@visio.example.org/",
        "https://visio.example.org/salle?utm_source=courriel",
        "https://visio.example.org/salle?pwd=x&FBCLID=1",
        "https://visio.example.org/une salle",
        "https://visio.example.org/" + "a" * 300,
    ],
)
def test_only_a_plain_https_address_leads_to_the_room(session, essai, lead, url):
    with pytest.raises(Refusal):
        room.open_at(session, essai, url, by=lead, at=TUESDAY)
    assert essai.help_room_url == ""


def test_the_room_is_opened_and_closed_and_both_are_noted(session, essai, lead):
    url = "https://visio.example.org/salle?pwd=abc"
    assert room.open_at(session, essai, f" {url} ", by=lead, at=TUESDAY)
    session.flush()
    assert not room.open_at(session, essai, url, by=lead, at=TUESDAY)
    assert essai.help_room_url == url
    assert room.open_at(session, essai, "", by=lead, at=TUESDAY)
    assert [one.action for one in session.info["journal"][1:]] == ["settings_changed"] * 2
