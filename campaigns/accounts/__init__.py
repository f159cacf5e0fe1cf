"""Accounts: who they are, how they sign in, which sessions are open."""

from campaigns.accounts.links import (
    close_everything,
    enrolment_seed,
    find_link,
    finish_enrolment,
    make_link,
    spend,
    token_of,
)
from campaigns.accounts.people import add, by_email, disable, invite, join, normal_email
from campaigns.accounts.proof import (
    check,
    clear_failures,
    hash_password,
    is_throttled,
    note_failure,
    password_matches,
    spend_code,
)
from campaigns.accounts.sessions import end, end_all, live, open_for, touch

__all__ = [
    "add",
    "by_email",
    "check",
    "clear_failures",
    "close_everything",
    "disable",
    "end",
    "end_all",
    "enrolment_seed",
    "find_link",
    "finish_enrolment",
    "hash_password",
    "invite",
    "is_throttled",
    "join",
    "live",
    "make_link",
    "normal_email",
    "note_failure",
    "open_for",
    "password_matches",
    "spend",
    "spend_code",
    "token_of",
    "touch",
]
