"""Walking the whole chain: what was edited, removed, inserted, moved, cut, signed by another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import sealing
from campaigns.journal import codes, heads
from campaigns.journal.heads import Head
from campaigns.models import JournalEntry
from campaigns.models.base import Labelled
from campaigns.sealing import Keys

_TABLE = cast("sa.Table", JournalEntry.__table__)
RESTORED = "backup_restored"


class FaultKind(Labelled):
    """What is wrong with a line, or with a head."""

    EDITED = "edited", "ligne changée, ou écrite sans la clé"
    UNLINKED = "unlinked", "ligne qui ne suit pas la précédente"
    CUT = "cut", "lignes manquantes à la fin"
    MARK = "mark", "repère signé par une autre clé"
    KEY = "key", "journal écrit avec une autre clé que celle d’ici"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, at the line of this number."""

    kind: FaultKind
    entry_id: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found.

    ``count`` lines were read, ``heads`` noted heads compared; ``expired`` lines were let go in
    time, before the first. ``restored`` heads belong to an end that a backup, put back by command
    and journaled, replaced: they are told, and are no fault.
    """

    count: int
    heads: int
    expired: int
    restored: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(slots=True)
class _Walk:
    """One passage along the chain. ``wanted`` are the lines some head speaks of."""

    key: bytes
    previous: str
    wanted: frozenset[int]
    count: int = 0
    edited: int = 0
    restored_at: datetime | None = None
    found: dict[int, tuple[str, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def along(self, session: Session, *, expired: int) -> None:
        query = sa.select(_TABLE).order_by(_TABLE.c.id).execution_options(yield_per=2000)
        for entry in session.execute(query).mappings():
            self.count += 1
            is_ours = sealing.same(entry["mac"], codes.of_entry(self.key, dict(entry)))
            if not is_ours:
                self.edited += 1
                self.faults.append(Fault(FaultKind.EDITED, entry["id"]))
            elif entry["action"] == RESTORED:
                self.restored_at = max(entry["at"], self.restored_at or entry["at"])
            if entry["previous_mac"] != self.previous:
                self.faults.append(Fault(FaultKind.UNLINKED, entry["id"]))
            self.previous = entry["mac"]
            if entry["id"] in self.wanted:
                self.found[entry["id"]] = entry["mac"], expired + self.count


def verify(session: Session, *, kept: Sequence[Head] = ()) -> Verdict:
    """Read the whole journal and say what is wrong with it, the oldest line first.

    ``kept`` are the heads noted in a second place; those of the database are compared too.
    """
    key = cast("Keys", session.info["keys"]).journal
    begins = heads.start(session)
    noted = sorted({*heads.noted_heads(session), *kept}, key=lambda one: (one.at, one.entry_id))
    forged = [one for one in noted if not one.is_signed(key)]
    after = 0 if begins is None else begins.entry_id
    checked = [one for one in noted if one not in forged and one.entry_id > after]
    walk = _Walk(
        key=key,
        previous=codes.FIRST if begins is None else begins.entry_mac,
        wanted=frozenset(one.entry_id for one in checked),
    )
    expired = 0 if begins is None else begins.length
    walk.along(session, expired=expired)
    if walk.edited == walk.count > 1:  # a single line tells nothing of the key
        return Verdict(walk.count, len(noted), expired, 0, (Fault(FaultKind.KEY, after + 1),))
    faults = [*walk.faults, *(Fault(FaultKind.MARK, one.entry_id) for one in forged)]
    if begins is not None and not begins.is_signed(key, why=heads.EXPIRED):
        faults.append(Fault(FaultKind.MARK, begins.entry_id))
    missing = [
        one for one in checked if walk.found.get(one.entry_id) != (one.entry_mac, one.length)
    ]
    restored = walk.restored_at
    cut = [one for one in missing if restored is None or one.at >= restored]
    faults += [Fault(FaultKind.CUT, one.entry_id) for one in cut]
    faults.sort(key=lambda fault: fault.entry_id)
    return Verdict(walk.count, len(noted), expired, len(missing) - len(cut), tuple(faults))
