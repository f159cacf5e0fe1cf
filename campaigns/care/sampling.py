"""Which reports are read again: the first ones, then fewer and fewer. A pure rule."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

from campaigns.refusal import Refusal

KEY = "reviews"  # of ``Campaign.thresholds``
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "first": (0, 100),
    "percent": (0, 100),
    "experienced_after": (0, 1_000),
    "experienced_percent": (0, 100),
}


@dataclass(frozen=True, slots=True)
class Sampling:
    """The first reports of a volunteer in a campaign are all read again; then a share of them,
    in percent; then, after so many reports, a smaller one."""

    first: int = 10
    percent: int = 15
    experienced_after: int = 50
    experienced_percent: int = 2

    @classmethod
    def of(cls, thresholds: Mapping[str, Any]) -> "Sampling":  # Any: plain JSON values
        """What a campaign sets, over the defaults. Refusal when a value is out of bounds."""
        kept = {
            name: value
            for name, value in dict(thresholds.get(KEY, {})).items()
            if name in _BOUNDS and value is not None
        }
        for name, value in kept.items():
            least, most = _BOUNDS[name]
            if not isinstance(value, int) or not least <= value <= most:
                raise Refusal(f"Choisissez un nombre entre {least} et {most}.", field=name)
        return cls(**kept)

    def kept(self) -> dict[str, Any]:  # Any: plain JSON values
        """What differs from the defaults, as ``Campaign.thresholds`` keeps it."""
        default = asdict(Sampling())
        return {
            item.name: value
            for item in fields(self)
            if (value := getattr(self, item.name)) != default[item.name]
        }

    def reach(self, drawn: int) -> int:
        """How many former reports are worth counting for this draw: past them, the answer is
        known."""
        sure, never = sorted((self.percent, self.experienced_percent))
        return max(self.first, self.experienced_after) if sure <= drawn < never else self.first

    def is_read_again(self, *, drawn: int, before: int) -> bool:
        """Whether a report is read again. ``drawn``: 0 to 99; ``before``: reports before it."""
        if before < self.first:
            return True
        experienced = before >= self.experienced_after
        return drawn < (self.experienced_percent if experienced else self.percent)


def draw(*, campaign_id: int, report_id: int) -> int:
    """A number from 0 to 99, always the same for a report: nobody chooses, nothing is random."""
    return int(sha256(f"{campaign_id}:{report_id}".encode()).hexdigest()[:8], 16) % 100
