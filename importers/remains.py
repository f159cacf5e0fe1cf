"""What stays of a list once it entered or was given up: figures and codes, nothing of anybody."""

from collections.abc import Mapping
from typing import Any  # a report and choices are JSON

_CHOICES = ("columns", "sheet", "encoding", "header_line", "ticked", "close_absent")
_FOR_NOW = frozenset({"preview", "doubts"})  # they name people
# What is said of a line without a word of what it holds.
_SAYS = {
    "no_phone": "Numéro à trouver : la personne est gardée.",
    "no_name": "Ligne refusée : aucun nom.",
    "forbidden": "Numéro interdit dans cette liste (sécurité sociale ou banque) : effacé.",
    "correction_kept": "La fiche a été corrigée à la main : la correction est gardée.",
    "objected": "Cette personne a demandé à ne plus être appelée : elle n’est pas reprise.",
    "number_of_objector": "Ce numéro est aussi celui d’une personne qui a demandé à ne plus être "
    "appelée.",
    "left_out": "Ligne laissée de côté, comme vous l’avez demandé.",
    "couple_split": "Ligne lue comme deux personnes.",
    "couple": "Deux personnes semblent écrites sur cette ligne.",
    "repeated": "Même personne qu’une autre ligne : les deux lignes sont réunies.",
    "to_confirm": "Peut-être une personne déjà connue : à confirmer.",
    "held": "Mise de côté, personne ne l’appelle avant votre avis.",
    "hold_released": "La liste redit de ne pas appeler ; quelqu’un l’a déjà vérifié ici.",
    "merged_cells": "Nom fusionné avec une ligne au-dessus : les deux sont une seule personne.",
    "dropped_row": "Ligne qui n’est pas une personne, laissée de côté.",
    "other_table": "Ligne refusée : elle est d’un deuxième tableau, à déposer à part.",
    "unknown_person": "Personne inconnue : une liste d’enrichissement n’ajoute personne.",
    "unknown_town": "Commune non reconnue : à choisir à la main.",
    "postal_code": "Code postal à vérifier.",
    "email_invalid": "Adresse électronique non reconnue : laissée vide.",
    "mayor_unclear": "Réponse non comprise : lue comme une opposition à la transmission au maire.",
    "half_day": "Moment non compris, laissé vide.",
    "cell_error": "Case en erreur : lue comme vide.",
    "phone_shared": "Numéro partagé par plusieurs personnes : à vérifier.",
    "phone_": "Numéro à vérifier.",
    "date_": "Date de naissance à vérifier.",
}


def choices(kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """How the file was read; what was typed or said of its people goes."""
    return {name: value for name, value in (kept or {}).items() if name in _CHOICES}


def report(said: Mapping[str, Any]) -> dict[str, Any]:
    """A report without the values of any line; what concerns the whole file is said as before."""
    left = {name: value for name, value in said.items() if name not in _FOR_NOW}
    if "problems" in left:
        left["problems"] = [
            {**each, "say": _say(each["code"])} if each["row"] else each
            for each in left["problems"]
        ]
    return left


def _say(code: str) -> str:
    found = _SAYS.get(code)
    if found is None:
        starts = (say for start, say in _SAYS.items() if code.startswith(start))
        found = next(starts, "Point à vérifier.")
    return found
