"""What is wrong with a guide being written, said to whoever writes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from campaigns import guide_text
from campaigns.guide_text.conditions import Condition
from campaigns.guide_text.moments import KINDS, Kind

LONGEST = 60_000  # characters: four times the guide that ships
# A call page has a place for each of these.
NEEDED = (Kind.BEFORE, Kind.OPENING, Kind.NEWS, Kind.THEME, Kind.ALERT, Kind.CLOSING)


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about the text, and the first line concerned (from 1; 0 for the whole)."""

    say: str
    line: int = 0


def problems(markdown: str) -> tuple[Problem, ...]:
    """All that keeps a guide from being published, in the order of its lines."""
    if len(markdown) > LONGEST:
        return (Problem(f"Le guide est trop long : {LONGEST} caractères au plus."),)
    if not markdown.strip():
        return (Problem("Le guide est vide."),)
    found = [*_missing(markdown), *_unknown(markdown)]
    return tuple(sorted(found, key=lambda one: one.line))


def _missing(markdown: str) -> Iterator[Problem]:
    present = {section.kind for section in guide_text.sections(markdown)}
    titles = {kind: title for title, kind in KINDS.items()}
    for kind in NEEDED:
        if kind not in present:
            yield Problem(
                f"Il manque la partie « {titles[kind]} » : ajoutez un titre "
                f"« ## {titles[kind]} » et son texte."
            )


def _unknown(markdown: str) -> Iterator[Problem]:
    for words in guide_text.unknown_placeholders(markdown):
        yield Problem(
            f"« {{{words}}} » n’est rempli par rien : corrigez ce mot ou retirez les accolades.",
            _line_of(markdown, "{" + words),
        )
    for code in guide_text.unknown_need_codes(markdown):
        yield Problem(
            f"« {code} » n’est le code d’aucun besoin : vérifiez la liste des codes.",
            _line_of(markdown, f"`{code}`"),
        )
    for section in guide_text.sections(markdown):
        for words in section.unknown_conditions:
            yield Problem(
                f"« Pour : {words} », dans « {section.title} », ne veut rien dire ici. Écrivez "
                f"par exemple « Pour : {Condition.FIRST_CALL.label} ».",
                _line_of(markdown, words),
            )


def _line_of(markdown: str, words: str) -> int:
    for number, line in enumerate(markdown.splitlines(), 1):
        if words in line.replace("'", "’") or words in line:
            return number
    return 0
