"""Notices before the calls: who is told and how, what it says, one code a household."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from random import Random
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.launching import notices
from campaigns.launching.notices import Channel, Notice, codes, gsm7, sending
from campaigns.launching.notices.telling import Spoken
from campaigns.models import (
    Campaign,
    Enrolment,
    Organisation,
    Person,
    Phone,
    Role,
    StopReason,
    User,
    Wish,
)
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import EVE, TUESDAY

HOME = {"address": "4 rue du Moulin", "postal_code": "80100", "town": "Abbeville"}
WORDS = Spoken(
    name="Département de la Somme",
    of_name="du Département de la Somme",
    phone="03 53 01 00 80",
    purpose="Prendre des nouvelles.",
    legal_basis="Mission d’intérêt public",
    dpo="dpo@example.org",
)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    made = factories.campaign(session)
    session.get_one(Organisation, 1).switchboard_phone = "+33353010080"
    return made


@pytest.fixture
def lead(session: Session) -> User:
    return factories.user(session, Role.LEAD)


def made(
    session: Session, campaign: Campaign, lead: User, channel: Channel = Channel.LETTER, **more: Any
) -> list[Notice]:
    asked = {"again": False, "reason": "Publipostage"} | more
    return notices.prepare(
        session, campaign, channel, random=Random(80), by=lead, at=TUESDAY, **asked
    )


def mobile(session: Session, whom: Person, e164: str) -> None:
    session.add(Phone(person_id=whom.id, e164=e164, position=1))
    session.flush()


# Who ----------------------------------------------------------------------------------------


def test_people_are_counted_by_what_may_be_done(session: Session, campaign: Campaign) -> None:
    factories.person(session, campaign, **HOME)
    factories.person(session, campaign, email="rose@example.org", has_number=False)
    factories.person(session, campaign, has_number=False)
    factories.person(session, campaign, **HOME, stop=StopReason.OBJECTED, stopped_at=EVE)
    factories.person(session, campaign, **HOME, hold="EHPAD")
    factories.person(session, campaign, **HOME, enrolled={"wish": Wish.NEVER})
    factories.person(
        session, campaign, **HOME, enrolled={"noticed_at": EVE, "notice_channel": "sms"}
    )
    landline = factories.person(session, campaign, has_number=False)
    mobile(session, landline, "+33199001234")
    found = notices.reach(session, campaign)
    assert (found.people, found.left_out, found.waiting_count) == (8, 3, 4)
    assert found.waiting == {Channel.LETTER: 1, Channel.MAIL: 1, Channel.SMS: 1}
    assert found.told == {Channel.LETTER: 0, Channel.MAIL: 0, Channel.SMS: 1}
    assert found.unreachable == 2  # a landline takes no message


def test_nobody_who_objected_receives_anything(
    session: Session, campaign: Campaign, lead: User
) -> None:
    wife = factories.person(session, campaign, **HOME)
    factories.person(
        session, campaign, household=wife.household, **HOME, first_name="Marcel",
        stop=StopReason.OBJECTED, stopped_at=EVE,
    )  # fmt: skip
    (letter,) = made(session, campaign, lead)
    assert letter.names == (f"Paulette {wife.last_name}",)


def test_a_household_receives_one_letter_with_one_code(
    session: Session, campaign: Campaign, lead: User
) -> None:
    one = factories.person(session, campaign, **HOME)
    other = factories.person(session, campaign, household=one.household, **HOME)
    away = factories.person(
        session, campaign, household=one.household, **HOME | {"address": "9 rue Pasteur"}
    )
    letters = made(session, campaign, lead)
    assert sorted(len(letter.names) for letter in letters) == [1, 2]
    session.expire_all()
    assert {letter.code for letter in letters} == {one.trust_code}
    assert one.trust_code == other.trust_code == away.trust_code


def test_a_code_that_was_given_is_kept(session: Session, campaign: Campaign, lead: User) -> None:
    known = factories.person(session, campaign, **HOME, trust_code="LILAS 12")
    new = factories.person(session, campaign, household=known.household, **HOME)
    (letter,) = made(session, campaign, lead)
    session.expire_all()
    assert letter.code == new.trust_code == known.trust_code == "LILAS 12"


def test_codes_fit_their_column_and_are_hard_to_guess() -> None:
    random = Random(80)
    drawn = {codes.fresh(random) for _ in range(60_000)}
    assert max(map(len, drawn)) <= 8
    assert all(code.isascii() and code == code.upper() for code in drawn)
    assert len(drawn) > 9_000


def test_who_was_told_is_noted_and_not_told_twice(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = factories.person(session, campaign, **HOME)
    assert len(made(session, campaign, lead)) == 1
    session.expire_all()
    told = factories.enrolment(session, whom)
    assert (told.noticed_at, told.notice_channel) == (TUESDAY, "letter")
    with pytest.raises(Refusal, match="reste personne"):
        made(session, campaign, lead)
    assert len(made(session, campaign, lead, again=True)) == 1


def test_a_file_takes_whole_households_up_to_its_size(
    session: Session, campaign: Campaign, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 3)
    for _ in range(2):
        home = factories.person(session, campaign, **HOME).household
        factories.person(session, campaign, household=home, **HOME)
    sizes = [[len(one.names) for one in made(session, campaign, lead)] for _ in range(2)]
    assert sizes == [[2], [2]]
    left = sa.select(sa.func.count()).where(Enrolment.noticed_at.is_(None))
    assert session.scalar(left) == 0


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_file_without_a_reason_is_refused(
    session: Session, campaign: Campaign, lead: User, reason: str
) -> None:
    factories.person(session, campaign, **HOME)
    with pytest.raises(Refusal) as refused:
        made(session, campaign, lead, reason=reason)
    assert refused.value.field == "reason"


def test_the_journal_keeps_why_and_how_many_and_no_name(
    session: Session, campaign: Campaign, lead: User
) -> None:
    factories.person(session, campaign, **HOME)
    session.info.pop("journal", None)
    made(session, campaign, lead)
    (note,) = session.info["journal"]
    assert (note.action, note.detail) == (
        "notices_made",
        {"channel": "letter", "count": 1, "reason": "Publipostage"},
    )


# What it says -------------------------------------------------------------------------------


def test_without_an_official_number_nothing_is_sent(session: Session, campaign: Campaign) -> None:
    session.get_one(Organisation, 1).switchboard_phone = ""
    with pytest.raises(Refusal, match="numéro officiel"):
        notices.spoken(session, campaign)


def test_a_mail_names_the_number_the_code_the_purpose_and_the_rights() -> None:
    _, body = notices.mail(WORDS, "PRUNE 47")
    for said in (WORDS.phone, "PRUNE 47", WORDS.purpose, WORDS.legal_basis, WORDS.dpo, "CNIL"):
        assert said in body
    assert "ne change rien à vos droits" in body


def test_a_text_message_is_one_message() -> None:
    message = notices.sms(WORDS, "BALLE 47")
    assert message.length == gsm7.length(message.text) <= 160
    for said in (WORDS.phone, "BALLE 47", "refuser"):
        assert said in message.text


@pytest.mark.parametrize("size", [40, 60, 75])
def test_a_longer_name_takes_a_shorter_wording(size: int) -> None:
    words = Spoken("C", "du " + "C" * size, WORDS.phone, "P", "", "")
    assert notices.sms(words, "BALLE 47").length <= 160


def test_a_name_too_long_for_a_message_is_refused() -> None:
    with pytest.raises(Refusal, match="trop long"):
        notices.sms(Spoken("C", "C" * 150, WORDS.phone, "P", "", ""), "BALLE 47")


@pytest.mark.parametrize(
    ("text", "plain", "places"),
    [
        ("L’été à Noël", "L'été à Noel", 12),
        ("« ça »", '" ca "', 6),
        ("10 €", "10 €", 5),
        ("[a]", "[a]", 5),
        ("cœur…", "coeur...", 8),
        ("漢", "?", 1),
    ],
)
def test_signs_are_those_of_a_text_message(text: str, plain: str, places: int) -> None:
    assert gsm7.written(text) == plain
    assert gsm7.length(plain) == places


def test_a_sign_outside_of_the_alphabet_is_a_fault_when_counted() -> None:
    with pytest.raises(ValueError, match="alphabet"):
        gsm7.length("’")


# Files --------------------------------------------------------------------------------------


def notice(**columns: Any) -> Notice:
    values = {
        "reference": "P-12",
        "names": ("Mme Rose Petit", "=HYPERLINK(1)"),
        "mobile": "+33639980012",
        "email": "rose@example.org",
        "code": "PRUNE 47",
    }
    return Notice(**HOME | values | columns)


@pytest.mark.parametrize("channel", Channel)
def test_a_workbook_is_text_and_never_a_formula(channel: Channel) -> None:
    book = openpyxl.load_workbook(BytesIO(notices.workbook([notice()], channel, WORDS)))
    (titles, row) = book.active.iter_rows()
    assert len(titles) == len(row)
    assert {cell.data_type for cell in row} == {"s"}
    assert "=HYPERLINK(1)" in row[1].value
    texts = [cell.value for cell in row]
    assert any("PRUNE 47" in text for text in texts)
    if channel is Channel.LETTER:
        assert "80100" in texts
    if channel is Channel.SMS:
        assert "06 39 98 00 12" in texts


def test_letters_are_one_tagged_pdf_of_a_page_each() -> None:
    made = notices.pdf(
        [notice(), notice(names=("#strong[x] $a$ \\ *b*",))], WORDS, on=date(2026, 11, 24)
    )
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type/Page\n") + made.count(b"/Type /Page\n") in (0, 2)
    assert b"/MarkInfo" in made
