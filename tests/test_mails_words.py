"""What mails say: every kind rendered from real rows, references, counts and links only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import mailer, summaries
from appel_solidaire.config import Config
from campaigns import accounts, mails, needs, reference, team
from campaigns.models import Agreement, Organisation, OutgoingMail, Role, User
from tests import factories, loops_stage
from tests.factories import TUESDAY, WEEK
from tests.house.french import faults
from tests.needs_stage import Stage, set_up

NBSP = "\u00a0"
MONDAY = TUESDAY - timedelta(days=1)
CANARIES = {
    "last_name": "Canarinom",
    "first_name": "Canariprenom",
    "birth_name": "Canarinaissance",
    "email": "canari.personne@example.org",
    "address": "7 rue Canarivoie",
    "town": "Canariville",
    "language": "canarilangue",
    "manner": "canarimanière",
    "notify_person": "Canariproche",
    "home_help": "Canariaide",
    "schemes": "APA PCH",
}
SAID, RING_BACK, ANSWERED = "canaritexte", "canaririappel", "canarireponse"


@pytest.fixture
def stage(session: Session, somme: None) -> Stage:
    """A person all of whose fields are recognisable, with needs in every state of a week."""
    made = set_up(session)
    for name, value in CANARIES.items():
        setattr(made.paulette, name, value)
    for role_name in ("anne", "odile", "karim"):
        getattr(made, role_name).last_name = f"Canari{role_name}"
    session.flush()
    made.raised("AUT_APA", text=SAID, ring_back=RING_BACK)
    need = made.raised("ALI_PORTAGE", text=SAID, ring_back=RING_BACK)
    made.raised("PRO_VIOLENCES", text=SAID, agreement=Agreement.VITAL)
    needs.answer(session, need.referrals[0], needs.PartnerAnswer.MORE, words=ANSWERED, at=TUESDAY)
    return made


def post_every_kind(stage: Stage) -> list[OutgoingMail]:
    """Leave one mail of every kind, as the program does."""
    session = stage.session
    lead = factories.user(session, Role.LEAD, first_name="Léa")
    volunteer = factories.volunteer(
        session, stage.campaign, first_name="Zoé", languages=CANARIES["language"]
    )
    plan = factories.published(session, stage.campaign)
    line = factories.lines(session, plan)[0]
    whom = stage.paulette
    factories.call(session, line, whom, by=stage.karim, at=MONDAY - timedelta(days=3))
    for user in (volunteer, lead):
        accounts.invite(session, user, by=None, at=TUESDAY)
    team.send_new_link(session, email=volunteer.email, at=TUESDAY)
    _stages_and_digest(stage, lead)
    mails.post(session, "import_ready", to=lead, key="list:7", about={"batch": 7}, at=TUESDAY)
    head = {"at": TUESDAY.isoformat(), "entry": 7, "code": "a" * 64, "length": 7, "seal": "b" * 64}
    mails.post(session, "account_inactive", to=stage.karim, key="idle", about={}, at=TUESDAY)
    mails.post(session, "journal_head", to="dpo@example.org", key="head", about=head, at=TUESDAY)
    summaries.post_week(session, stage.campaign, WEEK, TUESDAY)
    loops_stage.play(stage)
    posted = list(session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)))
    assert {mail.kind for mail in posted} == mails.KINDS
    return posted


def _stages_and_digest(stage: Stage, lead: User) -> None:
    """Every stage of waiting, every reason to write to a partner again, and the one mail a day."""
    need = stage.raised("ALI_COURSES", text=SAID, ring_back=RING_BACK)
    partner = need.referrals[0]
    stages = ("deputy", "due", "day2", "day5", "day10", "day21", "returned", "answered")
    for name in stages:
        days = int(name.removeprefix("day")) if name.startswith("day") else 0
        about = {"need": need.id, "stage": name, "days": days}
        key = f"every:{name}"
        mails.post(stage.session, "need_waiting", to=stage.anne, key=key, about=about, at=TUESDAY)
    for name, to in (("lead", lead), ("director", "direction@example.org")):
        about = {"need": need.id, "stage": name}
        key = f"every:{name}"
        mails.post(stage.session, "need_waiting", to=to, key=key, about=about, at=TUESDAY)
    for why in ("reminder", "renewed", "answered"):
        about = {"need": need.id, "referral": partner.id, "why": why}
        key, to_partner = f"every:{why}:partner", "ccas@example.org"
        mails.post(stage.session, "need_referred", to=to_partner, key=key, about=about, at=TUESDAY)
    asked = {"care_asked": {"care": 1}, "need_question": {"need": need.id}}
    asked["mail_trial"] = {"trial": 1}
    asked["reading_slowed"] = {"reader": stage.anne.id}
    asked["rights_request"] = {"rights": 1, "why": "asked"}
    asked["office_confirm"] = {"office": partner.office_id or 0}
    for kind, about in asked.items():
        mails.post(stage.session, kind, to=stage.odile, key=kind, about=about, at=TUESDAY)
    items = [{"need": need.id, "referral": one.id} for one in need.referrals]
    for number, reader in enumerate(("ccas@example.org", stage.bob)):
        given = items if number == 0 else [{"need": one.id} for one in (need, partner.need)]
        key = f"every:digest:{number}"
        mails.post(
            stage.session, "needs_digest", to=reader, key=key, about={"items": given}, at=TUESDAY
        )


def written(stage: Stage, config: Config) -> Iterator[tuple[OutgoingMail, EmailMessage]]:
    for mail in post_every_kind(stage):
        yield mail, mailer.compose(stage.session, mail, config=config, at=TUESDAY)


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return plain.get_content(), rich.get_content()


class Letter(HTMLParser):
    """What a mail reader would show, fetch, and read out as the text of links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.lang = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang") or ""
        if tag == "a":
            self.links.append(given.get("href") or "")
        fetching = ("src", "srcset", "background", "data")
        self.fetched += [value for name in fetching if (value := given.get(name))]
        if tag in {"link", "script", "style", "img", "iframe"} or "url(" in str(attrs):
            self.fetched.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_kind_is_written_in_text_and_html_that_fetches_nothing(
    stage: Stage, config: Config
) -> None:
    for mail, message in written(stage, config):
        text, rich = parts(message)
        letter = Letter(rich)
        assert letter.lang == "fr", mail.kind
        assert letter.fetched == [], mail.kind
        assert letter.links, mail.kind
        assert all(link.startswith(config.public_url) for link in letter.links), mail.kind
        assert all(link in text for link in letter.links), mail.kind
        assert not any("http" in words for words in letter.words), mail.kind
        for said in (text, " ".join(letter.words), message["Subject"]):
            assert faults(said.replace(config.public_url, "")) == [], mail.kind
            assert "None" not in said, mail.kind
        assert message["Subject"].startswith("[Appel solidaire] "), mail.kind


