"""What a person decided about a list on its pages, kept beside it until it is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self  # choices are kept as JSON


@dataclass(frozen=True, slots=True)
class Choices:
    """The decisions in force when a list is read, cleaned and compared.

    Reading: ``sheet``, ``encoding``, ``header_line`` (1 is the first line of the file, 0: there is
    no line of titles) and
    ``columns`` (header → field, empty: left out), each None when nobody changed the proposal.
    Rows, by their line in the file: ``fixes`` (line → header → the text typed instead),
    ``left_out`` (lines not to take), ``taken_back`` (lines left out of an earlier list, taken now),
    ``split`` (couples on one line that are two people).
    Who is who: ``same`` (line → True: the person proposed; False: somebody else), and ``asked``
    (line → the questions these answers were given to, sealed as in ``report["doubts"]``).
    The whole: ``ticked`` (fields that may change for most people), ``close_absent`` (people the
    source names no more go to whoever checks records).
    """

    sheet: str | None = None
    encoding: str | None = None
    header_line: int | None = None
    columns: Mapping[str, str] | None = None
    fixes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    taken_back: frozenset[int] = frozenset()
    split: frozenset[int] = frozenset()
    same: Mapping[int, bool] = field(default_factory=dict)
    asked: Mapping[int, Sequence[str]] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    close_absent: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read them back from ``ImportBatch.choices``; JSON knows only text as a key."""
        return cls(
            sheet=kept.get("sheet"),
            encoding=kept.get("encoding"),
            header_line=kept.get("header_line"),
            columns=kept.get("columns"),
            fixes={int(line): typed for line, typed in kept.get("fixes", {}).items()},
            left_out=frozenset(kept.get("left_out", ())),
            taken_back=frozenset(kept.get("taken_back", ())),
            split=frozenset(kept.get("split", ())),
            same={int(line): bool(said) for line, said in kept.get("same", {}).items()},
            asked={int(line): tuple(each) for line, each in kept.get("asked", {}).items()},
            ticked=frozenset(kept.get("ticked", ())),
            close_absent=bool(kept.get("close_absent")),
        )

    def kept(self) -> dict[str, Any]:
        """Give them as JSON, only what somebody decided."""
        written = {
            "sheet": self.sheet,
            "encoding": self.encoding,
            "header_line": self.header_line,
            "columns": None if self.columns is None else dict(self.columns),
            "fixes": {str(line): dict(typed) for line, typed in self.fixes.items()},
            "left_out": sorted(self.left_out),
            "taken_back": sorted(self.taken_back),
            "split": sorted(self.split),
            "same": {str(line): said for line, said in self.same.items()},
            "asked": {str(line): list(each) for line, each in self.asked.items()},
            "ticked": sorted(self.ticked),
            "close_absent": self.close_absent,
        }
        if self.header_line == 0:  # somebody said there are no titles
            return {**{name: value for name, value in written.items() if value}, "header_line": 0}
        return {name: value for name, value in written.items() if value}
