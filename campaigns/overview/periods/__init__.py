"""What a week, a month, a campaign or any stretch of days held, in counts."""

from campaigns.overview.periods.counting import Frozen, final_counts, frozen, of_days, within_days
from campaigns.overview.periods.counts import Counts, Delay, counts_of

__all__ = [
    "Counts",
    "Delay",
    "Frozen",
    "counts_of",
    "final_counts",
    "frozen",
    "of_days",
    "within_days",
]
