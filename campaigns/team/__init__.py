"""Who takes part: half-days, absences, invitations, the mails they want."""

from campaigns.team.availability import (
    HalfDay,
    absences_of,
    add_absence,
    drop_absence,
    half_days_of,
    set_half_days,
)
from campaigns.team.enlisting import (
    Profile,
    add_volunteer,
    change_volunteer,
    close_account,
    cover,
    enlist,
    invite_all,
)
from campaigns.team.habits import change_habits, hide_number
from campaigns.team.limits import Limits, limit, limits_of
from campaigns.team.links import (
    NEW_LINK_LIFE,
    leave_summaries,
    opt_out_token,
    return_to_summaries,
    send_new_link,
    summary_reader,
)
from campaigns.team.members import (
    Covered,
    Member,
    coordinators_of,
    coverage_of,
    first_of,
    of_role,
    one,
    staff,
    volunteers,
)

__all__ = [
    "NEW_LINK_LIFE",
    "Covered",
    "HalfDay",
    "Limits",
    "Member",
    "Profile",
    "absences_of",
    "add_absence",
    "add_volunteer",
    "change_habits",
    "change_volunteer",
    "close_account",
    "coordinators_of",
    "cover",
    "coverage_of",
    "drop_absence",
    "enlist",
    "first_of",
    "half_days_of",
    "hide_number",
    "invite_all",
    "leave_summaries",
    "limit",
    "limits_of",
    "of_role",
    "one",
    "opt_out_token",
    "return_to_summaries",
    "send_new_link",
    "set_half_days",
    "staff",
    "summary_reader",
    "volunteers",
]
