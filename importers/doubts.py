"""Lines that may be somebody known: asked once, side by side, and the answer remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import sealing, values
from campaigns.models import MatchChoice
from importers import matching, retyped, vocabulary
from importers.choices import Choices
from importers.cleaning import CleanRow
from importers.deciding import Decision
from importers.matching import Known, Link
from importers.register import Stored

_SHOWN = ("last_name", "first_name", "birth_name", "birth_date", "phone", "address", "town",
          "file_number")  # fmt: skip
PERHAPS = "peut-être déjà dans la liste : "  # how the hold begins of whoever waits for an answer
_CALLS = "Appels"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said of a line (by index) and of who it may be (as in ``Link.target``).

    ``line`` is its number in the file, ``asked`` the question they were asked.
    """

    position: int
    target: int
    row_key: str
    is_same: bool
    line: int
    asked: str


def remembered(
    session: Session, lines: Sequence[Known], stored: Sequence[Stored]
) -> dict[tuple[str, int], bool]:
    """What somebody said of earlier lists, as ``matching.match`` asks for it."""
    said = session.execute(
        sa.select(MatchChoice.row_key, MatchChoice.person_id, MatchChoice.is_same).where(
            MatchChoice.row_key.not_like(f"{retyped.LETTER}%"),
            MatchChoice.row_key.not_like(f"{retyped.OFFERED}%"),
        )
    ).all()
    if not said:
        return {}
    at_id = {person.id: at for at, person in enumerate(stored)}
    in_clear = {_sealed(session, key): key for key in map(matching.row_key, lines)}
    return {
        (in_clear[sealed], at_id[person_id]): is_same
        for sealed, person_id, is_same in said
        if sealed in in_clear and person_id in at_id
    }


def answered(
    session: Session,
    links: Sequence[Link | None],
    lines: Sequence[Known],
    rows: Sequence[CleanRow],
    *,
    choices: Choices,
    stored: Sequence[Stored],
) -> tuple[list[Link | None], list[Answer]]:
    """The links once the answers given for this list are followed, and these answers.

    An answer holds for the question that was asked: should the line say something else by now, or
    seem to be somebody else, it is asked again.
    """
    same = choices.same
    settled = list(links)
    said = []
    for at, link in enumerate(links) if same else ():
        answer = same.get(rows[at].row)
        if answer is None or link is None or link.is_sure:
            continue
        line, key = rows[at].row, matching.row_key(lines[at])
        question = _question(session, key, link.target, lines, stored)
        if question not in choices.asked.get(line, (question,)):
            continue
        said.append(Answer(at, link.target, _sealed(session, key), answer, line, question))
        settled[at] = Link(link.target, "said") if answer else None
    return settled, said


def to_ask(
    session: Session,
    decisions: Sequence[Decision],
    rows: Sequence[CleanRow],
    lines: Sequence[Known],
    stored: Sequence[Stored],
) -> list[dict[str, Any]]:
    """Each doubt as its page shows it, in the shape of ``report["doubts"]``.

    ``lines`` are what is known of each of ``rows``.
    """
    asked: list[dict[str, Any]] = []
    for decision in decisions:
        if decision.doubt is None:
            continue
        target = decision.doubt.target
        known = stored[target] if target < len(stored) else None
        line = None if known else rows[target - len(stored)]
        asked.append(
            {
                "line": decision.lines[0],
                "how": matching.HOWS[decision.doubt.how],
                "mine": _of_line(decision.row),
                "other": _of_line(line) if line else _of_person(stored[target]),
                "person_id": known.id if known else None,
                "other_line": line.row if line else None,
                "asked": _question(
                    session, matching.row_key(lines[decision.at]), target, lines, stored
                ),
            }
        )
    return asked


def _question(
    session: Session, row_key: str, target: int, lines: Sequence[Known], stored: Sequence[Stored]
) -> str:
    """A question, sealed: what the line says, and who it may be."""
    if target < len(stored):
        who = str(stored[target].id)
    else:
        who = matching.row_key(lines[target - len(stored)])
    return _sealed(session, "\x1e".join((row_key, who)))


def _sealed(session: Session, row_key: str) -> str:
    return sealing.fingerprint(session.info["keys"].objection, "match", row_key)


def _of_line(row: CleanRow) -> dict[str, str]:
    phones = [phone.e164 for phone in row.phones if phone.e164]
    return _labelled(
        {name: getattr(row, name) for name in _SHOWN if name != "phone"},
        phones=phones,
        postal_code=row.postal_code,
        calls=row.hold,
    )


def _of_person(person: Stored) -> dict[str, str]:
    found = {name: person.column(name) for name in _SHOWN if name not in ("phone", "file_number")}
    found["file_number"] = ", ".join(person.file_numbers)
    return _labelled(
        found,
        phones=person.phones,
        postal_code=person.column("postal_code"),
        calls=person.standing,
    )


def _labelled(
    found: Mapping[str, Any], *, phones: Sequence[str], postal_code: str, calls: str
) -> dict[str, str]:
    """Label → text, empty where nothing is known: both sides have the same labels."""
    born = found["birth_date"]
    texts = {
        **found,
        "birth_date": f"{born:%d/%m/%Y}" if born else "",
        "phone": ", ".join(map(values.national, phones)),
        "town": f"{postal_code} {found['town']}".strip(),
    }
    return {**{vocabulary.LABELS[name]: texts[name] for name in _SHOWN}, _CALLS: calls}
