"""What protects somebody gets through: a short name, a list of numbers, a cell beyond measure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import objections, people
from campaigns.models import Campaign, Objection, QualityCase, QualityKind, StopReason
from campaigns.objections import Who
from importers import columns, rows
from importers.places import PlaceIndex
from importers.workbook import Table
from tests.importers.lists import (
    AT,
    HEADERS,
    RENEE,
    TODAY,
    campaign,
    count,
    everybody,
    read,
    take_in,
)

LATER = AT + timedelta(days=1)
NUMBER = "06 39 98 00 12"
BORN = "07/03/1941"


def line(first: str, born: str = "", phone: str = "", *, last: str = "DUPONT") -> tuple[Any, ...]:
    return ("", last, first, born, phone, "", "80000", "AMIENS", "")


def forgotten(session: Session) -> Campaign:
    """Renée objected, and her record is gone: only sealed marks are left."""
    into = campaign(session)
    who = Who("DUPONT", "Renée", "", date(1941, 3, 7), ("+33639980012",))
    marks = objections.to_keep(session.info["keys"].objection, who)
    session.add_all(Objection(fingerprint=mark, made_at=AT) for mark in marks)
    session.flush()
    return into


SHORT = [
    line("R.", BORN),
    line("R.", BORN, NUMBER),
    line("R", "", NUMBER),
    line("", BORN),
    line("", "", NUMBER, last="Mme DUPONT"),
    line("DUPONT", "", NUMBER, last="R."),
    line("", "1941", NUMBER, last="Mme DUPONT Renée"),
    line("", "1941", NUMBER, last="R. DUPONT"),
]


@pytest.mark.parametrize("short", SHORT)
def test_an_initial_brings_no_objector_back_while_their_record_stands(
    session: Session, short: tuple[Any, ...]
) -> None:
    into = campaign(session)
    take_in(session, into, RENEE)
    (renee,) = everybody(session)
    people.stop(session, renee, reason=StopReason.OBJECTED, by=None, at=AT)
    take_in(session, into, short, source="CCAS", at=LATER)
    assert [each.hold or each.stop for each in everybody(session)][1:] != [None]


@pytest.mark.parametrize("short", SHORT)
def test_an_initial_brings_no_objector_back_once_their_record_is_gone(
    session: Session, short: tuple[Any, ...]
) -> None:
    into = forgotten(session)
    take_in(session, into, short, source="CCAS", at=LATER)
    (newcomer,) = everybody(session)
    assert (
        newcomer.hold == "du nom d’une personne qui ne souhaite plus être appelée\u00a0: à vérifier"
    )
    held = sa.select(QualityCase.kind).where(QualityCase.kind == QualityKind.HOLD)
    assert session.scalars(held).all() == [QualityKind.HOLD]


@pytest.mark.parametrize(
    "other",
    [
        line("P.", "", NUMBER),
        line("R.", BORN, last="MARTIN"),
        line("R.", "01/02/1939"),
        line("Paul", "", NUMBER),
        line("", "", NUMBER, last="MARTIN"),
    ],
)
def test_a_spouse_and_strangers_keep_their_calls(session: Session, other: tuple[Any, ...]) -> None:
    into = forgotten(session)
    take_in(session, into, other, source="CCAS", at=LATER)
    (newcomer,) = everybody(session)
    assert newcomer.hold is None


def test_a_list_of_numbers_holds_whoever_must_not_be_called(session: Session) -> None:
    into = campaign(session)
    take_in(session, into, RENEE)
    headers = (*HEADERS[:3], "Obs.", "Opposition à la transmission au maire")
    asked = (1, "DUPONT", "Renée", "", "")
    enriched = (
        asked,
        (1, "DUPONT", "Renée", "ne pas appeler", ""),
        (1, "DUPONT", "Renée", "", "oui"),
    )
    batch = take_in(session, into, *enriched, headers=headers, is_enrichment=True, at=LATER)
    (renee,) = everybody(session)
    assert (renee.hold, renee.mayor_opt_out) == ("«\u00a0ne pas appeler\u00a0» dans la liste", True)
    assert "held" in [problem["code"] for problem in batch.report["problems"]]
    assert count(session, QualityCase) == 1


HOSTILE = [
    "1e309", "9e99999", "1E400", float("inf"), float("-inf"), float("nan"), 10**400, 1e300, -1.5,
    datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), date.max, timedelta(days=9), True, False, "", None, "²", "٣" * 14,
    "9" * 5_000, "1" * 32_767, "a" * 32_767, "01/01/0001", "99999/99/99", b"\xff",
]  # fmt: skip
TITLES = (*HEADERS, "Mail", "Prestation", "Code INSEE", "CP Ville", "Langue", "Moment", "Truc")


@pytest.mark.parametrize("cell", HOSTILE, ids=lambda cell: repr(cell)[:20])
@pytest.mark.parametrize("at", range(len(TITLES)))
def test_no_cell_refuses_a_whole_list(cell: object, at: int) -> None:
    beside = [*RENEE, "", "APA", "80021", "80000 Amiens", "", "matin", ""]
    hostile = [*beside[:at], cell, *beside[at + 1 :]]
    places = PlaceIndex([("80021", "Amiens", ["80000"], None)])
    table = Table("F", ("F",), 1, TITLES, [(2, hostile), (3, list(beside))])
    named = columns.propose(TITLES, [hostile, beside])
    found = rows.clean(table, named, places, today=TODAY)
    assert [each.last_name for each in found.people][-1] == "DUPONT"
    assert found.read == 2


def test_a_number_beyond_measure_is_one_doubtful_cell(session: Session) -> None:
    into = campaign(session)
    beyond = (*RENEE[:3], "1e309", "9e99999", "3 rue X", "1e309", "AMIENS", "1e309")
    batch = read(session, into, beyond, line("Paul", "01/02/1939"))
    assert (batch.state.value, batch.report["created"]) == ("ready", 2)
