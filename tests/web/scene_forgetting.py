"""A purge that was made, and a rule: what the addresses of the DPO's page of conservation name."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from campaigns.models import PurgeRun
from tests.factories import TUESDAY

# The rows of the matrix: endpoint, method, what is answered, the things tried.
ROWS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("dpo.retention", "GET", 200, ("",)),
    ("dpo.purge_report", "GET", 200, ("purge", "no_purge")),
    ("dpo.start_purge", "POST", 422, ("",)),
    ("dpo.switch_retention_night", "POST", 303, ("",)),
    ("dpo.shorten_retention", "POST", 422, ("retention_rule", "no_rule")),
)


def add(session: Session, note: Callable[..., None]) -> None:
    """Add the rows, and note what stands in their addresses."""
    run = PurgeRun(started_at=TUESDAY, rules={}, done={"tables": {}}, finished_at=TUESDAY)
    session.add(run)
    session.flush()
    note("purge", "dpo", run_id=run.id)
    note("no_purge", run_id=999_999)
    note("retention_rule", "dpo", rule="words")
    note("no_rule", rule="rien")
