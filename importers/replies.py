"""The columns in which a line answers something: the mayor, the moment, the turn, a protection."""

from collections.abc import Mapping, Sequence
from typing import Any  # a cell is of any type before it is cleaned

from importers import answers, cells
from importers.answers import USUAL
from importers.identities import Note


class Replies:
    """The columns of short answers of one list; what nobody can read is noted."""

    def __init__(
        self, at: Mapping[str, Sequence[int]], headers: Sequence[str], *, note: Note
    ) -> None:
        self._at, self._headers, self._note = at, headers, note
        self._guardians = at.get("guardian", ())

    def has_died(self, row: Sequence[Any]) -> bool:
        """Their column holds a date, or says so; « non » says they live."""
        return answers.yes_or_no(self._text("deceased", row)) is not False

    def opposes_mayor(self, line: int, row: Sequence[Any]) -> bool:
        """Whether the record must not go to the mayor; in doubt it does not, and that is said."""
        for field, read in (
            ("mayor_opt_out", answers.opposes),
            ("mayor_agreement", answers.agrees),
        ):
            if field not in self._at:
                continue
            said, is_sure = read(self._text(field, row))
            if not is_sure:
                say = "Réponse non comprise : lue comme une opposition à la transmission au maire."
                self._note(line, field, "mayor_unclear", say)
            if said is (field == "mayor_opt_out"):
                return True
        return False

    def half_day(self, line: int, row: Sequence[Any]) -> str:
        """« am », « pm », or empty."""
        text = self._text("best_half", row)
        half = answers.half_day(text) if text else ""
        if half is None:
            say = f"Moment non compris : « {text[:30]} », laissé vide."
            self._note(line, "best_half", "half_day", say)
        return half or ""

    def priority(self, line: int, row: Sequence[Any]) -> int:
        """From 0, first, to 9."""
        text = self._text("priority", row)
        found = answers.priority(text) if text else USUAL
        if found is None:
            say = (
                f"Priorité non comprise : « {text[:30]} », la personne garde la priorité ordinaire."
            )
            self._note(line, "priority", "priority_unclear", say)
        return USUAL if found is None else found

    def guardian(self, row: Sequence[Any]) -> str:
        """Who acts for a protected adult: the measure, the name, the number, as columns stand."""
        if not self._guardians:
            return ""
        return answers.guardian(
            (self._headers[at], text) for at in self._guardians if (text := cells.text(row[at]))
        )

    def _text(self, field: str, row: Sequence[Any]) -> str:
        found = self._at.get(field)
        return cells.text(row[found[0]]) if found else ""
