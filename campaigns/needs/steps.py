"""The timeline of a need, and the instant somebody has seen it."""

from datetime import datetime

from campaigns.models import Need, NeedStep, User


def note(
    need: Need, kind: str, say: str, *, by: User | None, at: datetime, is_internal: bool = False
) -> None:
    """Add a dated step to a need's timeline."""
    need.steps.append(
        NeedStep(
            at=at, by_id=by.id if by else None, kind=kind, say=say[:600], is_internal=is_internal
        )
    )


def acknowledge(need: Need, *, at: datetime) -> None:
    """Somebody has seen it: the first instant counts."""
    if need.acknowledged_at is None:
        need.acknowledged_at = at
