"""A routing table from a workbook: read, said, then made the draft of the campaign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from time import perf_counter
from typing import Any  # a JSON object

import sqlalchemy as sa
import xlsxwriter
from sqlalchemy.orm import Session

from campaigns import directory, reference, routes, routing
from campaigns.models import Campaign, Commune, Office, Territory, User
from campaigns.reference import Mode, Route
from campaigns.refusal import Refusal
from campaigns.routing import Rule
from campaigns.values import fold
from importers import agreed
from importers.report import Counts, Problem

_FIELDS = {
    "category": r"^besoin$|^code besoin|^categorie",
    "rank": r"^rang|^ordre",
    "destination": r"^destination$|^code destinataire",
    "condition": r"^si$|condition",
    "mode": r"^mode|canal",
    "territory_code": r"territoire",
    "insee": r"insee|^code commune",
    "audience": r"public|audience",
}
_NEEDED = {"category": "besoin", "destination": "destination"}
_MODES = {
    "": Mode.MAIL, "mail": Mode.MAIL, "courriel": Mode.MAIL, "telephone": Mode.PHONE,
    "tel": Mode.PHONE,
}  # fmt: skip

_TITLES = (
    "besoin",
    "libellé du besoin",
    "rang",
    "destination",
    "nom du destinataire",
    "si",
    "mode",
    "territoire",
    "code_insee",
    "commune",
    "public",
)
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class Examined:
    """A table read: the rules the draft would have, and its report as JSON."""

    rules: tuple[Rule, ...]
    report: dict[str, Any]


def examine(session: Session, campaign: Campaign, *, content: bytes, name: str) -> Examined:
    """Read a routing table and say what it changes; writes nothing. Raises ``Unreadable``.

    Its columns: besoin, rang, destination, si, mode, and where there are such columns territoire,
    code_insee, public. A kind of need the table does not name keeps its rows in force.
    """
    started = perf_counter()
    table = agreed.read(content, name=name, fields=_FIELDS, needed=_NEEDED)
    told, words = routes.known(session), _words(session)
    read: dict[Rule, None] = {}
    problems: list[Problem] = []
    refused = 0
    for line, row in table.rows:
        try:
            rule = _rule(row, words)
            routes.check(rule, told)
            if rule in read:
                raise Refusal("Même ligne que plus haut : elle ne compte qu’une fois.")
        except Refusal as refusal:
            problems.append(table.problem(line, refusal.field or "", "refused", refusal.say))
            refused += 1
            continue
        read[rule] = None
    before = routes.in_force(session, campaign)
    named = {rule.route.category for rule in read}
    kept = tuple(rule for rule in before if rule.route.category not in named)
    problems += _orphans((*read, *kept))
    unchanged = len(read.keys() & set(before))
    counts = Counts(
        rows=len(table.rows),
        created=len(read) - unchanged,
        updated=0,
        unchanged=unchanged,
        refused=refused,
    )
    report = table.report(counts, problems, seconds=perf_counter() - started)
    return Examined((*read, *kept), report)


def enter(
    session: Session, campaign: Campaign, found: Examined, *, by: User | None, at: datetime
) -> None:
    """Make the rules read the draft of the campaign; nothing is in force before it is published."""
    routes.drafting.replace(session, campaign, found.rules, by=by, at=at)


def _rule(row: Mapping[str, str], words: Mapping[str, Mapping[str, str]]) -> Rule:
    """One line, codes or words alike; Refusal when a cell cannot be read."""
    rank = row.get("rank", "") or "1"
    if not rank.isdecimal():
        raise Refusal(f"Rang illisible : « {rank} ».", field="rank")
    mode = _MODES.get(fold(row.get("mode", "")))
    if mode is None:
        raise Refusal("Mode inconnu : courriel ou téléphone.", field="mode")

    def code(field: str) -> str:
        text = row.get(field, "").strip()
        text = text.zfill(5) if field == "insee" and text else text  # 1004 is 01004
        return words[field].get(fold(text), text)

    route = Route(
        category=code("category"),
        rank=int(rank[:4]),
        destination=code("destination"),
        condition=code("condition") or routing.ALWAYS,
        mode=mode,
    )
    return Rule(route, code("territory_code"), code("insee"), code("audience"))


def _words(session: Session) -> dict[str, dict[str, str]]:
    """What people may write for each code, folded: the code itself, or its words."""
    kinds = {one.code: one.label for one in reference.categories().values()}
    offices = {row.code: row.name for row in session.execute(sa.select(Office.code, Office.name))}
    territories = {
        row.code: row.name for row in session.execute(sa.select(Territory.code, Territory.name))
    }
    communes = session.scalars(sa.select(Commune.insee))
    return {
        "category": _both(kinds),
        "destination": _both(offices)
        | _both({f"TERRITOIRE_{code}": name for code, name in territories.items()})
        | _both(routing.GENERIC),
        "condition": _both(routing.CONDITION_WORDS),
        "territory_code": _both(territories),
        "insee": {fold(code): code for code in communes},
        "audience": {fold(code): code for code in routing.AUDIENCES},
    }


def _both(words: Mapping[str, str]) -> dict[str, str]:
    return {fold(said): code for code, said in words.items()} | {fold(code): code for code in words}


def _orphans(rules: tuple[Rule, ...]) -> list[Problem]:
    """Needs left without a row for everybody: the draft could not be published."""
    labels = reference.categories()
    return [
        Problem(0, "", "orphan", f"{labels[code].label} : aucune ligne pour tout le monde.")
        for code in routes.orphans(rules)
    ]


def workbook(session: Session, rules: Sequence[Rule]) -> bytes:
    """A routing table as an xlsx that ``examine`` reads back; every cell is text."""
    places = {place.insee: place.name for place in directory.places(session)}
    names = routes.destinations.words(session)
    content = BytesIO()
    book = xlsxwriter.Workbook(content, _PLAIN)
    sheet = book.add_worksheet("Orientation")
    text = book.add_format({"num_format": "@", "quote_prefix": True})
    sheet.write_row(0, 0, _TITLES, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for line, rule in enumerate(rules, 1):
        route = rule.route
        cells = (
            route.category,
            reference.categories()[route.category].label,
            str(route.rank),
            route.destination,
            names.get(route.destination, ""),
            route.condition,
            route.mode.label,
            rule.territory_code,
            rule.insee,
            places.get(rule.insee, ""),
            rule.audience,
        )
        for column, value in enumerate(cells):
            sheet.write_string(line, column, value, text)
    book.close()
    return content.getvalue()
