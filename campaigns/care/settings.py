"""What a campaign sets about the care of its callers, in ``campaign.thresholds``."""

from dataclasses import dataclass, fields
from datetime import timedelta

from campaigns.models import Campaign

KEY = "care"  # of ``Campaign.thresholds``


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults of the handbook, section 10.

    ``heavy_run`` hard calls in one half-day are enough in a row; a break is due after
    ``break_after`` minutes of calls, and ``break_is`` minutes without one are a break; good
    moments read again stay on the sheets ``shared_days`` days.
    """

    heavy_run: int = 2
    break_after: int = 60
    break_is: int = 5
    shared_days: int = 14

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) < 1:
                raise ValueError(f"{one.name} is at least 1")

    @property
    def work(self) -> timedelta:
        """How long one calls before a break."""
        return timedelta(minutes=self.break_after)

    @property
    def rest(self) -> timedelta:
        """How long a break is."""
        return timedelta(minutes=self.break_is)


def of(campaign: Campaign) -> Settings:
    """The settings in force: what the campaign changed, and the defaults. ValueError for a value
    nobody could keep."""
    changed = campaign.thresholds.get(KEY, {})
    known = {one.name for one in fields(Settings)}
    return Settings(**{name: int(value) for name, value in changed.items() if name in known})
