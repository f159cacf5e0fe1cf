"""Who a line names: title, last name, first name, birth name, or the two people of a couple."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # a cell is of any type before it is cleaned

from campaigns import values
from importers import cells, couples, naming
from importers.couples import Named

Note = Callable[[int, str, str, str], None]  # line, field, code, sentence


@dataclass(frozen=True, slots=True)
class Identity:
    """The names of a line; ``couple`` when it seems to name two people."""

    last_name: str
    first_name: str
    birth_name: str
    title: str
    couple: tuple[Named, Named] | None = None

    @property
    def is_named(self) -> bool:
        """Is there any name at all?"""
        return bool(self.last_name or self.first_name)


class Identities:
    """The columns of names of one list."""

    def __init__(self, at: Mapping[str, Sequence[int]], *, note: Note) -> None:
        self._note = note
        self._title, self._last, self._first, self._full, self._birth = (
            at[field][0] if field in at else None
            for field in ("title", "last_name", "first_name", "full_name", "birth_name")
        )
        self._titles = cells.Memo(lambda cell: values.title_of(cells.text(cell)))

    def read(self, line: int, row: Sequence[Any]) -> Identity:
        """Who this line names, as it stands; nothing is refused here."""
        title = "" if self._title is None else self._titles[row[self._title]]
        written = "" if title or self._title is None else cells.text(row[self._title])
        birth_name = "" if self._birth is None else cells.text(row[self._birth])
        if self._full is not None and (full := cells.text(row[self._full])):
            return self._of_full(line, full, written, title, birth_name)
        last_name = "" if self._last is None else cells.text(row[self._last])
        first_name = "" if self._first is None else cells.text(row[self._first])
        if (last_name.isalpha() or not last_name) and first_name.isalpha() and not written:
            is_title = naming.is_civility(first_name)
            return Identity(
                last_name,
                "" if is_title else first_name,
                birth_name,
                title or (values.title_of(first_name) if is_title else ""),
            )
        return self._of_two(last_name, first_name, written, title, birth_name)

    def _of_two(
        self, last_name: str, first_name: str, written: str, title: str, birth_name: str
    ) -> Identity:
        """A name and a first name, one column each, with more than letters in them."""
        if couples.may_be_two(f"{last_name} {first_name} {written}") and (
            pair := couples.of_names(written, last_name, first_name)
        ):
            return Identity(last_name, first_name, birth_name, title, pair)
        title = title or naming.civility(last_name) or naming.civility(first_name)
        last_name, held = naming.bare_name(last_name)
        first_name, _ = naming.bare_name(first_name)
        if naming.is_civility(first_name):
            first_name = ""
        return Identity(last_name, first_name, birth_name or held, title)

    def _of_full(self, line: int, full: str, written: str, title: str, birth_name: str) -> Identity:
        """Name and first name in one cell."""
        if couples.may_be_two(f"{full} {written}") and (
            pair := couples.of_full_name(written, full)
        ):
            one, other = pair
            if one.last_name == other.last_name and one.first_name and other.first_name:
                both = f"{one.first_name} et {other.first_name}"
                return Identity(one.last_name, both, birth_name, title, pair)
            return Identity(full, "", birth_name, title, pair)
        bare, held = naming.bare_name(full)
        last_name, first_name, is_sure = naming.split_name(bare)
        if not is_sure:
            say = f"Nom lu « {last_name} », prénom lu « {first_name} » : à vérifier."
            self._note(line, "full_name", "name_split", say)
        title = title or naming.civility(full)
        return Identity(last_name, first_name, birth_name or held, title)
