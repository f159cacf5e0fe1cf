"""Small numbers that nobody may read, nor work out from those beside them.

In a breakdown whose total is known, one hidden cell is the total less the others. So whoever is
under the threshold is hidden, and others with them until what is hidden adds up to enough and
could be several things (the « secret secondaire » of official statistics: Insee, Guide du secret
statistique). A zero is about nobody: it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FOR_ELECTED, FOR_ALL = 5, 11  # under these a cell is hidden: bilan, public page


@dataclass(frozen=True, slots=True)
class Masked:
    """A breakdown as it may be read: None stands for a hidden cell.

    ``total`` is None when it is itself too small. ``threshold`` is what was asked;
    ``has_others`` says that cells which reach it are hidden too, to protect the small ones.
    """

    cells: Mapping[str, int | None]
    total: int | None
    threshold: int
    has_others: bool = False

    @property
    def is_withheld(self) -> bool:
        """There is something, and no kind of it may be told: its detail is not shown at all."""
        return self.is_masked and not any(self.cells.values())

    @property
    def is_masked(self) -> bool:
        """At least one cell is hidden."""
        return any(value is None for value in self.cells.values())

    @property
    def word(self) -> str:
        """What stands in a hidden cell: « moins de 5 » only where it is true of all of them."""
        return "masqué" if self.has_others or self.is_withheld else f"moins de {self.threshold}"


def masked(cells: Mapping[str, int], threshold: int, *, hides_total: bool = False) -> Masked:
    """Hide what is too small, and what would give it away.

    ``hides_total`` also hides a total under the threshold, where nothing small may be read.
    """
    total = sum(cells.values())
    hidden = {key for key, value in cells.items() if 0 < value < threshold}
    others = sorted({value for value in cells.values() if value >= threshold})
    while hidden and _gives_away([cells[key] for key in hidden], threshold):
        if not others:
            hidden = set(cells)  # too little in all: not even who is at zero
            break
        # All that are equal: which of them was hidden would say on which side the small one is.
        smallest = others.pop(0)
        hidden |= {key for key, value in cells.items() if value == smallest}
    return Masked(
        {key: None if key in hidden else value for key, value in cells.items()},
        None if hides_total and 0 < total < threshold else total,
        threshold,
        has_others=any(cells[key] >= threshold for key in hidden),
    )


def small(count: int, threshold: int) -> int | None:
    """One number by itself, None when it is too small to be read."""
    return None if 0 < count < threshold else count


def _gives_away(hidden: list[int], threshold: int) -> bool:
    """Whether the hidden cells can be worked out from what they add up to."""
    total = sum(hidden)
    if len(hidden) == 1 or total < threshold:
        return True
    all_small = all(value < threshold for value in hidden)
    return all_small and total in {len(hidden), len(hidden) * (threshold - 1)}
