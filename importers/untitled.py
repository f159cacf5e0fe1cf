"""A list without a line of titles: its first line is somebody, and its cells alone tell what each
column holds. Proposed, never decided by the machine: a list read so waits for somebody to look."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any  # cells of any type, before cleaning

from campaigns import values
from importers import cells, contents

# Given names of people who are sixty to a hundred now, enough to tell a column of them.
_GIVEN_WORDS = (
    "marie jean pierre michel jacques rene andre louis paul robert roger bernard claude henri "
    "georges marcel lucien raymond maurice daniel gerard alain philippe francois christian "
    "joseph albert charles emile eugene fernand gaston gilbert guy leon lucette yves serge "
    "denis didier patrick dominique thierry laurent olivier nicolas antoine victor edouard "
    "alfred arthur francoise jeanne monique jacqueline denise renee simone yvonne madeleine "
    "suzanne marguerite paulette odette colette therese raymonde germaine ginette josette "
    "huguette giselle gisele lucienne andree georgette marcelle henriette pierrette arlette "
    "yvette nicole christiane josiane danielle michele annie anne catherine martine sylvie "
    "brigitte chantal evelyne bernadette solange genevieve micheline liliane eliane claudine "
    "mireille marthe louise louisette emilienne fernande rolande odile zoe nathalie isabelle "
    "veronique patricia corinne valerie sandrine mohamed ahmed ali fatima khadija aicha fatma "
    "rachid said maria antonio manuel jose carmen helene elisabeth agnes beatrice cecile "
    "claire edith edmond elise ernest etienne felix gabriel hubert jules julien lea leontine "
    "marc martin mathilde noel pascal raoul rosa rose sophie stephane thomas vincent alice "
    "alphonse auguste augustine berthe blanche camille"
)
_GIVEN = frozenset(_GIVEN_WORDS.split())
_STREET = re.compile(
    r"\b(?:rue|avenue|av|bd|bld|boulevard|place|pl|chemin|impasse|route|rte|allee|quai|cours|square|"
    r"residence|lotissement|hameau|cite|lieu-dit|sentier|ruelle|faubourg|chaussee)\b"
)
_ENOUGH = 0.6
_GIVEN_ENOUGH = 0.25
_LONGEST_NAME, _MOST_WORDS = 40, 4
_POSTAL = "postal_code"


def is_somebody(row: Sequence[Any]) -> bool:
    """Is this line a person already? No title is a number to call, an address or a birth date."""
    filled = contents.filled(row)
    return len(filled) > 1 and any(map(is_data, filled))


def is_data(cell: Any) -> bool:
    """Does a cell hold what only somebody's line holds?"""
    return contents.kind_of(cell) in {"phone", "email", "birth_date", "postal_and_town", "nir"}


def letters(at: int) -> str:
    """The letter a spreadsheet shows above a column: 0 is A, 26 is AA."""
    name = ""
    at += 1
    while at:
        at, left = divmod(at - 1, 26)
        name = chr(65 + left) + name
    return name


def fields(
    sample: Sequence[Sequence[Any]], known: Sequence[str | None]
) -> dict[int, tuple[str, float, str]]:
    """What the columns hold that no content told for sure: column → field, confidence, why.

    ``known`` are the fields their content told already, column by column.
    """
    columns = {
        at: contents.filled([row[at] for row in sample if at < len(row)])
        for at, field in enumerate(known)
        if field is None
    }
    found: dict[int, tuple[str, float, str]] = {}
    left = {at: [*map(cells.text, held)] for at, held in columns.items() if held}
    for field, is_one, why in (
        ("title", values.title_of, "des civilités"),
        ("address", _is_street, "des rues"),
        ("scheme", values.schemes_of, "des prestations"),
    ):
        for at in [at for at, held in left.items() if _share(held, is_one) >= _ENOUGH]:
            if field == "title" and any(each[0] == field for each in found.values()):
                continue
            found[at] = (field, 0.8, f"on y lit {why}")
            del left[at]
    town = _town(left, [at for at, field in enumerate(known) if field == _POSTAL])
    if town is not None:
        found[town] = ("town", 0.7, "à côté des codes postaux, des mots")
        del left[town]
    return found | _names(left)


def _names(left: dict[int, list[str]]) -> dict[int, tuple[str, float, str]]:
    """The columns of names: given names are known, family names stand beside them or come first."""
    short = [at for at, held in left.items() if _share(held, _is_name) >= _ENOUGH]
    if not short:
        return {}
    shares = {at: _share(left[at], _is_given) for at in short}
    both = [at for at in short if _share(left[at], _is_two) >= _ENOUGH and shares[at] < _ENOUGH]
    given = max(short, key=lambda at: shares[at])
    if len(short) == 1 or (shares[given] < _GIVEN_ENOUGH and both):
        at = (both or short)[0]
        if at in both:
            return {at: ("full_name", 0.6, "on y lit un nom et un prénom")}
        return {at: ("last_name", 0.5, "la seule colonne qui ressemble à des noms")}
    if shares[given] < _GIVEN_ENOUGH:
        one, other = short[:2]
        is_swapped = _share(left[other], str.isupper) > 0.5 > _share(left[one], str.isupper)
        last, given = (other, one) if is_swapped else (one, other)
        why = "à vérifier : le nom vient d’habitude avant le prénom"
        return {last: ("last_name", 0.5, why), given: ("first_name", 0.5, why)}
    others = [at for at in short if at != given]
    last = min(others, key=lambda at: (abs(at - given), at))
    return {
        given: ("first_name", 0.65, "on y lit des prénoms courants"),
        last: ("last_name", 0.6, "à côté des prénoms"),
    }


def _town(left: dict[int, list[str]], postal: Collection[int]) -> int | None:
    """The column of words beside the postal codes: after them, else before."""
    for at in postal:
        for beside in (at + 1, at - 1):
            if beside in left and _share(left[beside], _is_name) >= _ENOUGH:
                return beside
    return None


def _share(held: Sequence[str], is_one: Callable[[str], object]) -> float:
    return sum(bool(is_one(cell)) for cell in held) / len(held)


def _is_street(cell: str) -> bool:
    return _STREET.search(values.fold(cell)) is not None


def _is_name(cell: str) -> bool:
    """A few words of letters: « DE LA TOUR », « Saint-Valery-sur-Somme », « M. et Mme DUPONT »."""
    return (
        len(cell) <= _LONGEST_NAME
        and len(cell.split()) <= _MOST_WORDS
        and any(map(str.isalpha, cell))
        and not any(map(str.isdigit, cell))
    )


def _is_two(cell: str) -> bool:
    return len(cell.split()) > 1


def _is_given(cell: str) -> bool:
    words = re.split(r"[\s-]+", values.fold(cell))
    return words[0] in _GIVEN
