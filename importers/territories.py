"""The table of communes and their territories, replaced by the one of the place."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any  # a JSON object

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import Commune, Organisation, Territory, User
from importers import agreed
from importers.report import Counts, Problem

_FIELDS = {
    "insee": r"insee",
    "territory_name": r"territoire.*nom|nom.*territoire|libelle territoire",
    "territory_email": r"mail|courriel",
    "territory": r"territoire",
}
_NEEDED = {"insee": "code_insee", "territory": "territoire_code"}


@dataclass(frozen=True, slots=True)
class Examined:
    """A table read and compared: commune → territory’s code, territories by code, its report."""

    communes: dict[str, str]
    territories: dict[str, dict[str, str]]
    report: dict[str, Any]


def examine(session: Session, *, content: bytes, name: str) -> Examined:
    """Read a table « code_insee, territoire_code » and say what it changes; writes nothing.

    « territoire_nom » and « courriel » are read where there are such columns: a territory not
    known yet is then made with them. Raises ``Unreadable``.
    """
    started = perf_counter()
    table = agreed.read(content, name=name, fields=_FIELDS, needed=_NEEDED)
    now_in = _territory_codes(session)
    communes: dict[str, str] = {}
    territories: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    refused = 0
    for line, row in table.rows:
        insee, code = row["insee"].upper().zfill(5), row["territory"]
        if why := _why_not(insee, code, now_in, communes):
            problems.append(table.problem(line, *why))
            refused += 1
            continue
        communes[insee] = code
        about = territories.setdefault(code, {"name": "", "email": ""})
        for field in about:
            about[field] = about[field] or row.get(f"territory_{field}", "")
    if absent := len(now_in.keys() - communes.keys()):
        say = f"{absent} communes ne sont pas dans le fichier : leur territoire ne change pas."
        problems.append(Problem(0, "", "absent", say))
    created = sum(now_in[insee] is None for insee in communes)
    updated = sum(now_in[insee] not in (None, code) for insee, code in communes.items())
    counts = Counts(
        rows=len(table.rows),
        created=created,
        updated=updated,
        unchanged=len(communes) - created - updated,
        refused=refused,
    )
    seconds = perf_counter() - started
    return Examined(communes, territories, table.report(counts, problems, seconds=seconds))


def enter(session: Session, found: Examined, *, by: User | None, at: datetime) -> None:
    """Put the communes of a table in their territories; those it does not name stay."""
    known = {one.code: one for one in session.scalars(sa.select(Territory))}
    for code, about in found.territories.items():
        territory = known.setdefault(code, Territory(code=code, name=about["name"] or code))
        territory.name = about["name"] or territory.name
        territory.email = about["email"] or territory.email or ""
        session.add(territory)
    session.flush()  # communes point at territories
    for insee, code in found.communes.items():
        session.get_one(Commune, insee).territory_id = known[code].id
    count = len(found.communes)
    journal.record(session, "settings_changed", about=Organisation, by=by, at=at, communes=count)


def _territory_codes(session: Session) -> dict[str, str | None]:
    rows = session.execute(
        sa.select(Commune.insee, Territory.code).outerjoin(
            Territory, Territory.id == Commune.territory_id
        )
    )
    return {row.insee: row.code for row in rows}


def _why_not(
    insee: str, code: str, known: dict[str, str | None], seen: dict[str, str]
) -> tuple[str, str, str] | None:
    """Field, code and sentence of what is wrong with a line."""
    if insee not in known:
        return (
            "insee",
            "unknown_commune",
            f"« {insee} » n’est pas une commune d’ici : ligne refusée.",
        )
    if not code or len(code) > 20:
        return (
            "territory",
            "no_territory",
            "Code de territoire absent ou trop long : ligne refusée.",
        )
    if seen.get(insee, code) != code:
        return "insee", "two_territories", "Commune déjà dans un autre territoire : ligne refusée."
    return None
