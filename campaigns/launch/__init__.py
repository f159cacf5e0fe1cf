"""Setting up: the organisation with its places and offices, campaigns, their states."""

from campaigns.launch import pilot
from campaigns.launch.creating import create_campaign
from campaigns.launch.finding import GUIDE_ID, all_campaigns, by_slug, guide, running
from campaigns.launch.founding import found_organisation
from campaigns.launch.settling import Settings, settings_of, settle
from campaigns.launch.states import MOVES, move, ways

__all__ = [
    "GUIDE_ID",
    "MOVES",
    "Settings",
    "all_campaigns",
    "by_slug",
    "create_campaign",
    "found_organisation",
    "guide",
    "move",
    "pilot",
    "running",
    "settings_of",
    "settle",
    "ways",
]
