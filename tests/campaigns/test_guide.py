"""The guide laid out for a call: what is read by whom and when, and what is filled."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaigns import guide, guide_text, reference
from campaigns.guide import Situation
from campaigns.guide_text import checking, comparing, conditions
from campaigns.guide_text.comparing import Change
from campaigns.guide_text.conditions import Condition
from campaigns.models import (
    Call,
    Campaign,
    GuideDraft,
    GuideVersion,
    Organisation,
    Person,
    Role,
    SwitchMode,
    Title,
    User,
)
from campaigns.refusal import Refusal
from tests import factories as make
from tests.factories import TUESDAY

GUIDE = reference.guide_markdown()
NOVEMBER = date(2026, 11, 24)
JULY = date(2026, 7, 14)
RSA = "variante-b-personnes-au-rsa"
HEAT = "variante-a-canicule"


def laid(markdown: str = GUIDE, *, switches: Any = None, **situation: Any) -> guide.Script:
    told = Situation(**{"today": NOVEMBER} | situation)
    who = Person(title=Title.MRS, first_name="Rose", last_name="Petit", trust_code="")
    return guide.script(
        markdown,
        person=who,
        caller=User(first_name="Léa"),
        organisation=Organisation(
            of_name="du Département", switchboard_phone="", coordination_phone=""
        ),
        situation=told,
        switches=switches,
    )


def with_part(heading: str) -> str:
    return GUIDE + f"\n\n## Variante D — Essai\n\n{heading}\n\nUne phrase à part.\n"


def titles(script: guide.Script) -> list[str]:
    return [part.title for part in script.inserts]


# Conditions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "known", "unknown"),
    [
        ("Pour : premier appel", (Condition.FIRST_CALL,), ()),
        ("*Pour : RSA, été ou foyer*", (Condition.RSA, Condition.SUMMER, Condition.HOUSEHOLD), ()),
        ("Pour : Personne Protégée", (Condition.PROTECTED,), ()),
        ("Pour : les chats, hiver", (Condition.WINTER,), ("les chats",)),
    ],
)
def test_a_line_says_for_whom(
    line: str, known: tuple[Condition, ...], unknown: tuple[str, ...]
) -> None:
    assert conditions.written(line) == (known, unknown)


@pytest.mark.parametrize("line", ["Pour commencer, dites bonjour.", "", "Elle dit : pour vous"])
def test_a_sentence_is_no_condition(line: str) -> None:
    assert conditions.written(line) is None


@pytest.mark.parametrize(
    ("line", "situation"),
    [
        ("Pour : premier appel", {"is_first_call": True}),
        ("Pour : foyer", {"is_household": True}),
        ("Pour : langue", {"language": "polonais"}),
        ("Pour : registre", {"is_register": True}),
        ("Pour : personne protégée", {"is_protected": True}),
        ("Pour : été", {"today": JULY}),
        ("Pour : canicule", {"is_heat": True}),
    ],
)
def test_a_part_is_read_when_its_condition_holds_and_only_then(
    line: str, situation: dict[str, Any]
) -> None:
    script = laid(with_part(line), **situation)
    assert "Essai" in [*titles(script), script.short.title if script.short else ""]
    assert "Essai" not in titles(laid(with_part(line), today=NOVEMBER))


def test_the_line_of_conditions_is_not_read_aloud() -> None:
    script = laid(with_part("Pour : foyer"), is_household=True)
    assert "Pour" not in script.inserts[0].html
    assert "Une phrase à part." in script.inserts[0].html


def test_a_theme_may_have_its_season() -> None:
    text = GUIDE.replace("### Santé\n", "### Santé\nPour : hiver\n\n")
    assert "Santé" not in [part.title for part in laid(text).themes]
    winter = laid(text, today=date(2026, 12, 24))
    assert "Santé" in [part.title for part in winter.themes]


# Variants and switches ------------------------------------------------------------------------


def test_what_tells_a_benefit_is_read_only_once_switched_on() -> None:
    on_rsa = {"schemes": frozenset({"RSA"})}
    assert titles(laid(**on_rsa)) == []
    assert titles(laid(**on_rsa, switches={RSA: True})) == ["Personnes au RSA"]
    assert titles(laid(switches={RSA: True})) == []


def test_on_a_heat_day_the_short_sheet_comes_first() -> None:
    script = laid(is_heat=True)
    assert script.short
    assert script.short.title == "Canicule"
    assert "Avez-vous pu dormir" in script.short.html
    assert laid().short is None


def test_the_heat_part_is_an_insert_when_switched_on_by_hand() -> None:
    assert titles(laid(switches={HEAT: True})) == ["Canicule"]
    assert laid(is_heat=True, switches={HEAT: False}).short is None


@pytest.mark.parametrize(
    ("campaign", "today", "is_heat"),
    [
        (Campaign(heat_until=JULY, is_register=False), JULY, True),
        (Campaign(heat_until=JULY, is_register=False), date(2026, 7, 15), False),
        (Campaign(heat_until=None, is_register=True), JULY, True),
        (Campaign(heat_until=None, is_register=True), NOVEMBER, False),
        (Campaign(heat_until=None, is_register=False), JULY, False),
    ],
)
def test_a_heat_alert_lasts_to_its_last_day_and_a_register_watches_in_season(
    campaign: Campaign, today: date, is_heat: bool
) -> None:
    assert guide.placing.is_heat(campaign, today) is is_heat


def test_a_part_switched_by_dates_comes_and_goes(session: Session) -> None:
    campaign = make.campaign(session)
    lead = make.user(session, Role.LEAD, campaign)
    days = {"first_on": date(2026, 11, 23), "last_on": date(2026, 11, 25)}
    guide.switches.decide(
        session, campaign, HEAT, mode=SwitchMode.DATES, **days, by=lead, at=TUESDAY
    )
    session.flush()

    def on(day: int) -> bool:
        today = date(2026, 11, day)
        return guide.versions.in_use(session, campaign, today=today).switches[HEAT]

    assert [on(day) for day in (22, 23, 25, 26)] == [False, True, True, False]
    guide.switches.decide(session, campaign, HEAT, mode=None, by=lead, at=TUESDAY)
    session.flush()
    assert guide.versions.in_use(session, campaign, today=NOVEMBER).switches == {}


def test_days_the_wrong_way_round_are_refused(session: Session) -> None:
    campaign = make.campaign(session)
    lead = make.user(session, Role.LEAD, campaign)
    with pytest.raises(Refusal) as refused:
        guide.switches.decide(
            session,
            campaign,
            HEAT,
            mode=SwitchMode.DATES,
            first_on=NOVEMBER,
            last_on=JULY,
            by=lead,
            at=TUESDAY,
        )
    assert refused.value.field == "last_on"


# What is filled -------------------------------------------------------------------------------


def test_the_trust_code_is_said_only_when_there_is_one(session: Session) -> None:
    assert "code de votre lettre" not in laid().opening.html
    person = Person(title=Title.MRS, first_name="Rose", last_name="Petit", trust_code="4827")
    script = guide.script(
        GUIDE,
        person=person,
        caller=User(first_name="Léa"),
        organisation=Organisation(of_name="du D.", switchboard_phone="", coordination_phone=""),
        situation=Situation(today=NOVEMBER),
    )
    assert "le code de votre lettre est 4827" in script.opening.html


def test_for_a_protected_adult_the_guide_says_what_to_say() -> None:
    assert "parlez-lui d’abord" in laid(is_protected=True).opening.html
    assert "parlez-lui d’abord" not in laid().opening.html
    ids = [part.id for part in laid().what_if]
    assert "protected" in ids
    assert "protected" not in [part.id for part in laid(is_protected=True).what_if]


def test_the_check_up_has_five_questions_with_their_need() -> None:
    script = laid()
    assert [right.need_code for right in script.rights] == [
        "AUT_APA",
        "SAN_DROITS",
        "DRO_RETRAITE",
        "DRO_CAF",
        "DRO_RSA",
    ]
    assert script.check_up
    assert "réponses ne sont pas gardées" in script.check_up.html
    assert "APA" not in script.check_up.html


def test_a_guide_that_lacks_a_moment_still_opens() -> None:
    script = laid("## 2. L’ouverture\n\n« Bonjour »\n")
    assert "Bonjour" in script.opening.html
    assert script.closing.html == ""
    assert script.rights == ()


# Writing --------------------------------------------------------------------------------------


def test_the_guide_of_the_house_has_no_problem() -> None:
    assert checking.problems(GUIDE) == ()


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("{prénom}", "{surnom}"), 41, "{surnom}"),
        (("`SAN_RDV`", "`SAN_RDVS`"), 0, "SAN_RDVS"),
        (("## 6. La clôture", "## 6. Au revoir"), 0, "La clôture"),
    ],
)
def test_each_slip_is_told(change: tuple[str, str], line: int, words: str) -> None:
    (found,) = checking.problems(GUIDE.replace(*change, 1))
    assert words in found.say
    assert bool(found.line) is (words != "La clôture")
    if found.line:
        assert change[1].strip("`{}") in GUIDE.replace(*change, 1).splitlines()[found.line - 1]


@pytest.mark.parametrize("text", ["", " \n", "x" * (checking.LONGEST + 1)])
def test_nothing_and_too_much_are_told(text: str) -> None:
    assert len(checking.problems(text)) == 1


def test_a_comparison_shows_the_lines_and_a_few_around() -> None:
    before = "\n".join(str(number) for number in range(30))
    pieces = comparing.compare(before, before.replace("15", "quinze"))
    assert [piece.text for piece in pieces if piece.change is Change.REMOVED] == ["15"]
    assert [piece.text for piece in pieces if piece.change is Change.ADDED] == ["quinze"]
    assert len(pieces) == 6
    assert comparing.compare(before, before) == ()


def test_every_call_keeps_the_version_it_followed(session: Session) -> None:
    campaign = make.campaign(session)
    lead, caller = make.user(session, Role.LEAD, campaign), make.volunteer(session, campaign)
    people = [make.person(session, campaign) for _ in range(2)]
    plan = make.published(session, campaign)
    by_home = {line.household_id: line for line in make.lines(session, plan)}
    kept = []
    for person in people:
        line = by_home[person.household_id]
        call: Call = make.call(session, line, person, by=caller, at=TUESDAY).calls[0]
        kept.append(call.guide_version_id)
        source = guide.versions.current(session, campaign)
        draft = guide.drafts.begin(session, campaign, source, by=lead, at=TUESDAY)
        draft = guide.drafts.write(
            session, campaign, GUIDE + "\nEncore\n" * (len(kept)), seen=1, by=lead, at=TUESDAY
        )
        guide.drafts.publish(
            session, campaign, seen=draft.version, note="Suite", by=lead, at=TUESDAY
        )
    versions = {one.number: one.id for one in session.query(GuideVersion)}
    assert kept == [versions[1], versions[2]]
    assert guide.versions.uses(session, campaign) == {versions[1]: 1, versions[2]: 1}
    assert session.query(GuideDraft).count() == 0


def test_a_part_says_whether_it_is_read_today(session: Session) -> None:
    campaign = make.campaign(session)
    parts = guide.switches.every(session, campaign, GUIDE, today=NOVEMBER)
    told = {part.section.variant: (part.is_today, part.is_telling) for part in parts}
    assert told == {"A": (False, False), "B": (False, True), "C": (True, False)}


def test_the_whole_guide_leaves_out_what_was_switched_off() -> None:
    organisation = Organisation(of_name="du D.", switchboard_phone="", coordination_phone="")
    caller = User(first_name="Léa")
    every = guide.whole(GUIDE, caller=caller, organisation=organisation)
    fewer = guide.whole(GUIDE, caller=caller, organisation=organisation, switches={HEAT: False})
    assert {part.id for part in every} - {part.id for part in fewer} == {HEAT}
    assert guide_text.unknown_placeholders(GUIDE) == ()
