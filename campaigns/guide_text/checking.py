"""What is wrong with a guide being written, said to whoever writes it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns import guide_text
from campaigns.guide_text import conditions, cutting, slips
from campaigns.guide_text.conditions import Condition
from campaigns.guide_text.cutting import Section
from campaigns.guide_text.moments import KINDS, Kind

LONGEST = 60_000  # characters: four times the guide that ships
# A call page has a place for each of these.
NEEDED = (Kind.BEFORE, Kind.OPENING, Kind.NEWS, Kind.THEME, Kind.ALERT, Kind.CLOSING)
# Of these it shows one.
_ALONE = frozenset({*NEEDED, Kind.RIGHTS}) - {Kind.THEME}
_TITLES = {kind: title for title, kind in KINDS.items()}


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
    found = [
        *_missing(markdown),
        *_unknown(markdown),
        *_conditions(markdown),
        *_titles(markdown),
        *(Problem(say, line) for line, say in slips.of(markdown)),
    ]
    return tuple(sorted(found, key=lambda one: one.line))


def _missing(markdown: str) -> Iterator[Problem]:
    sections = guide_text.sections(markdown)
    for kind in NEEDED:
        level = 3 if kind is Kind.THEME else 2
        found = [one for one in sections if one.kind is kind and one.level == level]
        if not found and kind is Kind.THEME:
            yield Problem(
                f"Il manque la partie « {_TITLES[kind]} » : ajoutez un titre "
                f"« ## {_TITLES[kind]} », puis un titre « ### » par thème, avec son texte."
            )
        elif not found:
            yield Problem(
                f"Il manque la partie « {_TITLES[kind]} » : ajoutez un titre "
                f"« ## {_TITLES[kind]} » et son texte."
            )
        elif all(one.conditions for one in found) and kind is not Kind.THEME:
            yield Problem(
                f"« {_TITLES[kind]} » n’est lu que par certains : il en faut une pour tous, sans "
                "« Pour : ».",
                found[0].line,
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


def _conditions(markdown: str) -> Iterator[Problem]:
    for section in guide_text.sections(markdown):
        for words in section.unknown_conditions:
            line = _line_of(markdown, words or ":", since=section.line + 1)
            yield Problem(
                f"« Pour : {words} », dans « {section.title} », ne veut rien dire ici. Écrivez "
                f"par exemple « Pour : {Condition.FIRST_CALL.label} »."
                if words
                else f"« Pour : », dans « {section.title} », ne dit pas pour qui. Écrivez par "
                f"exemple « Pour : {Condition.FIRST_CALL.label} », ou retirez cette ligne.",
                line,
            )
        for text in section.markdown.splitlines():
            if (conditions.written(text) or ((), ()))[0]:
                yield Problem(
                    f"« {text.strip()} » n’est pas à sa place : écrivez-le juste sous un titre.",
                    _line_of(markdown, text, since=section.line + 1),
                )


def _titles(markdown: str) -> Iterator[Problem]:
    for line, title in cutting.titles(markdown):
        if not title:
            yield Problem("Ce titre est vide : écrivez-le, ou retirez ses « # ».", line)
    sections = guide_text.sections(markdown)
    for_all = [one for one in sections if one.kind in _ALONE and not one.conditions]
    yield from _twice(for_all, [_TITLES[one.kind] for one in for_all])
    named = [one for one in sections if one.is_switchable]
    yield from _twice(named, [one.title for one in named])


def _twice(sections: list[Section], names: list[str]) -> Iterator[Problem]:
    """A sentence for each name that comes back, at its second place."""
    seen: Counter[str] = Counter()
    for section, name in zip(sections, names, strict=True):
        seen[name] += 1
        if seen[name] == 2:
            yield Problem(
                f"Deux parties sont « {name} » : la page d’appel n’a de place que pour une, et un "
                "réglage n’en désigne qu’une. Réunissez-les, ou changez un titre.",
                section.line,
            )


def _line_of(markdown: str, words: str, *, since: int = 1) -> int:
    for number, line in enumerate(markdown.splitlines(), 1):
        if number >= since and (words in line.replace("'", "’") or words in line):
            return number
    return 0
