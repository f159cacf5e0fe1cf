"""The directory of offices and partners, brought up to date from a table."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any  # a JSON object

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, journal, reference
from campaigns.models import Commune, Office, Organisation, User
from campaigns.refusal import Refusal
from importers import agreed
from importers.report import Counts, Problem

_FIELDS = {
    "insee": r"perimetre code|code perimetre",
    "scope": r"^perimetre$",
    "fiction": r"fictif",
    "email": r"mail|courriel",
    "phone": r"tel",
    "kind": r"^type$",
    "name": r"^nom$",
    "note": r"remarque|note",
    "code": r"^code$",
}
_NEEDED = {"code": "code", "kind": "type", "name": "nom", "scope": "perimetre"}
_SCOPES = frozenset({"departement", "region", "commune", "epci", "national", "personne"})
_LENGTHS = {"code": 40, "kind": 40, "name": 200, "phone": 40, "note": 300}
_WRITTEN = ("kind", "name", "scope", "insee", "email", "phone", "note")


@dataclass(frozen=True, slots=True)
class Examined:
    """A directory read and compared: code → columns of each office, and its report as JSON."""

    offices: dict[str, dict[str, Any]]
    report: dict[str, Any]


def examine(session: Session, *, content: bytes, name: str) -> Examined:
    """Read a table of offices and say what it changes; writes nothing. Raises ``Unreadable``.

    Its columns are those of the shipped directory: code, type, nom, perimetre, perimetre_code,
    email, telephone_court, remarque.
    """
    started = perf_counter()
    table = agreed.read(content, name=name, fields=_FIELDS, needed=_NEEDED)
    known = {one.code: _noted(one) for one in session.scalars(sa.select(Office))}
    communes = set(session.scalars(sa.select(Commune.insee)))
    offices: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for line, row in table.rows:
        try:
            office = _office(row, communes)
            if row["code"] in offices:
                raise Refusal("Code déjà vu plus haut : ligne refusée.", field="code")
        except Refusal as refusal:
            problems.append(table.problem(line, refusal.field or "", "refused", refusal.say))
            continue
        offices[row["code"]] = office
    created = len(offices.keys() - known.keys())
    unchanged = sum(known.get(code) == office for code, office in offices.items())
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
        office = known.get(code) or Office(code=code)
        for column, value in columns.items():
            setattr(office, column, value)
        session.add(office)
        if code == reference.COORDINATION and columns["email"]:
            session.get_one(Organisation, 1).coordination_email = columns["email"]
    count = len(found.offices)
    journal.record(session, "settings_changed", about=Organisation, by=by, at=at, offices=count)


def _noted(office: Office) -> dict[str, Any]:
    return {name: getattr(office, name) for name in _WRITTEN}


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
    email = row.get("email", "")
    return {
        "kind": row["kind"],
        "name": row["name"],
        "scope": row["scope"],
        "insee": insee or None,
        "email": accounts.normal_email(email) if email else "",
        "phone": row.get("phone", ""),
        "note": row.get("note", ""),
    }
