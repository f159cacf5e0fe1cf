"""The telephone numbers of a line: every one a cell holds, and what was done to them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any  # a cell is of any type before it is cleaned

from campaigns import values
from campaigns.values import PhoneReading
from importers.report import PhoneCounts, Problem

# More people than that at one number, and it is an office or a slip rather than a home.
_MOST_SHARING = 4
Note = Callable[[int, int, str, str], None]  # line, column, code, sentence


class Numbers:
    """The columns of numbers of one list, and the tally of what they held."""

    def __init__(self, at: Sequence[int], *, region: str, note: Note) -> None:
        self._at, self._region, self._note = tuple(at), region, note
        self._repaired = self._invalid = self._doubtful = self._two_in_cell = 0

    def read(self, line: int, row: Sequence[Any]) -> tuple[PhoneReading, ...]:
        """The numbers of a line, each once, in the order written."""
        found: tuple[PhoneReading, ...] = ()
        for at in self._at:
            if (cell := row[at]) and (readings := values.phone(cell, region=self._region)):
                found = found + readings if found else readings
                self._tally(line, at, cell, readings)
        if len(found) == 1 and found[0].e164:
            return found
        once = {reading.e164: reading for reading in reversed(found) if reading.e164}
        return tuple(reversed(once.values()))

    def _tally(self, line: int, at: int, cell: object, readings: tuple[PhoneReading, ...]) -> None:
        if len(readings) > 1:
            self._two_in_cell += 1
        is_plain = _is_plain(cell)
        for reading in readings:
            if reading.refusal:
                self._invalid += 1
            elif reading.warning:
                self._doubtful += 1
            if reading.e164 and not is_plain:
                self._repaired += 1
            if code := reading.refusal or reading.warning:
                self._note(line, at, f"phone_{code}", f"{reading.say} ({reading.written})")

    def counts(self, *, missing: int) -> PhoneCounts:
        """The tally; ``missing`` people have no number."""
        return PhoneCounts(
            self._repaired, missing, self._invalid, self._doubtful, self._two_in_cell
        )


def shared(people: Iterable[tuple[int, tuple[PhoneReading, ...]]]) -> list[Problem]:
    """Numbers given to too many people to be a home; ``people`` are (line, numbers)."""
    known = [(line, phone.e164) for line, phones in people for phone in phones]
    counts = Counter([number for _, number in known])
    many = {number for number, count in counts.items() if count > _MOST_SHARING}
    lines = {number: line for line, number in reversed(known) if number in many}
    return [
        Problem(
            line,
            "",
            "shared_phone",
            f"Le même numéro est donné à {counts[number]} personnes : à vérifier.",
        )
        for number, line in lines.items()
    ]


def _is_plain(cell: object) -> bool:
    """Was the number typed as people read it: 0639980012 or 06 39 98 00 12?"""
    if cell.__class__ is not str:
        return False
    text = str(cell)
    if len(text) == 10:
        return text.isdigit()
    return len(text) == 14 and text[2] == text[5] == text[8] == text[11] == " "
