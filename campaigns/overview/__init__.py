"""Counts for pages and mails: reads only. Every number shown is one of these queries."""

from campaigns.overview.act_families import FAMILIES, Family
from campaigns.overview.act_search import Wanted, actors
from campaigns.overview.act_words import ACTIONS
from campaigns.overview.acts import Act, Check, acts, last_check, reference_of
from campaigns.overview.alarms import OpenAlarms, open_alarms
from campaigns.overview.deciding import Decision, can_be_split, decide
from campaigns.overview.front import Front, NeedMoves, Sheets, front
from campaigns.overview.kept import Kept, kept
from campaigns.overview.needs import (
    Late,
    late_by_territory,
    late_for,
    late_needs,
    oldest_open,
    open_needs,
)
from campaigns.overview.numbers import SourceNumbers, wrong_numbers
from campaigns.overview.own import Own, OwnNeed, own
from campaigns.overview.people import (
    Sweep,
    Targets,
    forecast,
    regular_calls,
    targets,
    waiting_for_first_call,
)
from campaigns.overview.presence import (
    MemberState,
    Presence,
    member_states,
    not_yet_invited,
)
from campaigns.overview.rhythm import (
    Answered,
    Continuity,
    HalfDay,
    Rhythm,
    WeekCalls,
    best_and_worst,
    continuity,
    rhythm,
)
from campaigns.overview.sheet import SheetRow, sheet_of, sheet_rows
from campaigns.overview.standing import Standing, standing
from campaigns.overview.subjects import Subject, Subjects, subjects
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
    "FAMILIES",
    "Act",
    "Answered",
    "Check",
    "Continuity",
    "Decision",
    "Family",
    "Front",
    "HalfDay",
    "Kept",
    "Late",
    "MemberState",
    "NeedMoves",
    "OpenAlarms",
    "Own",
    "OwnNeed",
    "PlanCounts",
    "Presence",
    "Rhythm",
    "SheetRow",
    "Sheets",
    "SourceNumbers",
    "Standing",
    "Subject",
    "Subjects",
    "Sweep",
    "Targets",
    "TerritoryWeek",
    "Wanted",
    "WeekCalls",
    "WeekCounts",
    "actors",
    "acts",
    "best_and_worst",
    "by_territory",
    "can_be_split",
    "continuity",
    "decide",
    "forecast",
    "front",
    "kept",
    "last_check",
    "late_by_territory",
    "late_for",
    "late_needs",
    "member_states",
    "not_yet_invited",
    "oldest_open",
    "open_alarms",
    "open_needs",
    "own",
    "plan_counts",
    "reference_of",
    "regular_calls",
    "rhythm",
    "sheet_counts",
    "sheet_of",
    "sheet_rows",
    "standing",
    "subjects",
    "targets",
    "volunteer_weeks",
    "waiting_for_first_call",
    "week_counts",
    "wrong_numbers",
]