def test_no_mail_holds_a_word_of_or_about_a_person(stage: Stage, config: Config) -> None:
    number = stage.paulette.phones[0].e164
    anywhere = {*CANARIES.values(), SAID, RING_BACK, ANSWERED, "canari", number} - {"APA PCH"}
    # Too short to be looked for in the drawn letters of a link.
    outside_links = {"APA", "PCH", "P-", "1942", "80200", "Péronne", number[-4:], number[-6:]}
    for kind in reference.categories().values():
        outside_links |= {kind.code, kind.label}
    for mail, message in written(stage, config):
        said = [*parts(message), *(f"{name}: {value}" for name, value in message.items())]
        for text in (*said, str(mail.about), message.as_string()):
            plain = text.replace(mail.to_address, "").casefold()
            assert {word for word in anywhere if word.casefold() in plain} == set(), mail.kind
        for text in said:
            plain = re.sub(r"https?://\S+|<appel-\S+", "", text.replace(mail.to_address, ""))
            assert {word for word in outside_links if word in plain} == set(), mail.kind


def test_a_mail_names_nobody_but_its_recipient(stage: Stage, config: Config) -> None:
    first_names = {"Anne", "Bob", "Claire", "Odile", "Karim", "Léa", "Zoé"}
    for mail, message in written(stage, config):
        user = stage.session.get(User, mail.user_id) if mail.user_id else None
        for text in parts(message):
            named = {name for name in first_names if name in text.split("http")[0]}
            assert named <= ({user.first_name} if user else set()), mail.kind
            greeted = f"Bonjour {user.first_name}," if user else "Bonjour,"
            assert greeted in text, mail.kind


