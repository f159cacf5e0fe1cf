"""By night free texts are read again: what is found waits for somebody, who cleans or keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import night
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import holdings, scanning
from campaigns.holdings import Nature
from campaigns.models import (
    Call,
    CallRevision,
    JournalEntry,
    Occurrence,
    Person,
    ScanMark,
    TextFinding,
    User,
)
from campaigns.refusal import Refusal
from campaigns.scanning import reading
from tests import factories
from tests.conftest import Clock
from tests.factories import TUESDAY

ILL = "Elle est diabétique, passer le matin."
FINE = "Préfère le matin, laisser sonner longtemps."


@pytest.fixture
def called(database: Database) -> Call:
    """A call whose note says an illness; its person is well spoken of."""
    with database.unit() as session:
        campaign = factories.campaign(session)
        who = factories.volunteer(session, campaign)
        factories.person(session, campaign, manner=FINE)
        plan = factories.published(session, campaign)
        line = factories.lines(session, plan)[0]
        whom = session.scalars(sa.select(Person)).one()
        made = factories.call(session, line, whom, by=who, at=TUESDAY)
        call = session.scalars(sa.select(Call).where(Call.report_id == made.report.id)).one()
        call.note = ILL
        return call


def read_all(instance: Instance) -> None:
    """One night."""
    while night.run_due(instance):
        pass


def findings(database: Database) -> list[TextFinding]:
    with database.session() as session:
        return list(session.scalars(sa.select(TextFinding).order_by(TextFinding.id)))


def change(database: Database, call: Call, **values: object) -> None:
    with database.unit() as session:
        session.execute(sa.update(Call).where(Call.id == call.id).values(**values))


def test_a_night_finds_what_nobody_should_have_written(instance: Instance, called: Call) -> None:
    read_all(instance)
    found = findings(instance.database)
    assert [(one.object_kind, one.object_id, one.field, one.kinds) for one in found] == [
        ("call", called.id, "note", "maladies")
    ]
    with instance.database.reading() as session:
        read = session.scalars(
            sa.select(Occurrence.produced).where(Occurrence.kind == scanning.READ)
        ).one()
    assert read >= 2  # the note and the manner, among others


def test_a_second_night_reads_what_is_new_or_changed_and_nothing_else(
    instance: Instance, called: Call, clock: Clock
) -> None:
    read_all(instance)
    clock.move(days=1)
    read_all(instance)
    assert len(findings(instance.database)) == 1
    change(instance.database, called, note="Elle a un cancer.", corrected_at=clock())
    clock.move(days=1)
    read_all(instance)
    (found,) = findings(instance.database)
    assert found.found_at == clock()
    change(instance.database, called, note=FINE, corrected_at=clock())
    clock.move(days=1)
    read_all(instance)
    assert findings(instance.database) == []


def test_a_long_table_is_read_in_several_breaths(
    instance: Instance, called: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    monkeypatch.setattr(reading, "_OVERLAP_ROWS", 0)
    with instance.database.unit() as session:
        campaign = factories.campaign(session, "autre")
        for _ in range(5):
            factories.person(session, campaign, manner="Elle est diabétique.")
    read_all(instance)
    assert len(findings(instance.database)) == 6
    with instance.database.reading() as session:
        assert session.get_one(ScanMark, "person").last_id == 6


def test_what_two_workers_read_at_once_is_kept_once(instance: Instance, called: Call) -> None:
    at = instance.clock()
    with instance.database.reading() as session:
        waiting = scanning.next_place(session, since=at)
        assert waiting is not None
        batch = scanning.read(session, *waiting, at=at)
    kept = []
    for _ in range(2):
        with instance.database.unit() as session:
            kept.append(scanning.keep(session, batch, at=at))
    assert kept == [1, None]


# Deciding -----------------------------------------------------------------------------------


@pytest.fixture
def found(instance: Instance, called: Call) -> int:
    """The number of the one finding."""
    read_all(instance)
    return findings(instance.database)[0].id


def reader(session: Session) -> User:
    return session.scalars(sa.select(User)).first() or factories.user(session, "dpo")  # type: ignore[arg-type]


def shown(session: Session, found: int) -> scanning.Shown:
    one = scanning.finding(session, found)
    assert one is not None
    page = scanning.shown(session, one)
    assert page is not None
    return page


def test_the_words_found_are_marked_and_softer_ones_proposed(
    database: Database, found: int
) -> None:
    with database.reading() as session:
        page = shown(session, found)
        marked = [one.text for one in page.passages if one.kind]
        assert marked == ["diabétique"]
        assert "".join(one.text for one in page.passages) == ILL
        assert page.what == "note de l’appel"
        assert "diabétique" not in page.softer
        assert reading.kinds_of(page.softer) == ""


def test_a_cleaned_text_is_said_otherwise_and_what_it_said_before_is_gone(
    instance: Instance, called: Call, found: int, clock: Clock
) -> None:
    with instance.database.unit() as session:
        by = reader(session)
        kept = CallRevision(call_id=called.id, at=TUESDAY, by_id=by.id, before={"note": ILL})
        session.add(kept)
        page = shown(session, found)
        scanning.clean(
            session, page.finding, text="Passer le matin.\r\n", seen=page.seen, by=by, at=TUESDAY
        )
    with instance.database.reading() as session:
        assert session.get_one(Call, called.id).note == "Passer le matin."
        assert session.scalars(sa.select(CallRevision)).one().before["note"] == ""
        entry = session.scalars(
            sa.select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)
        ).one()
        assert (entry.action, entry.object_kind, entry.object_id) == (
            "text_cleaned",
            "call",
            called.id,
        )
        assert scanning.waiting_count(session) == 0
    clock.move(days=1)
    read_all(instance)
    with instance.database.reading() as session:
        assert scanning.waiting_count(session) == 0


def test_a_kept_text_waits_again_only_once_it_changes(
    instance: Instance, called: Call, found: int, clock: Clock
) -> None:
    with instance.database.unit() as session:
        page = shown(session, found)
        scanning.keep_as_it_is(
            session, page.finding, seen=page.seen, by=reader(session), at=TUESDAY
        )
    change(instance.database, called, corrected_at=clock())
    clock.move(days=1)
    read_all(instance)
    with instance.database.reading() as session:
        assert scanning.waiting(session) == []
    change(instance.database, called, note="Elle a un cancer.", corrected_at=clock())
    clock.move(days=1)
    read_all(instance)
    with instance.database.reading() as session:
        assert [one.is_kept for one in scanning.waiting(session)] == [False]


@pytest.mark.parametrize(
    ("text", "say"),
    [
        (ILL, "Rien n’a changé"),
        ("Elle a un cancer.", "Il reste dans ce texte"),
        ("matin " * 100, "500 caractères au plus"),
    ],
    ids=["same", "still", "long"],
)
def test_a_text_that_is_not_cleaned_is_refused(
    database: Database, found: int, text: str, say: str
) -> None:
    with database.reading() as session:
        page = shown(session, found)
        with pytest.raises(Refusal, match=say):
            scanning.clean(
                session, page.finding, text=text, seen=page.seen, by=reader(session), at=TUESDAY
            )


def test_a_text_changed_meanwhile_is_shown_again_first(
    database: Database, called: Call, found: int
) -> None:
    with database.reading() as session:
        seen = shown(session, found).seen
    change(database, called, note="Autre chose.")
    with database.reading() as session:
        page = shown(session, found)
        with pytest.raises(Refusal, match="a changé entre-temps"):
            scanning.keep_as_it_is(session, page.finding, seen=seen, by=reader(session), at=TUESDAY)


def test_the_months_report_counts_and_quotes_nothing(
    instance: Instance, called: Call, found: int
) -> None:
    since = instance.clock() - timedelta(days=1)
    with instance.database.reading() as session:
        told = scanning.counts(session, since=since, until=since + timedelta(days=2))
        assert (told.found, told.waiting, told.cleaned, told.kept) == (1, 1, 0, 0)
        assert [(kind.value, count) for kind, count in told.kinds] == [("maladies", 1)]
        none = scanning.counts(session, since=since, until=since)
        assert (none.read, none.found) == (0, 0)


def test_every_free_text_of_the_register_is_read_or_said_why_not() -> None:
    tables = {place.model.__tablename__: place for place in scanning.PLACES}
    read = {f"{name}.{field}" for name, place in tables.items() for field in place.fields}
    known = {
        f"{name}.{column}"
        for name in holdings.TABLES
        for column in holdings.columns(name, Nature.WORDS)
    }
    assert known - read - set(scanning.NOT_READ) == set()
    assert set(scanning.NOT_READ) - known == set()
    assert set(scanning.NOT_READ) & read == set()
