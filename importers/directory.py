"""The directory of offices and partners, brought up to date from a table."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any  # a JSON object

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, directory, journal, reference
from campaigns.models import Commune, Office, OfficeCommune, Organisation, User
from campaigns.refusal import Refusal
from campaigns.values import fold
from importers import agreed
from importers.report import Counts, Problem

_FIELDS = {
    "insee": r"perimetre code|code perimetre",
    "scope": r"^perimetre$",
    "fiction": r"fictif",
    "on_call_phone": r"astreinte",
    "email": r"mail|courriel",
    "phone": r"tel",
    "hours": r"horaire",
    "channel": r"canal",
    "topics": r"besoins|sujets|themes",
    "communes": r"^communes",
    "deputy": r"suppleant|remplacant",
    "kind": r"^type$",
    "name": r"^nom$",
    "note": r"remarque|note",
    "code": r"^code$",
}
_NEEDED = {"code": "code", "kind": "type", "name": "nom", "scope": "perimetre"}
_SCOPES = frozenset({"departement", "region", "commune", "epci", "national", "personne"})
_LENGTHS = {
    "code": 40,
    "kind": 40,
    "name": 200,
    "phone": 40,
    "on_call_phone": 40,
    "hours": 200,
    "note": 300,
}
_CHANNELS = {"courriel": "mail", "mail": "mail", "telephone": "phone", "tel": "phone",
             "phone": "phone", "papier": "paper", "paper": "paper"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Examined:
    """A directory read and compared: code → columns of each office, and its report as JSON.

    ``communes`` (served) and ``deputy`` (a code) stand among the columns when the table has them.
    """

    offices: dict[str, dict[str, Any]]
    report: dict[str, Any]


def examine(session: Session, *, content: bytes, name: str) -> Examined:
    """Read a table of offices and say what it changes; writes nothing. Raises ``Unreadable``.

    Its columns are those of the shipped directory: code, type, nom, perimetre, perimetre_code,
    email, telephone_court, remarque; where there are such columns also horaires, canal, besoins,
    communes, astreinte, suppleant. What the table has no column for stays as it is, and so does
    what somebody corrected by hand.
    """
    started = perf_counter()
    table = agreed.read(content, name=name, fields=_FIELDS, needed=_NEEDED)
    known = {one.code: one for one in session.scalars(sa.select(Office))}
    places = _Places(session)
    offices: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    kept = 0
    for line, row in table.rows:
        try:
            office = _office(row, places.communes)
            if row["code"] in offices:
                raise Refusal("Code déjà vu plus haut : ligne refusée.", field="code")
        except Refusal as refusal:
            problems.append(table.problem(line, refusal.field or "", "refused", refusal.say))
            continue
        kept += _without_hands(office, known.get(row["code"]), places)
        offices[row["code"]] = office
    if kept:
        problems.append(Problem(0, "", "by_hand", _kept(kept)))
    created = len(offices.keys() - known.keys())
    unchanged = sum(
        code in known and places.same(known[code], new) for code, new in offices.items()
    )
    counts = Counts(
        rows=len(table.rows),
        created=created,
        updated=len(offices) - created - unchanged,
        unchanged=unchanged,
        refused=len(table.rows) - len(offices),
    )
    return Examined(offices, table.report(counts, problems, seconds=perf_counter() - started))


def enter(session: Session, found: Examined, *, by: User | None, at: datetime) -> None:
    """Add the offices of a table and bring the others up to date; none is taken away."""
    known = {one.code: one for one in session.scalars(sa.select(Office))}
    for code, columns in found.offices.items():
        office = known.setdefault(code, Office(code=code))
        for column in columns.keys() - {"communes", "deputy"}:
            setattr(office, column, columns[column])
        session.add(office)
        if code == reference.COORDINATION and columns.get("email"):
            session.get_one(Organisation, 1).coordination_email = columns["email"]
    session.flush()  # deputies and communes need the numbers of the offices
    for code, columns in found.offices.items():
        if "communes" in columns:
            directory.offices.serve(session, known[code], columns["communes"])
        if "deputy" in columns:
            deputy = known.get(columns["deputy"])
            known[code].deputy_id = deputy.id if deputy is not None else None
    count = len(found.offices)
    journal.record(session, "settings_changed", about=Organisation, by=by, at=at, offices=count)


def _kept(count: int) -> str:
    if count == 1:
        return "Une valeur corrigée à la main reste comme elle est."
    return f"{count} valeurs corrigées à la main restent comme elles sont."


class _Places:
    """What an office is compared with: the communes there are, those each office serves."""

    def __init__(self, session: Session) -> None:
        self.communes = set(session.scalars(sa.select(Commune.insee)))
        self._codes = {
            row.id: row.code for row in session.execute(sa.select(Office.id, Office.code))
        }
        self._served: dict[int, list[str]] = {}
        served = sa.select(OfficeCommune.office_id, OfficeCommune.insee).order_by(
            OfficeCommune.insee
        )
        for office_id, insee in session.execute(served):
            self._served.setdefault(office_id, []).append(insee)

    def noted(self, office: Office, column: str) -> Any:  # Any: a column of any type
        """What is noted of an office, as a table writes it."""
        if column == "communes":
            return self._served.get(office.id, [])
        if column == "deputy":
            return self._codes.get(office.deputy_id or 0, "")
        return getattr(office, column)

    def same(self, office: Office, columns: dict[str, Any]) -> bool:
        """Whether a table changes nothing of an office."""
        return all(self.noted(office, column) == value for column, value in columns.items())


def _without_hands(columns: dict[str, Any], office: Office | None, places: _Places) -> int:
    """Leave out what somebody corrected by hand; give how many values the table had otherwise."""
    if office is None:
        return 0
    by_hand = set(office.by_hand.split())
    by_hand |= {"deputy"} if "deputy_id" in by_hand else set()
    kept = 0
    for column in by_hand & columns.keys():
        kept += places.noted(office, column) != columns.pop(column)
    return kept


def _office(row: dict[str, str], communes: set[str]) -> dict[str, Any]:
    for field in ("code", "kind", "name"):
        if not row[field]:
            raise Refusal("Case vide : ligne refusée.", field=field)
    for field, most in _LENGTHS.items():
        if len(row.get(field, "")) > most:
            raise Refusal(f"Plus de {most} caractères : ligne refusée.", field=field)
    if row["scope"] not in _SCOPES:
        raise Refusal(
            f"Périmètre inconnu. Périmètres : {', '.join(sorted(_SCOPES))}.", field="scope"
        )
    insee = row.get("insee", "") if row["scope"] == "commune" else ""
    if insee and insee not in communes:
        raise Refusal(f"« {insee} » n’est pas une commune d’ici : ligne refusée.", field="insee")
    office: dict[str, Any] = {
        "kind": row["kind"],
        "name": row["name"],
        "scope": row["scope"],
        "insee": insee or None,
    }
    if "email" in row:
        office["email"] = accounts.normal_email(row["email"]) if row["email"] else ""
    for field in ("phone", "on_call_phone", "hours", "note", "deputy"):
        if field in row:
            office[field] = row[field]
    return office | _served(row, communes)


def _served(row: dict[str, str], communes: set[str]) -> dict[str, Any]:
    """How an office wants to be told, about what, and for which communes."""
    found: dict[str, Any] = {}
    if row.get("channel"):
        if fold(row["channel"]) not in _CHANNELS:
            raise Refusal("Canal inconnu : courriel, téléphone ou papier.", field="channel")
        found["channel"] = _CHANNELS[fold(row["channel"])]
    if "topics" in row:
        found["topics"] = directory.writing.topics(directory.writing.codes_in(row["topics"]))
    if "communes" in row:
        found["communes"] = sorted(directory.writing.codes_in(row["communes"].upper()))
        if unknown := sorted(set(found["communes"]) - communes):
            say = f"« {unknown[0]} » n’est pas une commune d’ici : ligne refusée."
            raise Refusal(say, field="communes")
    return found
