"""Where a line says a person lives: the address as written, and the commune it means."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any  # a cell is of any type before it is cleaned

from campaigns import values
from importers import cells
from importers.places import PlaceIndex
from importers.report import PlaceCounts

_PLACE = re.compile(r"(?:F\s*-\s*)?(\d{4,5})\s*[-–,]?\s*(\D.*)", re.IGNORECASE | re.DOTALL)
_BACKWARDS = re.compile(r"(\D*[^\d\s,(–-])[\s,(–-]+(\d{5})\)?")
_END_OF_ADDRESS = re.compile(r"\b(\d{5})\s+([^\d,\s][^\d,]*)\Z")
_CEDEX = re.compile(r"\bcedex\b", re.IGNORECASE)
_LENGTH = 120
_PLACES = ("postal_code", "town", "postal_and_town", "insee")
Note = Callable[[int, str, str, str], None]  # line, field, code, sentence


@dataclass(frozen=True, slots=True)
class Place:
    """Postal code, town as written, INSEE code when it is certain, and what must be said."""

    postal_code: str = ""
    town: str = ""
    insee: str | None = None
    is_former: bool = False
    had_lost_its_zero: bool = False
    is_bad_code: str = ""


NOWHERE = Place()


class Addresses:
    """The columns of addresses and places of one list, and the tally of what they held."""

    def __init__(self, at: dict[str, list[int]], places: PlaceIndex, *, note: Note) -> None:
        self._places, self._note = places, note
        self._lines = tuple(at.get("address", ()))
        fields = [field for field in _PLACES if field in at]
        self._cells = itemgetter(*(at[field][0] for field in fields)) if fields else _no_cell
        # Towns come back from line to line: each is worked out once.
        self._known = cells.Memo(
            lambda key: self._place(
                **dict(zip(fields, key if len(fields) > 1 else (key,), strict=True))
            )
        )
        self._counts = {"known": 0, "former": 0, "unknown": 0}
        self.zeros = 0

    def read(self, line: int, row: Sequence[Any]) -> tuple[str, Place]:
        """The address of a line, its parts joined, and its place."""
        parts = [shown for at in self._lines if (shown := cells.text(row[at]))]
        address = cells.joined(parts) if parts else ""
        key = self._cells(row)
        place: Place = NOWHERE if key is None else self._known[key]
        if place is NOWHERE and address and (found := _END_OF_ADDRESS.search(address)):
            place = self._place(postal_code=found[1], town=found[2])
            address = address[: found.start()].rstrip(" ,–-") if place.insee else address
        if place is not NOWHERE:
            self._tally(line, place)
        return address, place

    def counts(self) -> PlaceCounts:
        """The tally of the people read so far."""
        return PlaceCounts(**self._counts)

    def _tally(self, line: int, place: Place) -> None:
        if place.is_bad_code:
            say = f"Code postal non reconnu : « {place.is_bad_code} »."
            self._note(line, "postal_code", "postal_code", say)
        self.zeros += place.had_lost_its_zero
        if place.insee is not None:
            self._counts["former" if place.is_former else "known"] += 1
        elif place.postal_code or place.town:
            self._counts["unknown"] += 1
            written = f"{place.postal_code} {place.town}".strip()
            say = f"Commune non reconnue : « {written} », à choisir à la main."
            self._note(line, "town", "unknown_town", say)

    def _place(
        self, postal_code: Any = "", town: Any = "", postal_and_town: Any = "", insee: Any = ""
    ) -> Place:
        """What these cells say together."""
        written, shown, code = cells.text(postal_code), cells.text(town), cells.text(insee)
        if both := cells.text(postal_and_town):
            written, shown = _cut(both, written, shown)
        elif not written and shown[:1].isdigit():
            written, shown = _cut(shown, written, "")
        return self._meant(written, shown, code) if written or shown or code else NOWHERE

    def _meant(self, written: str, town: str, code: str) -> Place:
        """The commune that is meant, sought by its code, then inside its postal code."""
        postal_code = values.postal_code(written) or "" if written else ""
        insee = self._places.known(code) if code else None
        is_former = False
        if insee is None and (town or not code):
            insee, is_former = self._places.found(postal_code, town)
        if insee is None and town.isalnum() and len(town) == 5:
            insee = self._places.known(town)
        if insee is not None and not town:
            town = self._places.name(insee)
        is_short = bool(postal_code) and len(written.strip()) == 4
        return Place(
            postal_code,
            town[:_LENGTH],
            insee,
            is_former,
            had_lost_its_zero=is_short,
            is_bad_code="" if postal_code else written[:20],
        )


def _no_cell(row: Sequence[Any]) -> None:
    """A list without any column of places."""


def _cut(both: str, written: str, town: str) -> tuple[str, str]:
    """« 80100 ABBEVILLE » and « Abbeville (80100) »: postal code, then town."""
    if parts := _PLACE.fullmatch(both):
        return parts[1], parts[2].strip(" -–,")
    if (parts := _BACKWARDS.fullmatch(both)) and not _CEDEX.search(both):
        return parts[2], parts[1].strip()
    if both.isdigit():
        return both, town
    return written, town or both
