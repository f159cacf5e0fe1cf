"""What may leave, for whom, why, for how long; what the rows and the counts say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import exports, needs, reference
from campaigns.bilan import masks
from campaigns.exports import Form, Kind, Scope, Wanted, claims, counting
from campaigns.models import (
    Agreement,
    Campaign,
    Export,
    ExportState,
    JournalEntry,
    Person,
    Provenance,
    Role,
    SourceList,
    StopReason,
    User,
)
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import EVE, TUESDAY

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
REASON = "Suivi demandé par le comité"
NAMED = Wanted(Kind.PEOPLE, Form.CSV, is_named=True, reason=REASON)
COUNTS = Wanted(Kind.PEOPLE, Form.CSV)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    """A campaign of two communes, each in its territory."""
    made = factories.campaign(session)
    factories.commune(session, "80021", "Amiens")
    factories.commune(session, "80620", "Péronne")
    return made


def lead(session: Session, campaign: Campaign) -> User:
    return factories.user(session, Role.LEAD, campaign)


def coordinator(session: Session, campaign: Campaign, insee: str, **more: Any) -> User:
    territory = factories.commune(session, insee).territory_id
    assert territory
    return factories.user(session, Role.COORDINATOR, campaign, territories=[territory], **more)


def hide(people: Any) -> frozenset[str]:
    cells = masks.masked(people, masks.FOR_ELECTED).cells
    return frozenset(key for key, value in cells.items() if value is None)


def rows(session: Session, campaign: Campaign, wanted: Wanted, by: User) -> list[dict[str, Any]]:
    """The rows of an export as it would be written, each under the names of its columns."""
    export = exports.ask(session, campaign, wanted, by=by, at=TUESDAY)
    session.flush()
    scope = exports.scope_of(by, campaign, at=TUESDAY)
    found = exports.contents(session, export, campaign, scope=scope, hide=hide)
    names = [column.name for column in exports.columns_of(export)[:-1]]
    listed = [dict(zip(names, row, strict=True)) for row in found.rows]
    assert len(listed) == found.total
    export.state = ExportState.EXPIRED
    return listed


def raised(session: Session, campaign: Campaign, whom: Person, category: str) -> None:
    needs.raise_(
        session,
        needs.Draft(category, text="Ne peut plus faire ses courses", agreement=Agreement.YES),
        campaign=campaign,
        person=whom,
        call=None,
        by=factories.volunteer(session, campaign),
        at=EVE,
    )
    session.flush()


# Asking ---------------------------------------------------------------------------------------


@SQLITE
@pytest.mark.parametrize("reason", ["", "   ", "trop bref", " b  r  e  f  "])
def test_names_do_not_leave_without_a_reason_of_ten_letters(
    session: Session, campaign: Campaign, reason: str
) -> None:
    by = lead(session, campaign)
    with pytest.raises(Refusal) as refused:
        exports.ask(session, campaign, replace(NAMED, reason=reason), by=by, at=TUESDAY)
    assert refused.value.field == "reason"
    assert exports.ask(session, campaign, COUNTS, by=by, at=TUESDAY).is_named is False


@SQLITE
def test_each_role_takes_away_what_is_its_own(session: Session, campaign: Campaign) -> None:
    for role, kinds in {
        Role.LEAD: set(Kind) - {Kind.COMMUNES},
        Role.COORDINATION: {Kind.PEOPLE, Kind.CALLS, Kind.NEEDS},
        Role.COORDINATOR: {Kind.PEOPLE, Kind.CALLS, Kind.NEEDS},
        Role.DPO: set(),
        Role.VOLUNTEER: set(),
    }.items():
        by = factories.user(session, role, campaign)
        for kind in Kind:
            wanted = Wanted(kind, Form.CSV, reason=REASON)
            if kind in kinds:
                export = exports.ask(session, campaign, wanted, by=by, at=TUESDAY)
                export.state = ExportState.EXPIRED
                continue
            with pytest.raises(Refusal) as refused:
                exports.ask(session, campaign, wanted, by=by, at=TUESDAY)
            # The lead has the mayors’ list too: there is only nobody to hand over here.
            assert refused.value.field == ("insee" if role is Role.LEAD else "kind")


@SQLITE
def test_nobody_has_more_than_three_exports_waiting(session: Session, campaign: Campaign) -> None:
    by, other = lead(session, campaign), lead(session, campaign)
    for _ in range(3):
        exports.ask(session, campaign, COUNTS, by=by, at=TUESDAY)
    with pytest.raises(Refusal, match="Trois"):
        exports.ask(session, campaign, COUNTS, by=by, at=TUESDAY)
    exports.ask(session, campaign, COUNTS, by=other, at=TUESDAY)


@SQLITE
def test_a_day_to_come_is_refused(session: Session, campaign: Campaign) -> None:
    late = replace(COUNTS, since=date(2026, 11, 25))
    with pytest.raises(Refusal) as refused:
        exports.ask(session, campaign, late, by=lead(session, campaign), at=TUESDAY)
    assert refused.value.field == "since"


# The rows -------------------------------------------------------------------------------------


def test_a_coordinator_takes_away_their_own_territory(session: Session, campaign: Campaign) -> None:
    here = factories.person(session, campaign, insee="80620", last_name="Ici")
    there = factories.person(session, campaign, insee="80021", last_name="Ailleurs")
    factories.person(session, campaign, last_name="Sanscommune")
    for whom in (here, there):
        raised(session, campaign, whom, "ALI_COURSES")
    by = coordinator(session, campaign, "80620")
    assert [row["last_name"] for row in rows(session, campaign, NAMED, by)] == ["Ici"]
    of_needs = replace(NAMED, kind=Kind.NEEDS)
    assert [row["last_name"] for row in rows(session, campaign, of_needs, by)] == ["Ici"]
    counted = rows(session, campaign, COUNTS, by)
    assert {row["territory"] for row in counted if row["territory"]} == {"T-80620"}
    everybody = rows(session, campaign, NAMED, lead(session, campaign))
    assert len(everybody) == 3


def test_sensitive_needs_leave_with_their_readers_only(
    session: Session, campaign: Campaign
) -> None:
    whom = factories.person(session, campaign, insee="80620")
    raised(session, campaign, whom, "PRO_VIOLENCES")
    raised(session, campaign, whom, "ALI_COURSES")
    wanted = replace(NAMED, kind=Kind.NEEDS)
    readers = {
        lead(session, campaign): {"ALI_COURSES"},
        coordinator(session, campaign, "80620"): {"ALI_COURSES"},
        factories.user(session, Role.COORDINATION, campaign): {"ALI_COURSES", "PRO_VIOLENCES"},
    }
    for by, seen in readers.items():
        found = rows(session, campaign, wanted, by)
        assert {row["category"] for row in found} == seen
        assert all("courses" not in str(row.get("text", "")) for row in found)
        counted = rows(session, campaign, Wanted(Kind.NEEDS, Form.CSV), by)
        assert {row["code"] for row in counted if row["breakdown"] == "catégorie"} == seen


def test_calls_and_needs_say_codes_and_words_never_notes(
    session: Session, campaign: Campaign
) -> None:
    caller = factories.volunteer(session, campaign)
    whom = factories.person(session, campaign, insee="80620")
    (line,) = factories.lines(session, factories.published(session, campaign))
    factories.call(session, line, whom, by=caller, at=TUESDAY)
    raised(session, campaign, whom, "NUM_DEMARCHES")
    by = lead(session, campaign)
    (call,) = rows(session, campaign, replace(NAMED, kind=Kind.CALLS), by)
    assert (call["reference"], call["week"], call["conversation"]) == (
        f"P-{whom.id}",
        "2026-W48",
        True,
    )
    assert call["outcome_label"] == reference.outcomes()[call["outcome"]].label
    assert "note" not in call
    (need,) = rows(session, campaign, replace(NAMED, kind=Kind.NEEDS), by)
    assert need["topic"] == "numerique--acceder-a-des-services-en-ligne"
    assert "text" not in need
    since = replace(NAMED, kind=Kind.NEEDS, since=TUESDAY.date())
    assert rows(session, campaign, since, by) == []


def test_the_journal_leaves_as_references_and_codes(session: Session, campaign: Campaign) -> None:
    by = lead(session, campaign)
    session.add(
        JournalEntry(
            at=TUESDAY, actor_id=by.id, actor_role="lead", action="person_opened",
            object_kind="person", object_id=7, detail={"count": 2}, previous_mac="0", mac="x",
        )
    )  # fmt: skip
    found = rows(session, campaign, replace(NAMED, kind=Kind.JOURNAL), by)
    assert (found[-1]["actor"], found[-1]["actor_name"]) == (f"U-{by.id}", by.full_name)
    assert found[-1]["detail"] == '{"count": 2}'
    counted = rows(session, campaign, Wanted(Kind.JOURNAL, Form.CSV), by)
    assert counted[0]["count"] == len(found)


# The counts -----------------------------------------------------------------------------------


def test_counts_equal_the_rows_they_count(session: Session, campaign: Campaign) -> None:
    by = lead(session, campaign)
    for number in range(23):
        insee = "80021" if number % 3 else "80620"
        whom = factories.person(session, campaign, insee=insee if number else None)
        raised(session, campaign, whom, "ALI_COURSES" if number % 2 else "MOB_TRANSPORT")
    for kind, column in ((Kind.PEOPLE, "territory"), (Kind.NEEDS, "category")):
        named = rows(session, campaign, Wanted(kind, Form.CSV, is_named=True, reason=REASON), by)
        counted = rows(session, campaign, Wanted(kind, Form.CSV), by)
        total = next(row for row in counted if row["breakdown"] == "ensemble")
        assert total["count"] == len(named) == 23
        if kind is Kind.NEEDS:
            by_code = {row["code"]: row["count"] for row in counted
                       if row["breakdown"] == "catégorie"}  # fmt: skip
            assert by_code == Counter(row[column] for row in named)
        by_place = {row["territory"]: row["count"] for row in counted
                    if row["breakdown"] == "territoire"}  # fmt: skip
        assert by_place == Counter(row["territory"] for row in named)


def test_a_commune_of_fewer_than_five_people_is_not_told(
    session: Session, campaign: Campaign
) -> None:
    """Nor can it be worked out: the territory’s total is there, so a neighbour stays back too."""
    territory = factories.commune(session, "80021").territory_id
    factories.commune(session, "80016", "Albert").territory_id = territory
    factories.commune(session, "80001", "Abbeville").territory_id = territory
    for insee, people in {"80021": 9, "80016": 6, "80001": 2}.items():
        for _ in range(people):
            whom = factories.person(session, campaign, insee=insee)
            # Many needs of two people are two people still.
            for category in ("ALI_COURSES", "MOB_TRANSPORT", "NUM_DEMARCHES"):
                raised(session, campaign, whom, category)
    for kind, told in ((Kind.PEOPLE, 9), (Kind.NEEDS, 27)):
        counted = rows(session, campaign, Wanted(kind, Form.CSV), lead(session, campaign))
        cells = {row["insee"]: row for row in counted if row["breakdown"] == "commune"}
        assert cells["80021"]["count"] == told
        assert [(cells[one]["count"], cells[one]["note"]) for one in ("80016", "80001")] == [
            (None, counting.WITHHELD)
        ] * 2


# For mayors -----------------------------------------------------------------------------------


def test_mayors_get_who_has_help_at_home_and_does_not_object(
    session: Session, campaign: Campaign
) -> None:
    for name in ("Registre", "IODAS"):
        session.add(SourceList(name=name, is_register=name == "Registre", created_at=EVE))
    helped = {"insee": "80620", "schemes": "APA PCH", "address": "4 rue du Moulin"}
    told = {
        "Aidée": {},
        "Plusappelée": {"stop": StopReason.OBJECTED, "stopped_at": EVE},
        "Deuxsources": {},
    }
    left_out: dict[str, dict[str, Any]] = {
        "Opposée": {"mayor_opt_out": True},
        "Sansaide": {"schemes": "RSA"},
        "Presqueapa": {"schemes": "APAS"},
        "Décédée": {"stop": StopReason.DIED, "stopped_at": EVE},
        "Partie": {"stop": StopReason.IN_CARE_HOME, "stopped_at": EVE},
        "Retenue": {"hold": "à confirmer"},
        "Registre": {},
        "Oubliée": {"forgotten_at": EVE},
        "Sanscommune": {"insee": None},
    }
    made = {
        name: factories.person(session, campaign, last_name=name, **{**helped, **more})
        for name, more in {**told, **left_out}.items()
    }
    for name, sources in {"Registre": ["Registre"], "Deuxsources": ["Registre", "IODAS"]}.items():
        session.add_all(Provenance(person_id=made[name].id, source=one) for one in sources)
    session.flush()
    wanted = Wanted(Kind.COMMUNES, Form.CSV, is_named=True, reason=REASON)
    found = rows(session, campaign, wanted, lead(session, campaign))
    assert {row["last_name"] for row in found} == set(told)
    assert {name for row in found for name in row} == {
        "insee", "commune", "title", "last_name", "first_name", "address", "postal_code", "phones",
    }  # fmt: skip
    assert exports.mairies.objectors(session, campaign) == 1


def test_the_list_for_mayors_is_journaled_with_its_communes(
    session: Session, campaign: Campaign
) -> None:
    for insee in ("80620", "80021", "80021"):
        factories.person(session, campaign, insee=insee, schemes="APA")
    by = lead(session, campaign)
    wanted = Wanted(Kind.COMMUNES, Form.CSV, is_named=True, reason=REASON)
    assert len(rows(session, campaign, wanted, by)) == 3
    assert len(rows(session, campaign, replace(wanted, insee="80021"), by)) == 2
    noted = [note.detail["communes"] for note in session.info["journal"]
             if note.action == "export_asked"]  # fmt: skip
    assert noted == [["80021", "80620"], ["80021"]]
    assert all(REASON not in str(note) for note in session.info["journal"])
    with pytest.raises(Refusal) as refused:
        exports.ask(session, campaign, replace(wanted, insee="75056"), by=by, at=TUESDAY)
    assert refused.value.field == "insee"


# Its life -------------------------------------------------------------------------------------


def ready(session: Session, campaign: Campaign, by: User, content: bytes = b"a;b\r\n") -> Export:
    """An export a worker has just written."""
    export = exports.ask(session, campaign, COUNTS, by=by, at=TUESDAY)
    session.flush()
    held = claims.claim(session, at=TUESDAY)
    assert held
    return claims.keep(session, held, content, count=1, territories=None, at=TUESDAY) or export


def test_a_file_lives_48_hours_to_the_second(session: Session, campaign: Campaign) -> None:
    by = lead(session, campaign)
    export = ready(session, campaign, by)
    second = timedelta(seconds=1)
    end = TUESDAY + timedelta(hours=48)
    assert exports.fetch(session, export, by=by, at=end - second) == b"a;b\r\n"
    assert exports.expire_due(session, at=end - second) == 0
    for at in (end, end + second):
        # Late or not, the clean-up is not what closes the door.
        assert exports.standing(export, at=at) is ExportState.EXPIRED
        with pytest.raises(Refusal, match="48"):
            exports.fetch(session, export, by=by, at=at)
    assert exports.asking.any_over(session, at=end + second)
    assert exports.expire_due(session, at=end + second) == 1
    kept = session.execute(sa.select(Export.state, Export.content)).one()
    assert tuple(kept) == (ExportState.EXPIRED, None)
    assert exports.expire_due(session, at=end + second) == 0


def test_the_file_is_sealed_with_a_key_the_database_does_not_hold(
    session: Session, campaign: Campaign
) -> None:
    by = lead(session, campaign)
    export = ready(session, campaign, by, b"Canarinom")
    session.flush()
    stored = session.scalar(sa.select(Export.content).where(Export.id == export.id))
    assert stored
    assert b"Canarinom" not in stored
    assert exports.fetch(session, export, by=by, at=TUESDAY) == b"Canarinom"


def test_the_lead_sees_every_export_and_a_coordinator_their_own(
    session: Session, campaign: Campaign
) -> None:
    boss, by, other = (
        lead(session, campaign),
        coordinator(session, campaign, "80620"),
        coordinator(session, campaign, "80021"),
    )
    export = ready(session, campaign, by)
    assert exports.find(session, campaign, export.id, by=boss) is export
    assert exports.own(export, boss) is None
    assert exports.find(session, campaign, export.id, by=other) is None
    assert exports.of_campaign(session, campaign, by=other) == []
    elsewhere = factories.campaign(session, "autre")
    assert exports.find(session, elsewhere, export.id, by=boss) is None


def test_who_lost_a_territory_does_not_fetch_what_was_written_of_it(
    session: Session, campaign: Campaign
) -> None:
    by = coordinator(session, campaign, "80620")
    export = ready(session, campaign, by)
    export.chosen = {"territories": [factories.commune(session, "80021").territory_id]}
    session.flush()
    with pytest.raises(Refusal, match="territoires"):
        exports.fetch(session, export, by=by, at=TUESDAY)


def test_an_account_that_was_closed_takes_nothing_away(
    session: Session, campaign: Campaign
) -> None:
    by = coordinator(session, campaign, "80620", disabled_at=EVE)
    with pytest.raises(Refusal):
        exports.scope_of(by, campaign, at=TUESDAY)
    assert exports.scope_of(lead(session, campaign), campaign, at=TUESDAY) == Scope()


def test_each_step_is_journaled_without_a_word_of_anybody(
    session: Session, campaign: Campaign
) -> None:
    by = lead(session, campaign)
    export = ready(session, campaign, by)
    exports.fetch(session, export, by=by, at=TUESDAY)
    exports.erase(session, export, by=by, at=TUESDAY)
    with pytest.raises(Refusal):
        exports.fetch(session, export, by=by, at=TUESDAY)
    told = [note.action for note in session.info["journal"] if note.action.startswith("export")]
    assert told == ["export_asked", "export_written", "export_fetched", "export_erased"]
