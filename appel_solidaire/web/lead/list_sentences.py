"""What was found in a list, said in sentences first, then in figures."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any  # a report is JSON

from appel_solidaire.formats import count
from campaigns.models import ImportBatch
from importers import choosing, corrections

# Start of a problem’s code → one, several; in the order they are read.
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
    "number_of_objector": (
        "numéro qui est aussi celui d’une personne qui ne veut plus être appelée",
        "numéros qui sont aussi ceux de personnes qui ne veulent plus être appelées"),
    "correction_kept": ("fiche corrigée à la main, laissée telle quelle",
                        "fiches corrigées à la main, laissées telles quelles"),
    "forbidden": ("numéro interdit, effacé", "numéros interdits, effacés"),
    "cell_error": ("case en erreur, lue comme vide", "cases en erreur, lues comme vides"),
    "merged_cells": ("ligne réunie à celle du dessus (nom fusionné)",
                     "lignes réunies à celle du dessus (nom fusionné)"),
    "dropped_row": ("ligne laissée de côté (total, titre)",
                    "lignes laissées de côté (totaux, titres)"),
}  # fmt: skip
_KNOWN = {
    "updated": ("fiche mise à jour", "fiches mises à jour"),
    "unchanged": ("ligne qui n’apporte rien de nouveau", "lignes qui n’apportent rien de nouveau"),
}


def figures(report: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Each figure of a report with its words; those that are zero are left out."""
    if "rows" not in report:
        return []
    counts = Counter(_kind(problem["code"]) for problem in report["problems"])
    said = [
        (report["created"], ("personne nouvelle", "personnes nouvelles")),
        *((report[name], words) for name, words in _KNOWN.items()),
        (report["to_confirm"], ("personne peut-être déjà connue : gardée, mais pas appelée avant "
                                "votre avis",
                                "personnes peut-être déjà connues : gardées, mais pas appelées "
                                "avant votre avis")),
        (report["refused"], ("ligne refusée", "lignes refusées")),
        (report["households"], ("foyer", "foyers")),
        *((counts[kind], words) for kind, words in _WORDS.items()),
    ]  # fmt: skip
    return [(value, words[value > 1]) for value, words in said if value]


def confirming(batch: ImportBatch) -> str:
    """What confirming a list does, all of it in one sentence."""
    report = choosing.report(batch)
    entering, updated = report.get("entering", 0), report.get("updated", 0)
    if batch.is_enrichment:
        done = count(
            updated, "fiche reçoit ce qui lui manque", "fiches reçoivent ce qui leur manque"
        )
        return f"{done}, personne n’entre dans la campagne, et le fichier est effacé."
    said = []
    if entering:
        said.append(count(entering, "personne entre", "personnes entrent") + " dans la campagne")
    if doubts := len(report.get("doubts", ())):
        said.append(
            f"dont {count(doubts, 'attend', 'attendent')} votre avis avant d’être "
            + ("appelée" if doubts == 1 else "appelées")
        )
    if updated:
        said.append(count(updated, "fiche est mise à jour", "fiches sont mises à jour"))
    return f"{', '.join(said) or 'rien ne change'}, et le fichier est effacé."


def sentences(report: Mapping[str, Any]) -> list[str]:
    """What was read and what becomes of it, in the order somebody asks."""
    if "rows" not in report:
        return []
    counts = Counter(problem["code"] for problem in report["problems"])
    return [
        *_lines(report, counts),
        *_left_out(report, counts),
        *_people(report, counts),
        *_phones(report.get("phones", {}), counts),
        *_places(report.get("places", {}), counts),
        *_whole_file(report),
    ]


def _lines(report: Mapping[str, Any], counts: Counter[str]) -> Iterator[str]:
    where = f" dans la feuille « {report['sheet']} »" if report.get("sheet") else ""
    yield f"{count(report['rows'], 'ligne lue', 'lignes lues')}{where}."
    if refused := counts["no_name"]:
        yield count(refused, "ligne est refusée", "lignes sont refusées") + " : aucun nom n’y est."
    if together := counts["repeated"]:
        yield count(
            together,
            "ligne parle d’une personne déjà citée plus haut : les deux sont réunies.",
            "lignes parlent de personnes déjà citées plus haut : elles sont réunies.",
        )
    if merged := counts["merged_cells"]:
        yield count(
            merged,
            "ligne est sous un nom fusionné avec celle du dessus : elles sont réunies.",
            "lignes sont sous un nom fusionné avec celle du dessus : elles sont réunies.",
        )
    if dropped := counts["dropped_row"]:
        yield count(
            dropped,
            "ligne n’est pas une personne (total, titre, signature) : laissée de côté.",
            "lignes ne sont pas des personnes (totaux, titres, signatures) : laissées de côté.",
        )


