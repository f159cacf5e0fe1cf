"""Counts for pages and mails: reads only. Every number shown is one of these queries."""

from campaigns.overview.act_words import ACTIONS
from campaigns.overview.acts import (
    Act,
    Check,
    acts,
    head,
    journal_length,
    last_check,
)
from campaigns.overview.deciding import Decision, can_be_split, decide
from campaigns.overview.needs import (
    Late,
    late_by_territory,
    late_for,
    late_needs,
    oldest_open,
    open_needs,
)
from campaigns.overview.own import Own, OwnNeed, own
from campaigns.overview.people import (
    Kept,
    Sweep,
    Targets,
    kept,
    regular_calls,
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
from campaigns.overview.sheet import SheetRow, sheet_of, sheet_rows
from campaigns.overview.territories import TerritoryWeek, by_territory
from campaigns.overview.weekly import (
    PlanCounts,
    WeekCounts,
    plan_counts,
    sheet_counts,
    volunteer_weeks,
    week_counts,
)

__all__ = [
    "ACTIONS",
    "Act",
    "Check",
    "Decision",
    "Kept",
    "Late",
    "MemberState",
    "Own",
    "OwnNeed",
    "PlanCounts",
    "Presence",
    "SheetRow",
    "Sweep",
    "Targets",
    "TerritoryWeek",
    "WeekCounts",
    "acts",
    "by_territory",
    "can_be_split",
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
    "own",
    "plan_counts",
    "presence",
    "regular_calls",
    "sheet_counts",
    "sheet_of",
    "sheet_rows",
    "sweep",
    "targets",
    "volunteer_weeks",
    "waiting_for_first_call",
    "week_counts",
]
