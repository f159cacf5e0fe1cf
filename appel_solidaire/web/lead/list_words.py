"""What the report of a list says on screen: where it is, figures in words, columns to choose."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # a report is JSON

from campaigns.models import ImportBatch, ImportState
from importers import batches, vocabulary

# What a column may be read as; empty is « left out ».
FIELDS = {"": "Ne pas reprendre", **vocabulary.LABELS}
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WHOLE = re.compile(r"\d+\.0")
_STEPS = {
    "lecture": "Ouverture du fichier",
    "nettoyage": "Lecture des lignes",
    "rapprochement": "Comparaison avec les personnes déjà connues",
}
# Prefix of a problem’s code → one, several; in the order they are read.
_WORDS = {
    "no_phone": ("numéro à trouver : la personne est gardée",
                 "numéros à trouver : ces personnes sont gardées"),
    "phone_unknown_range": ("numéro gardé mais à vérifier", "numéros gardés mais à vérifier"),
    "phone_service": ("numéro d’un service, à vérifier", "numéros de services, à vérifier"),
    "phone_": ("numéro non repris", "numéros non repris"),
    "date_": ("date de naissance à vérifier", "dates de naissance à vérifier"),
    "unknown_town": ("commune non reconnue", "communes non reconnues"),
    "objected": ("ligne écartée : la personne a demandé à ne plus être appelée",
                 "lignes écartées : ces personnes ont demandé à ne plus être appelées"),
    "correction_kept": ("fiche corrigée à la main, laissée telle quelle",
                        "fiches corrigées à la main, laissées telles quelles"),
    "forbidden": ("numéro interdit, effacé", "numéros interdits, effacés"),
    "cell_error": ("case en erreur, lue comme vide", "cases en erreur, lues comme vides"),
    "dropped_row": ("ligne laissée de côté (total, titre)",
                    "lignes laissées de côté (totaux, titres)"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """A list at work: which step of how many, in words; None once it only waits for somebody."""

    number: int
    of: int
    say: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of the file as the page shows it, with what it was taken for."""

    name: str
    header: str
    field: str
    sample: str
    sure: str
    why: str
    is_refused: bool


def stage(batch: ImportBatch) -> Stage | None:
    """Where a worker is with this list, None when no worker has to do with it."""
    of = len(_STEPS) + 1
    if batch.state is ImportState.RECEIVED:
        step = batch.report.get("step")
        if step not in _STEPS:
            return Stage(0, of, "En attente de lecture")
        return Stage([*_STEPS].index(step) + 1, of, _STEPS[step])
    if batches.is_entering(batch):
        return Stage(of, of, "Les personnes entrent dans la campagne")
    return None


def figures(report: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Each figure of a report with its words; those that are zero are left out."""
    if "rows" not in report:
        return []
    counts = Counter(_kind(problem["code"]) for problem in report["problems"])
    said = [
        (report["created"], ("personne nouvelle", "personnes nouvelles")),
        (report["updated"], ("fiche mise à jour", "fiches mises à jour")),
        (report["unchanged"], ("ligne qui n’apporte rien de nouveau",
                               "lignes qui n’apportent rien de nouveau")),
        (report["to_confirm"], ("personne peut-être déjà connue : gardée, mais pas appelée avant "
                                "votre avis",
                                "personnes peut-être déjà connues : gardées, mais pas appelées "
                                "avant votre avis")),
        (report["refused"], ("ligne refusée", "lignes refusées")),
        *((counts[kind], words) for kind, words in _WORDS.items()),
    ]  # fmt: skip
    return [(count, words[count > 1]) for count, words in said if count]


def _kind(code: str) -> str:
    return next((kind for kind in _WORDS if code.startswith(kind)), code)


def first_things_first(problems: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What concerns the whole file, then lines refused, then people to look at; each by line."""
    order = ("no_name", "objected", "to_confirm", "couple")
    ranks = {code: rank for rank, code in enumerate(order, start=1)}
    return sorted(
        problems, key=lambda each: ranks.get(each["code"], len(ranks) + 1) if each["row"] else 0
    )


def columns(report: Mapping[str, Any]) -> list[ColumnChoice]:
    """The columns of a file in its order, with the first cell filled as a sample."""
    rows = preview(report)
    return [
        ColumnChoice(
            name=f"colonne-{at}",
            header=proposal["header"].replace("\n", " ").strip(),
            field=proposal["field"] if proposal["field"] in FIELDS else "",
            sample=next((row[at] for row in rows if at < len(row) and row[at]), ""),
            sure=_sure(proposal),
            why=proposal["why"],
            is_refused=proposal["field"] in vocabulary.REFUSED,
        )
        for at, proposal in enumerate(report.get("proposals", []))
    ]


def preview(report: Mapping[str, Any]) -> list[list[str]]:
    """The first rows of a file, numbers and days written as its reader sees them."""
    return [[_shown(cell) for cell in row] for row in report.get("preview", [])]


def _shown(cell: str) -> str:
    if day := _DAY.fullmatch(cell):
        return f"{day[3]}/{day[2]}/{day[1]}"
    return cell.removesuffix(".0") if _WHOLE.fullmatch(cell) else cell


def _sure(proposal: Mapping[str, Any]) -> str:
    if proposal["field"] not in vocabulary.LABELS:
        return ""
    if proposal["confidence"] >= 0.9:
        return "sûr"
    return "probable" if proposal["confidence"] >= 0.7 else "à vérifier"


def chosen_columns(
    proposals: Sequence[Mapping[str, Any]], posted: Mapping[str, str]
) -> dict[str, str]:
    """Header → field as somebody chose them; what the law forbids stays left out."""
    chosen = {}
    for at, proposal in enumerate(proposals):
        before = proposal["field"] or ""
        if before in vocabulary.REFUSED:
            chosen[proposal["header"]] = before
            continue
        field = posted.get(f"colonne-{at}", "")
        chosen[proposal["header"]] = field if field in FIELDS else ""
    return chosen
