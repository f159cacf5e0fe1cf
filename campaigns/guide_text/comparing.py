"""What changed between two texts of the guide, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_MANY = 2_000  # lines: nine times the guide that ships
_AROUND = 2  # lines shown before and after a change


class Change(StrEnum):
    """What became of a line."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"

    @property
    def label(self) -> str:
        """What became of it, in words: colours alone say nothing."""
        return _LABELS[self]


_LABELS = {Change.SAME: "Inchangé", Change.ADDED: "Ajouté", Change.REMOVED: "Retiré"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of the comparison; ``opens`` says that lines were left out before it."""

    change: Change
    text: str
    opens: bool = False


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """The lines that were added and removed, with a few around; nothing when the texts are one."""
    old, new = before.splitlines(), after.splitlines()
    # Lines that come back thousands of times would be compared each with each, for minutes.
    matcher = SequenceMatcher(None, old, new, autojunk=len(new) > _MANY)
    return tuple(
        piece
        for group in matcher.get_grouped_opcodes(_AROUND)
        for piece in _opened(list(_pieces(group, old, new)))
    )


def _pieces(
    group: list[tuple[str, int, int, int, int]], old: list[str], new: list[str]
) -> Iterator[Piece]:
    for tag, old_from, old_to, new_from, new_to in group:
        if tag == "equal":
            yield from (Piece(Change.SAME, line) for line in old[old_from:old_to])
            continue
        yield from (Piece(Change.REMOVED, line) for line in old[old_from:old_to])
        yield from (Piece(Change.ADDED, line) for line in new[new_from:new_to])


def _opened(pieces: list[Piece]) -> list[Piece]:
    first, *others = pieces
    return [Piece(first.change, first.text, opens=True), *others]