def test_a_referral_says_its_reference_and_urgency_and_opens_the_right_door(
    stage: Stage, config: Config
) -> None:
    need = stage.raised("ALI_URGENCE")  # urgent: to the territory and to the CCAS
    found = {}
    for mail in stage.session.scalars(sa.select(OutgoingMail)):
        if mail.about.get("need") == need.id:
            message = mailer.compose(stage.session, mail, config=config, at=TUESDAY)
            assert message["Subject"] == f"[Appel solidaire] {need.reference} · urgent"
            found[mail.to_address] = parts(message)[0]
    here = f"{config.public_url}/coordination/besoins/{need.id}"
    ccas = next(one for one in need.referrals if not needs.is_internal(one))
    token = needs.partner_token(stage.session, ccas)
    assert here in found["anne@example.org"]
    assert "/partenaire/" not in found["anne@example.org"]
    theirs = found["ccas.peronne@communes80.example.org"]
    assert f"{config.public_url}/partenaire/besoins/{token}" in theirs
    assert "sans compte" in theirs


def test_a_coordinators_week_counts_their_own_needs_unmasked(stage: Stage, config: Config) -> None:
    for mail, message in written(stage, config):
        if (mail.kind, mail.to_address) == ("week_coordinator", "anne@example.org"):
            text, rich = parts(message)
            assert message["Subject"] == (
                f"[Appel solidaire] Semaine du 23 novembre, 4{NBSP}besoins à prendre en charge"
            )
            assert f"à prendre en charge{NBSP}: 4" in text
            assert "B-1 · normal" in text
            assert f"{config.public_url}/coordination/besoins/1" in rich
            assert message["List-Unsubscribe"].strip("<>") in text
            return
    pytest.fail("Anne received no mail")


def test_the_weekly_mails_are_never_empty(stage: Stage, config: Config) -> None:
    sent = {mail.to_address for mail in post_every_kind(stage) if mail.kind == "week_coordinator"}
    assert "claire@example.org" not in sent  # Amiens has nothing to say
    assert sent == {"anne@example.org", "bob@example.org", "odile@example.org"}


# A name or an address is data, never a header ------------------------------------------------

TRICKS = [
    "Zoé\r\nBcc: voleur@example.org",
    "Zoé\nTo: voleur@example.org",
    "voleur@example.org, Zoé",
    'Zoé" <voleur@example.org>',
    "{{ 7 * 7 }} <script>alert(1)</script>",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_a_tricky_name_adds_neither_header_nor_recipient(
    stage: Stage, config: Config, trick: str
) -> None:
    organisation = stage.session.get_one(Organisation, 1)
    organisation.name = trick
    stage.campaign.name = trick
    stage.anne.first_name = trick
    stage.session.flush()
    usual = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"}
    usual |= {"List-Unsubscribe", "MIME-Version", "Content-Type"}
    for mail, message in written(stage, config):
        assert set(message.keys()) <= usual, mail.kind
        assert [one.addr_spec for one in message["To"].addresses] == [mail.to_address]
        text, rich = parts(message)
        assert "<script>" not in rich, mail.kind
        assert "49" not in text.split("http")[0], mail.kind


def test_a_subject_is_one_line(stage: Stage, config: Config) -> None:
    for _, message in written(stage, config):
        assert "\n" not in message["Subject"]
        assert len(message["Subject"]) < 90
