"""A row as somebody filled it in, and what it says once read."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time
from typing import Self

from campaigns import needs, reference, retry, weeks
from campaigns.models import Agreement
from campaigns.printing import codes
from campaigns.refusal import Refusal
from campaigns.returns import moments

_SILENCE = "ALE_LEVEE_DOUTE"  # raised precisely when nobody answers
_OTHER = "DIV_AUTRE"
_CODE = re.compile(r"\s*([A-Za-z]?\d{1,2}|[A-Za-z])(?:\s*$|[\s\-–—:.])")
_AGREEMENTS = {"O": Agreement.YES, "N": Agreement.NO, "V": Agreement.VITAL}
_NOTE_MOST = 500
# Which column of the sheet an answer of the call page stands in.
_COLUMNS = {"asked": "asked_on", "wish": "wish", "agreement": "agreement", "text": "note"}


@dataclass(frozen=True, slots=True)
class Written:
    """A row of a returned sheet, in the words and signs found in it.

    ``code`` names the row, ``needs`` holds codes separated by spaces or line ends, ``number`` says
    which of the numbers printed is wrong, « 2 » or « 2e ».
    """

    code: str
    outcome: str = ""
    called_on: str = ""
    called_at: str = ""
    asked_on: str = ""
    asked_at: str = ""
    wish: str = ""
    needs: str = ""
    agreement: str = ""
    note: str = ""
    number: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in: the person was not called."""
        told = (self.outcome, self.asked_on, self.wish, self.needs, self.agreement, self.note)
        return not any(text.strip() for text in told)

    def kept(self) -> dict[str, str]:
        """As it is stored while somebody must look at it."""
        return asdict(self)

    @classmethod
    def from_kept(cls, stored: dict[str, str]) -> Self:
        """Back from where it was stored."""
        return cls(**{field.name: stored.get(field.name, "") for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says: the answers of the call page, when, the needs, the note.

    ``has_hour`` is False when the hour was not written: another sending may then differ in it.
    """

    answers: retry.Answers
    at: datetime
    has_hour: bool
    drafts: tuple[needs.Draft, ...]
    note: str


def read(row: Written, *, week: str, issued_at: datetime, day: date, now: datetime) -> Told:
    """Read a row; ``day`` is that of the call when none is written.

    Refusal, in a plain sentence about one column, when something is missing or contradicts.
    """
    outcome = _outcome(row.outcome)
    at, has_hour = _called(row, week=week, issued_at=issued_at, day=day, now=now)
    drafts = _drafts(row)
    answers = replace(
        outcome.answers,
        has_needs=bool(drafts),
        asked=_asked(row, called=weeks.local_day(at)),
        wish=_wish(row.wish),
    )
    try:
        ending = reference.outcomes()[retry.outcome_from(answers)]
    except Refusal as refusal:
        raise Refusal(refusal.say, field=_COLUMNS.get(refusal.field or "", "outcome")) from refusal
    if not ending.contact and any(draft.category != _SILENCE for draft in drafts):
        raise Refusal(
            f"« {ending.label} » : personne n’a été joint, et un besoin est noté. "
            "Corrigez le résultat ou retirez le besoin.",
            field="needs",
        )
    note = "" if drafts else row.note.strip()[:_NOTE_MOST]
    return Told(answers, at, has_hour, drafts, note)


def _outcome(text: str) -> codes.OutcomeCode:
    if not text.strip():
        raise Refusal("Il manque le code de ce qui s’est passé.", field="outcome")
    code = _code(text).lstrip("0")
    if code not in codes.OUTCOMES:
        raise Refusal(
            f"Le code « {text.strip()[:20]} » n’est pas dans la liste des résultats.",
            field="outcome",
        )
    return codes.OUTCOMES[code]


def _called(
    row: Written, *, week: str, issued_at: datetime, day: date, now: datetime
) -> tuple[datetime, bool]:
    called = moments.day_of_week(row.called_on, week=week) if row.called_on.strip() else day
    has_hour = bool(row.called_at.strip())
    clock = moments.hour(row.called_at, field="called_at") if has_hour else time(12)
    at = weeks.at(called, clock.hour, clock.minute)
    if not has_hour:
        # Noon, unless it had not come yet, or the sheet was not out yet, that same day.
        at = max(at, issued_at) if weeks.local_day(issued_at) == called else at
        at = min(at, now) if weeks.local_day(now) == called else at
    if at > now:
        raise Refusal("L’appel est daté de plus tard que maintenant.", field="called_on")
    if at < issued_at.replace(second=0, microsecond=0):
        local = issued_at.astimezone(weeks.PARIS)
        raise Refusal(
            f"La feuille est sortie le {local:%d/%m à %H:%M} : l’appel ne peut pas dater d’avant.",
            field="called_on",
        )
    return at, has_hour


def _asked(row: Written, *, called: date) -> datetime | date | None:
    if not row.asked_on.strip():
        if row.asked_at.strip():
            raise Refusal("Il manque le jour du rappel convenu.", field="asked_on")
        return None
    day = moments.day_after(row.asked_on, after=called)
    if not row.asked_at.strip():
        return day
    clock = moments.hour(row.asked_at, field="asked_at")
    return weeks.at(day, clock.hour, clock.minute)


def _wish(text: str) -> str | None:
    if not text.strip():
        return None
    found = codes.WISHES.get(_code(text))
    if found is None:
        raise Refusal(f"Le souhait « {text.strip()[:20]} » n’est pas dans la liste.", field="wish")
    return found.value


def _drafts(row: Written) -> tuple[needs.Draft, ...]:
    return tuple(_draft(code, row) for code in dict.fromkeys(_need_codes(row.needs)))


def _draft(code: str, row: Written) -> needs.Draft:
    if code not in codes.NEEDS:
        raise Refusal(f"Le besoin « {code[:20]} » n’est pas dans la liste.", field="needs")
    agreed = _AGREEMENTS.get(_code(row.agreement)) if row.agreement.strip() else None
    if agreed is None:
        raise Refusal(
            "Dites si la personne est d’accord pour transmettre le besoin : O, N ou V.",
            field="agreement",
        )
    category = codes.NEEDS[code]
    text = row.note.strip()[:_NOTE_MOST]
    if not text and category == _OTHER:
        raise Refusal("Écrivez en une phrase de quel besoin il s’agit.", field="note")
    return needs.Draft(category, text or reference.categories()[category].label, agreed)


def _need_codes(text: str) -> Iterator[str]:
    """« N2 – Courses », « n2 a4 »: a code a line, or several between spaces."""
    for line in text.splitlines():
        if re.search(r"[–—:]", line):
            yield _code(line)
        else:
            yield from (part.upper() for part in line.replace(",", " ").split())


def _code(text: str) -> str:
    """The code a choice begins with: « 5 » of « 5 – Sonne, ne répond pas »; the text if none."""
    bare = re.sub(r"\.0+$", "", text.strip())  # a spreadsheet may hold 5 as 5.0
    found = _CODE.match(bare)
    return (found[1] if found else bare).upper()
