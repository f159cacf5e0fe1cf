"""One rule at a time, a few rows at a time: a pass is one short transaction, and says what went.

Everything is decided by the instant of the purge, never by that of the pass: a purge killed
midway and taken up an hour later forgets the same things.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import (
    Campaign,
    CampaignState,
    JournalEntry,
    Person,
    Tombstone,
    TombstoneKind,
)
from campaigns.overview import periods
from campaigns.retention import erasing, idle, people, steps, texts, tombstones, traces
from campaigns.retention.steps import Step

PEOPLE = 50  # records of one pass: a writer waits less than a second for it
ROWS = 1000
ORDER = ("uncontacted", "contacted", "shells", "files", "words", "mails", "accounts", "traces")
LAST = "journal"  # once all the rest is noted
_STARTS = {"uncontacted": people.uncontacted, "contacted": people.contacted}


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The days of each rule, as of one instant."""

    days: Mapping[str, int]
    at: datetime

    def before(self, rule: str) -> datetime:
        """What is older than this goes."""
        return self.at - timedelta(days=self.days[rule])


@dataclass(frozen=True, slots=True)
class Passed:
    """What one pass did; ``cursor`` is where the next begins, None when the rule is done."""

    tables: Counter[str]
    cursor: int | None


def run(session: Session, rule: str, cuts: Cutoffs, *, after: int) -> Passed:
    """Do one pass of a rule, from the record after ``after`` for those that go by people."""
    if rule in _STARTS:
        return _people(session, rule, cuts, after)
    if rule == "shells":
        dropped = erasing.empty_shells(session, after=after, limit=PEOPLE)
        return Passed(+Counter(person=len(dropped)), dropped[-1] if dropped else None)
    if rule == "accounts":
        return _accounts(session, cuts, after)
    if rule == LAST:
        gone = journal.expire(session, before=cuts.before(rule), at=cuts.at)
        return Passed(+Counter(journal_entry=gone), None)
    done = steps.do(session, _plan(rule, cuts), limit=ROWS)
    return Passed(done, after if done else None)


def rehearse(
    session: Session, cuts: Cutoffs, *, record_by_record: bool = True
) -> dict[str, dict[str, int]]:
    """What a purge would do now, by rule and table; nothing is changed.

    The words of somebody whose record goes are counted under both rules. What goes with each
    record takes a second for two thousand of them; ``people_due`` alone is quick.
    """
    found: dict[str, Counter[str]] = {}
    for rule in _STARTS if record_by_record else ():
        found[rule] = Counter()
        for ids in _all_due(session, rule, cuts):
            found[rule] += Counter(erasing.count(session, ids, at=cuts.at))
    for rule in ("words", "files", "mails", "traces"):
        found[rule] = steps.count(session, _plan(rule, cuts))
    before = cuts.before("accounts")
    leaving = idle.to_forget(session, before=before, at=cuts.at, limit=100_000)
    found["accounts"] = +Counter(user_account=len(leaving))
    if leaving:
        found["accounts"] += steps.count(session, idle.plan(leaving))
    found[LAST] = +Counter(journal_entry=_expiring(session, cuts))
    return {rule: dict(tables) for rule, tables in found.items() if tables}


def people_due(session: Session, cuts: Cutoffs) -> dict[str, int]:
    """How many people each of the two rules about them concerns now."""
    return {
        rule: len(find(session, before=cuts.before(rule), limit=1_000_000))
        for rule, find in _STARTS.items()
    }


def next_days(session: Session, days: Mapping[str, int], *, after: datetime) -> dict[str, datetime]:
    """When each rule next has something to take that is not due yet, as far as dates tell."""
    ended = sa.select(sa.func.min(Campaign.closed_at)).where(
        Campaign.state == CampaignState.CLOSED,
        Campaign.closed_at > after - timedelta(days=days["uncontacted"]),
    )
    lines = sa.select(sa.func.min(JournalEntry.at)).where(
        JournalEntry.at > after - timedelta(days=days[LAST])
    )
    found = {"uncontacted": session.scalar(ended), LAST: session.scalar(lines)}
    return {rule: at + timedelta(days=days[rule]) for rule, at in found.items() if at}


def _plan(rule: str, cuts: Cutoffs) -> list[Step]:
    plans: dict[str, Callable[[], list[Step]]] = {
        "words": lambda: texts.plan(cuts.before(rule)),
        "files": lambda: traces.files(cuts.before(rule), cuts.at),
        "mails": lambda: traces.mails(cuts.before(rule)),
        "traces": lambda: traces.sign_ins(cuts.before(rule)),
    }
    return plans[rule]()


def _people(session: Session, rule: str, cuts: Cutoffs, after: int) -> Passed:
    find = _STARTS[rule]
    ids = find(session, before=cuts.before(rule), after=after, limit=PEOPLE)
    if not ids:
        return Passed(Counter(), None)
    _keep_counts(session)
    everyone = with_doubles(session, ids)
    done = erasing.erase(session, everyone, at=cuts.at)
    for person_id in everyone:
        tombstones.bury(session, TombstoneKind.PURGED, "person", person_id, at=cuts.at)
    return Passed(done, ids[-1])


def with_doubles(session: Session, ids: list[int]) -> list[int]:
    """These records and the doubles joined to them, however far."""
    found, newest = set(ids), set(ids)
    while newest:
        query = sa.select(Person.id).where(Person.merged_into_id.in_(newest))
        newest = set(session.scalars(query)) - found
        found |= newest
    return sorted(found)


def _keep_counts(session: Session) -> None:
    """A bilan asked for next year reads these: they are made before anybody goes."""
    over = sa.select(Campaign).where(Campaign.state == CampaignState.CLOSED).order_by(Campaign.id)
    for campaign in session.scalars(over):
        if not campaign.final_counts:
            campaign.final_counts = periods.final_counts(session, campaign)
    session.flush()  # the strokes that follow are written beside the session


def _all_due(session: Session, rule: str, cuts: Cutoffs) -> Iterator[list[int]]:
    after, before = 0, cuts.before(rule)
    while ids := _STARTS[rule](session, before=before, after=after, limit=2000):
        yield with_doubles(session, ids)
        after = ids[-1]


def _accounts(session: Session, cuts: Cutoffs, after: int) -> Passed:
    before = cuts.before("accounts")
    told = idle.to_tell(session, before=before, limit=PEOPLE)
    idle.tell(session, told, at=cuts.at)
    gone = idle.to_forget(session, before=before, at=cuts.at, limit=PEOPLE)
    done = idle.forget(session, gone, at=cuts.at) if gone else Counter()
    return Passed(done, after if told or gone else None)


def _expiring(session: Session, cuts: Cutoffs) -> int:
    """Lines of the journal that are older; the newest of all always stays."""
    newest = sa.select(sa.func.max(JournalEntry.id)).scalar_subquery()
    query = sa.select(sa.func.count()).where(
        JournalEntry.at < cuts.before(LAST), JournalEntry.id < newest
    )
    return session.scalar(query) or 0


def forgotten_numbers(session: Session, *, at: datetime) -> list[str]:
    """The hashed numbers of who was forgotten by the purge of this instant."""
    query = (
        sa.select(Tombstone)
        .where(
            Tombstone.at == at,
            Tombstone.kind == TombstoneKind.PURGED,
            Tombstone.object_kind.in_(["person", "user"]),
        )
        .order_by(Tombstone.id)
    )
    return [tombstones.hashed(session, one) for one in session.scalars(query)]
