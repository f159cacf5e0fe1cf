"""The conditions of a routing table: which are true, which are still to be asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from campaigns.reference import Route
from campaigns.routing.reasons import DANGER, FARM_SCHEME, GENERAL_SCHEME

ALWAYS = "toujours"
# The question to put for each condition. The general scheme is the farm scheme's "no".
CONDITION_QUESTIONS: Mapping[str, str] = {
    FARM_SCHEME: "Est-elle au régime agricole (MSA)\u00a0?",
    "plan_apa_pch": "A-t-elle un plan d’aide APA ou PCH\u00a0?",
    "allocataire_rsa": "Touche-t-elle le RSA\u00a0?",
    "moins_de_26_ans": "A-t-elle moins de 26 ans\u00a0?",
    "prescription_medicale": "Un médecin a-t-il prescrit ce transport\u00a0?",
    "en_etablissement": "Vit-elle en établissement\u00a0?",
    DANGER: "Le danger est-il immédiat\u00a0?",
}
# How a row of the table says its condition, after « si la personne… ».
CONDITION_WORDS: Mapping[str, str] = {
    ALWAYS: "toujours",
    GENERAL_SCHEME: "si elle est au régime général",
    FARM_SCHEME: "si elle est au régime agricole (MSA)",
    "plan_apa_pch": "si elle a un plan d’aide APA ou PCH",
    "allocataire_rsa": "si elle touche le RSA",
    "moins_de_26_ans": "si elle a moins de 26 ans",
    "prescription_medicale": "si un médecin l’a prescrit",
    "en_etablissement": "si elle vit en établissement",
    DANGER: "si le danger est immédiat",
}


def unknown(rows: Iterable[Route], facts: Mapping[str, bool | None]) -> list[str]:
    """The conditions of these rows to be asked, the two schemes being one question."""
    asked = {
        FARM_SCHEME if row.condition == GENERAL_SCHEME else row.condition: None for row in rows
    }
    known = {condition for condition, answer in facts.items() if answer is not None}
    if GENERAL_SCHEME in known:
        known.add(FARM_SCHEME)
    return [condition for condition in asked if condition != ALWAYS and condition not in known]


def assignments(conditions: Sequence[str]) -> Iterator[dict[str, bool]]:
    """Every way to answer these conditions, « no » to all of them first."""
    for answers in product((False, True), repeat=len(conditions)):
        yield dict(zip(conditions, answers, strict=True))


def is_true(condition: str, facts: Mapping[str, bool | None]) -> bool:
    """Whether a row's condition holds, from what is known."""
    if condition == ALWAYS:
        return True
    told = facts.get(condition)
    # General until known otherwise (domain README); either answer settles the other scheme.
    if told is None and condition == GENERAL_SCHEME:
        return not facts.get(FARM_SCHEME)
    if told is None and condition == FARM_SCHEME:
        return facts.get(GENERAL_SCHEME) is False
    return bool(told)
