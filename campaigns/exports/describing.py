"""What a file says of itself: who asked, when, why, what each column means, when to erase it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns import weeks
from campaigns.exports import (
    counting,
    mairies,
    named_calls,
    named_journal,
    named_needs,
    named_people,
)
from campaigns.exports.asking import LIVES, Kind, reference_of
from campaigns.exports.tables import Column
from campaigns.models import Campaign, Export, User

# The last column of every row: a line copied elsewhere still tells where it comes from.
MARK = Column("export", "d’où vient la ligne : numéro de l’export, qui l’a demandé, quand")
NAMED: Mapping[Kind, tuple[Column, ...]] = {
    Kind.PEOPLE: named_people.COLUMNS,
    Kind.CALLS: named_calls.COLUMNS,
    Kind.NEEDS: named_needs.COLUMNS,
    Kind.JOURNAL: named_journal.COLUMNS,
    Kind.COMMUNES: mairies.COLUMNS,
}
# What is left out, by kind of named list.
LEFT_OUT: Mapping[Kind, str] = {
    Kind.PEOPLE: "Les adresses et ce que les proches ont dit n’y sont pas.",
    Kind.CALLS: "Les notes des appels n’y sont pas : elles restent sur la fiche.",
    Kind.NEEDS: (
        "Ce que la personne a dit n’y est pas, ni les besoins sensibles que vous ne pouvez pas "
        "lire à l’écran."
    ),
    Kind.JOURNAL: "Le journal ne nomme aucune personne appelée : il n’a que des numéros.",
    Kind.COMMUNES: (
        "Les personnes qui s’opposent à la transmission n’y sont pas, ni celles qu’un registre "
        "communal est seul à connaître, ni celles dont la fiche est à vérifier."
    ),
}
_COUNTS = "Des comptes seulement : aucun nom, et rien sous 5 personnes par commune."


@dataclass(frozen=True, slots=True)
class About:
    """The first sheet of a workbook, and the mark each row and page carries."""

    reference: str
    title: str
    mark: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]


def about(export: Export, campaign: Campaign, by: User, *, count: int, at: datetime) -> About:
    """Describe a file that is being written."""
    reference = reference_of(export)
    asked = f"{by.full_name}, le {written_moment(export.asked_at)}"
    kind = Kind(export.kind)
    facts = (
        ("Export", reference),
        ("Campagne", campaign.name),
        ("Contenu", f"{kind.label}, {'lignes nominatives' if export.is_named else 'comptes'}"),
        ("Demandé par", asked),
        ("Pourquoi", export.reason or "non précisé"),
        *((("Depuis le", _day(since)),) if (since := export.chosen.get("since")) else ()),
        ("Lignes", str(count)),
        ("À effacer avant le", written_moment(at + LIVES)),
        ("Ce qui n’y est pas", LEFT_OUT[kind] if export.is_named else _COUNTS),
        *((("La loi", mairies.LAW),) if kind is Kind.COMMUNES else ()),
    )
    mark = f"{reference} · {by.full_name} · {written_moment(export.asked_at)}"
    return About(reference, kind.label.capitalize(), mark, facts, columns_of(export))


def columns_of(export: Export) -> tuple[Column, ...]:
    """The columns of an export’s file, its mark last."""
    named = NAMED[Kind(export.kind)] if export.is_named else counting.COLUMNS
    return (*named, MARK)


def written_moment(at: datetime) -> str:
    """« 24/11/2026 à 10:00 », in Paris."""
    return f"{at.astimezone(weeks.PARIS):%d/%m/%Y à %H:%M}"


def _day(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))
