"""How much of a file we accept to open; settings, with these values by default."""

from dataclasses import dataclass

_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits of one import; memory in megabytes, times in seconds.

    ``opened_mb`` bounds what an archive really holds once opened, whatever it says.
    """

    rows: int = 50_000
    columns: int = 200
    megabytes: int = 20
    opened_mb: int = 250
    entries: int = 2_000
    memory_mb: int = 700
    cpu_seconds: int = 20
    wall_seconds: int = 30

    @property
    def size(self) -> int:
        """The largest file, in bytes."""
        return self.megabytes * _MEGA

    @property
    def opened_size(self) -> int:
        """The most an archive may hold once opened, in bytes."""
        return self.opened_mb * _MEGA

    @property
    def lines(self) -> int:
        """The most lines of a sheet: its rows, and what may stand above and below them."""
        return self.rows + 100

    @property
    def wide(self) -> dict[str, object]:
        """What the sentence about too wide a table needs."""
        return {"rows": f"{self.rows:,}".replace(",", "\u202f"), "columns": self.columns}