def _left_out(report: Mapping[str, Any], counts: Counter[str]) -> Iterator[str]:
    if left := counts["left_out"]:
        yield count(
            left,
            "ligne est laissée de côté, comme vous l’avez demandé.",
            "lignes sont laissées de côté, comme vous l’avez demandé.",
        )
    if again := corrections.left_again(report):
        yield count(
            len(again),
            "ligne avait été laissée de côté dans une liste précédente : elle le reste, sauf si "
            "vous la reprenez parmi les lignes à corriger.",
            "lignes avaient été laissées de côté dans une liste précédente : elles le restent, "
            "sauf celles que vous reprenez parmi les lignes à corriger.",
        )


def _people(report: Mapping[str, Any], counts: Counter[str]) -> Iterator[str]:
    if report["created"]:
        yield count(
            report["created"],
            "personne n’était pas encore connue.",
            "personnes n’étaient pas encore connues.",
        )
    for name, words in _KNOWN.items():
        if report[name]:
            yield count(report[name], *words) + "."
    if report["households"]:
        yield (
            count(report["households"], "foyer")
            + " : un seul appel pour qui partage un numéro, sans confondre personne."
        )
    if objected := counts["objected"]:
        yield count(
            objected,
            "personne a demandé à ne plus être appelée : elle n’est pas reprise.",
            "personnes ont demandé à ne plus être appelées : elles ne sont pas reprises.",
        )
    if unknown := report.get("enrichment", {}).get("unknown"):
        yield count(
            unknown,
            "ligne parle d’une personne inconnue : une liste d’enrichissement n’ajoute personne.",
            "lignes parlent de personnes inconnues : une liste d’enrichissement n’ajoute personne.",
        )
    if absent := report.get("absent", {}).get("count"):
        yield count(
            absent,
            "personne que cette source donnait n’est plus dans la liste : elle reste, "
            "sauf avis contraire.",
            "personnes que cette source donnait ne sont plus dans la liste : elles restent, "
            "sauf avis contraire.",
        )


def _phones(phones: Mapping[str, int], counts: Counter[str]) -> Iterator[str]:
    if repaired := phones.get("repaired"):
        yield count(
            repaired,
            "numéro de téléphone réparé (zéro perdu, espaces, points).",
            "numéros de téléphone réparés (zéros perdus, espaces, points).",
        )
    if missing := phones.get("missing", counts["no_phone"]):
        yield count(
            missing,
            "personne sans numéro : elle est gardée, le numéro est à trouver.",
            "personnes sans numéro : elles sont gardées, leurs numéros sont à trouver.",
        )
    if invalid := phones.get("invalid"):
        yield count(
            invalid,
            "numéro n’en est pas un : il n’est pas repris.",
            "numéros n’en sont pas : ils ne sont pas repris.",
        )
    if doubtful := phones.get("doubtful"):
        yield count(doubtful, "numéro gardé, mais à vérifier.", "numéros gardés, mais à vérifier.")


def _places(places: Mapping[str, int], counts: Counter[str]) -> Iterator[str]:
    if unknown := places.get("unknown", counts["unknown_town"]):
        yield count(
            unknown,
            "commune n’a pas été reconnue : à choisir à la main.",
            "communes n’ont pas été reconnues : à choisir à la main.",
        )
    if former := places.get("former"):
        yield count(
            former,
            "ancienne commune retrouvée dans la nouvelle.",
            "anciennes communes retrouvées dans les nouvelles.",
        )


def _whole_file(report: Mapping[str, Any]) -> Iterator[str]:
    for problem in report["problems"]:
        if problem["row"] == 0 and problem["code"] != "same_file":  # a notice says it already
            column = problem["column"].replace("\n", " ").strip()
            yield f"Colonne « {column} » : {problem['say']}" if column else problem["say"]
    if report["dropped_columns"]:
        names = ", ".join(header.replace("\n", " ").strip() for header in report["dropped_columns"])
        yield f"Colonnes non reprises, dont rien n’est gardé : {names}."


def _kind(code: str) -> str:
    return next((kind for kind in _WORDS if code.startswith(kind)), code)
