"""What elected members read: sentences that are true, pages and workbooks that name nobody."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy.orm import Session

from campaigns import bilan, weeks
from campaigns.bilan import stretches
from campaigns.bilan.sentences import lasting
from campaigns.models import AlarmEnding, Helped, Organisation, Result
from campaigns.refusal import Refusal
from tests import bilan_stage, factories, pdf_text
from tests.bilan_stage import Stage
from tests.factories import TUESDAY

NBSP = "\u00a0"
MONDAY = TUESDAY + timedelta(days=6)  # the week of TUESDAY is over
WEEK = "2026-W48"
SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def stage(session: Session) -> Stage:
    """A week with sixty calls, two territories of twenty and four, needs, an alarm, one death."""
    made = bilan_stage.empty(session, name="Grand froid =1+1")
    for insee, name, people in (("80021", "Amiens", 20), ("80620", "Péronne", 4)):
        factories.commune(session, insee, name)
        for number in range(people):
            born = date(1940, 1, 1) if number % 2 else None
            made.person(insee, last_name="Quetzalcoa", birth_date=born)
    for number in range(60):
        outcome = "JOINT_OK" if number < 40 else "NON_REPONSE"
        at = TUESDAY - timedelta(hours=number % 3)
        made.call(made.people[number % 24], at, outcome, by=number % 2)
    made.call(made.people[0], TUESDAY - timedelta(days=7), "DECEDE")
    for number in range(8):
        made.need(
            made.people[0],
            TUESDAY,
            "ALI_COURSES" if number else "PRO_VIOLENCES",
            acknowledged_at=TUESDAY + timedelta(hours=5),
            **({"result": Result.SOLVED} if number < 6 else {}),
        )
    made.needs[-1].helped, made.needs[-1].helped_at = Helped.YES, TUESDAY
    made.alarm(made.people[1], TUESDAY, AlarmEnding.FOUND_WELL)
    session.flush()
    return made


def of(stage: Stage, code: str = WEEK) -> bilan.Bilan:
    stretch = stretches.named(stage.campaign, code, now=MONDAY)
    return bilan.of(stage.session, stage.campaign, stretch, at=MONDAY)


# Sentences -----------------------------------------------------------------------------------


def test_the_essential_says_the_week_and_the_one_before(stage: Stage) -> None:
    told = of(stage)
    assert [one.replace(NBSP, " ") for one in told.essential] == [
        "Du 23 au 29 novembre 2026, 2 volontaires ont donné 2 demi-journées d’appels : 60 appels "
        "et 40 conversations.",
        "24 personnes ont été jointes. Depuis le début de la campagne, on a parlé à 24 des "
        "24 personnes de la liste (100 %).",
        "8 besoins ont été signalés, 6 ont été clos.",
        "Pour comparer, la semaine d’avant : 1 appel, 0 conversation, 0 besoin signalé.",
    ]
    assert {one.label: (one.now, one.before) for one in told.figures}["appels passés"] == (60, 1)
    assert told.is_over


def test_small_cells_are_hidden_and_large_ones_shown(stage: Stage) -> None:
    tables = {one.name: one for section in of(stage).sections for one in section.breakdowns}
    # Four people of Péronne: hidden, and Amiens with them, else one would subtract.
    assert tables["reached"].rows == []
    assert tables["by_category"].rows == []
    assert tables["results"].rows == [("Résolu", (6, 0))]
    assert tables["helped"].rows == []
    assert dict(tables["endings_of_calls"].rows)["Conversation"] == (40,)


def test_half_days_are_compared_only_when_enough_calls_stand_behind(stage: Stage) -> None:
    said = [one for section in of(stage).sections for one in section.sentences]
    assert any("Trop peu d’appels pour dire quand" in one for one in said)
    for number in range(120):
        afternoon = TUESDAY + timedelta(hours=4 if number < 60 else 0, days=1)
        stage.call(stage.people[0], afternoon, "NON_REPONSE" if number < 60 else "JOINT_OK")
    stage.session.flush()
    said = [one for section in of(stage).sections for one in section.sentences]
    best = next(one for one in said if "le plus souvent répondu" in one)
    assert best.startswith("C’est le mercredi matin")
    assert f"100{NBSP}% des appels, contre 0{NBSP}% le mercredi après-midi" in best


def test_a_stretch_where_nothing_happened_has_no_section(stage: Stage) -> None:
    assert of(stage, "2026-W40").is_empty


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.2, "une heure"), (1.0, "une heure"), (1.1, "2 heures"), (48, "48 heures"), (49, "3 jours")],
)
def test_a_delay_is_rounded_up(hours: float, said: str) -> None:
    assert lasting(hours).replace(NBSP, " ") == said


# Stretches -----------------------------------------------------------------------------------


def test_each_stretch_is_named_and_read_back(stage: Stage) -> None:
    campaign = stage.campaign
    for code in ("2026-W48", "2026-11", "2024-02", "2026-11-16_2026-11-20", "campagne"):
        assert stretches.named(campaign, code, now=MONDAY).code == code
    for code in ("", "2026-W60", "2026-13", "x", "2026-11-20_2026-11-16", "0001-W02", "9999-12"):
        with pytest.raises(ValueError):
            stretches.named(campaign, code, now=MONDAY)


def test_the_stretch_before_is_of_the_same_sort(stage: Stage) -> None:
    def before(code: str) -> str | None:
        found = stretches.named(stage.campaign, code, now=MONDAY).before
        return found and found.code

    assert before("2026-W01") == "2025-W52"
    assert before("2026-03") == "2026-02"
    assert before("2026-11-10_2026-11-12") == "2026-11-07_2026-11-09"
    assert before("campagne") is None


def test_two_days_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(Refusal, match="vient avant"):
        stretches.days(date(2026, 11, 20), date(2026, 11, 19))
    with pytest.raises(Refusal, match="cinq ans"):
        stretches.days(date(2010, 1, 1), date(2026, 11, 19))
    same = stretches.days(date(2026, 12, 1), date(2026, 12, 1))
    assert same.title == "Journée du 1er décembre 2026"
    assert stretches.between(date(2026, 12, 1), date(2027, 1, 2)) == (
        "Du 1er décembre 2026 au 2 janvier 2027"
    )


def test_what_is_offered_begins_with_the_campaign_and_ends_now(stage: Stage) -> None:
    found, months = stretches.offered(stage.campaign, now=MONDAY)
    assert [one.code for one in found] == ["2026-W49", "2026-W48", "2026-W47"]
    assert [one.code for one in months] == ["2026-11"]
    assert stretches.usual(stage.campaign, now=MONDAY).code == "2026-W48"


# Paper and workbook --------------------------------------------------------------------------


@SQLITE
def test_the_pdf_is_tagged_and_tells_the_sentences_and_the_tables(stage: Stage) -> None:
    for number in range(10):  # a second half-day: there is something to draw
        stage.call(stage.people[number], TUESDAY + timedelta(hours=4), "JOINT_OK")
    stage.session.flush()
    told = of(stage)
    made = bilan.pdf(told)
    read = pdf_text.words(made)
    for words in (
        f"Bilan{NBSP}: semaine du 23 novembre 2026",
        f"70{NBSP}appels",
        "Ce que les besoins clos sont devenus",
        "Résolu",
        "Trop peu de cas",
    ):
        assert words in read
    assert "Quetzalcoa" not in read
    objects = made + b"\n".join(pdf_text.streams(made))
    for mark in (b"pdfuaid", b"/Lang(fr-FR)", b"/StructTreeRoot", b"/Alt"):
        assert mark in objects
    pages = bilan.images(told, ppi=30)
    assert 2 <= len(pages) <= 4
    assert all(page.startswith(b"\x89PNG") for page in pages)


@SQLITE
def test_the_longest_bilan_still_holds_on_four_pages(session: Session) -> None:
    stage = bilan_stage.random_weeks(session, 5, calls=250)
    whole = stretches.campaign(stage.campaign, now=TUESDAY + timedelta(days=20))
    told = bilan.of(session, stage.campaign, whole, at=TUESDAY)
    assert len(told.sections) == 5
    assert 2 <= len(bilan.images(told, ppi=20)) <= 4


@SQLITE
def test_the_workbook_holds_texts_and_numbers_and_no_formula(stage: Stage) -> None:
    stage.session.get_one(Organisation, 1).name = "=HYPERLINK(1)\x07"
    told = of(stage)
    book = openpyxl.load_workbook(BytesIO(bilan.workbook(told)))
    assert book.sheetnames == ["Essentiel", *(one.title for one in told.sections)]
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    values = [cell.value for cell in cells]
    assert "=HYPERLINK(1) " in values
    assert "Grand froid =1+1" in values
    assert 60 in values
    assert not any("Quetzalcoa" in str(one) for one in values)


# The page anybody may read -------------------------------------------------------------------


def test_the_public_week_is_the_last_closed_one_and_hides_what_is_under_eleven(
    stage: Stage,
) -> None:
    told = bilan.week_for_all(stage.session, stage.campaign, at=MONDAY)
    assert told.stretch.code == WEEK
    assert {one.label: one.count for one in told.figures} == {
        "conversations": 40,
        "personnes jointes": 24,
        "besoins signalés": None,
        "besoins clos": None,
        "volontaires au téléphone": None,
    }
    assert told.breakdowns == ()  # Péronne hidden, Amiens would give it away
    early = bilan.week_for_all(stage.session, stage.campaign, at=TUESDAY)
    assert early.stretch.code == weeks.after(WEEK, -1)
    assert {one.count for one in early.figures} == {0, None}


def test_a_sensitive_subject_is_never_told_apart_in_public(stage: Stage) -> None:
    for _ in range(30):
        stage.need(stage.people[0], TUESDAY, "PRO_VIOLENCES")
        stage.need(stage.people[0], TUESDAY, "LOG_INDIGNE")
    stage.session.flush()
    told = bilan.week_for_all(stage.session, stage.campaign, at=MONDAY)
    (families,) = told.breakdowns
    rows = dict(families.rows)
    assert rows["Autres besoins"] == (31,) or rows["Autres besoins"] == ("masqué",)
    assert "Protection" not in rows


def test_the_switch_is_noted_once_and_only_a_public_campaign_is_found(stage: Stage) -> None:
    session, campaign = stage.session, stage.campaign
    by = stage.volunteers[0]
    assert bilan.published(session, campaign.slug) is None
    for _ in range(2):
        bilan.switch(session, campaign, is_public=True, by=by, at=TUESDAY)
        session.flush()  # the switch reads the row again
    assert bilan.published(session, campaign.slug) is campaign
    bilan.switch(session, campaign, is_public=False, by=by, at=TUESDAY)
    assert bilan.published(session, campaign.slug) is None
    noted = [one.detail for one in session.info["journal"] if one.action == "public_page_switched"]
    assert noted == [{"is_public": True}, {"is_public": False}]
