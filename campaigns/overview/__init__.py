"""Counts for pages and mails: reads only. Every number shown is one of these queries."""

from campaigns.overview.acts import (
    ACTIONS,
    Act,
    Check,
    acts,
    head,
    journal_length,
    last_check,
)
from campaigns.overview.deciding import Decision, decide
from campaigns.overview.needs import (
    Late,
    alarms_unseen,
    late_by_territory,
    late_for,
    late_needs,
    oldest_open,
    open_needs,
)
from campaigns.overview.people import (
    Kept,
    Sweep,
    Targets,
    kept,
    sweep,
    targets,
    waiting_for_first_call,
)
from campaigns.overview.presence import (
    MemberState,
    Presence,
    member_states,
    not_yet_invited,
    presence,
)
from campaigns.overview.weekly import WeekCounts, sheet_counts, volunteer_weeks, week_counts

__all__ = [
    "ACTIONS",
    "Act",
    "Check",
    "Decision",
    "Kept",
    "Late",
    "MemberState",
    "Presence",
    "Sweep",
    "Targets",
    "WeekCounts",
    "acts",
    "alarms_unseen",
    "decide",
    "head",
    "journal_length",
    "kept",
    "last_check",
    "late_by_territory",
    "late_for",
    "late_needs",
    "member_states",
    "not_yet_invited",
    "oldest_open",
    "open_needs",
    "presence",
    "sheet_counts",
    "sweep",
    "targets",
    "volunteer_weeks",
    "waiting_for_first_call",
    "week_counts",
]
