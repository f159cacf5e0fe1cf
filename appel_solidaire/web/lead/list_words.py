"""What a list's pages show: where it is, its columns and first rows, what there is to decide."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # a report is JSON

from campaigns.models import ImportBatch, ImportState
from importers import batches, choosing, corrections, vocabulary

# What a column may be read as; empty is « left out ».
FIELDS = {"": "Ne pas reprendre", **vocabulary.LABELS}
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows (Europe de l’Ouest)",
    "mac_roman": "Macintosh",
    "cp850": "MS-DOS",
}
_MARKED = "-sig"  # UTF-8 that says so in its first bytes
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WHOLE = re.compile(r"\d+\.0")
_SAMPLES = 3
_STEPS = {
    "lecture": "Ouverture du fichier",
    "nettoyage": "Lecture des lignes",
    "rapprochement": "Comparaison avec les personnes déjà connues",
}
KINDS = {
    "refused": "Lignes refusées",
    "phones": "Numéros",
    "dates": "Dates",
    "places": "Communes",
    "missing": "Numéros à trouver",
    "other": "Autres",
    corrections.CORRECTED: "Déjà corrigées",
}


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
    samples: list[str]
    sure: str
    why: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Left:
    """How much of a list waits for somebody: shown beside the link to each of its pages."""

    doubts: int
    couples: int
    lines: int


def encoding(name: str) -> str:
    """How an encoding is called on the page where it is chosen; its own name when it is another."""
    return ENCODINGS.get(name.removesuffix(_MARKED), name)


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


def left(batch: ImportBatch) -> Left:
    """What waits for a decision, counted."""
    report, choices = choosing.report(batch), choosing.made(batch)
    return Left(
        doubts=len(report.get("doubts", ())),
        couples=len(couples(report).keys() - choices.split),
        lines=len(corrections.reasons(report)),
    )


def couples(report: Mapping[str, Any]) -> dict[int, str]:
    """Lines that may be two people, each with who they would be."""
    return {p["row"]: p["say"] for p in report.get("problems", ()) if p["code"] == "couple"}


def remarks(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Everything noted line by line: lines refused first, then people to look at, then the rest."""
    order = ("no_name", "objected", "to_confirm", "couple")
    ranks = {code: rank for rank, code in enumerate(order)}
    found = [problem for problem in report.get("problems", ()) if problem["row"]]
    return sorted(found, key=lambda each: ranks.get(each["code"], len(ranks)))


def columns(report: Mapping[str, Any]) -> list[ColumnChoice]:
    """The columns of a file in its order, with the first cells filled as a sample."""
    rows = preview(report)
    return [
        ColumnChoice(
            name=f"colonne-{at}",
            header=proposal["header"].replace("\n", " ").strip(),
            field=proposal["field"] if proposal["field"] in FIELDS else "",
            samples=_samples(row[at] for row in rows if at < len(row)),
            sure=_sure(proposal),
            why=proposal["why"],
            is_refused=proposal["field"] in vocabulary.REFUSED,
        )
        for at, proposal in enumerate(report.get("proposals", []))
    ]


def _samples(cells: Iterable[str]) -> list[str]:
    """The first different things a column says, enough to know it by."""
    return list(dict.fromkeys(cell for cell in cells if cell))[:_SAMPLES]


def changes(report: Mapping[str, Any]) -> list[str]:
    """What is not as in the last list of the source, one sentence a column."""
    return [
        _change(each)
        for each in report.get("columns_changed", ())
        if vocabulary.LABELS.keys() & {each["was"], each["now"]}
    ]


def preview(report: Mapping[str, Any]) -> list[list[str]]:
    """The first rows of a file, numbers and days written as its reader sees them."""
    return [[_shown(cell) for cell in row] for row in report.get("preview", [])]


def doubled(fields: Sequence[str]) -> str:
    """The label of a field given to two columns where one is enough, else nothing."""
    counts = Counter(field for field in fields if field and field not in vocabulary.MANY)
    return next((FIELDS[field] for field, count in counts.items() if count > 1), "")


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


def _change(column: Mapping[str, str]) -> str:
    header, was, now = (
        column["header"].replace("\n", " ").strip() or "sans titre",
        vocabulary.LABELS.get(column["was"], ""),
        vocabulary.LABELS.get(column["now"], ""),
    )
    if was and not now:
        return f"« {header} », qui portait « {was} », n’est plus là ou n’est plus reprise."
    if now and not was:
        return f"« {header} » est nouvelle : lue comme « {now} »."
    return f"« {header} » : avant « {was} », maintenant « {now} »."


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
