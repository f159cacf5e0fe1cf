"""Slips of the pen: signs that would be read aloud, or shown as they are, if nobody said so."""

import re
from collections.abc import Iterator

from campaigns.reference import categories

_FILLED = re.compile(r"\{[^{}\n]+\}")
_CODE = re.compile(r"(?<!`)`[A-Z]{2,6}_[A-Z_]+`(?!`)")
_LIKE_A_CODE = re.compile(r"(?<![\w/.@-])[A-Za-z]{2,6}[_-][A-Za-z][A-Za-z_]*\d?(?!\w)")
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\(")
_TAG = re.compile(r"</?(?!https?:|mailto:)[A-Za-z][^<>\n@]*>")
_LINK = re.compile(r"(?<!!)\[[^\[\]\n]*\]\(\s*<?([A-Za-z][\w+.-]*:|\s*\))")
_AROUND = 20  # signs quoted before and after a lone brace
_OPENED = frozenset({"http:", "https:", "mailto:", "tel:"})


def of(markdown: str) -> Iterator[tuple[int, str]]:
    """The line of each slip, from 1, and what to do about it."""
    for number, line in enumerate(markdown.splitlines(), 1):
        for say in _of_line(line):
            yield number, say


def _of_line(line: str) -> Iterator[str]:
    bare = _FILLED.sub("", line)
    if lone := re.search("[{}]", bare):
        near = bare[max(0, lone.start() - _AROUND) : lone.end() + _AROUND].strip()
        yield (
            f"Une accolade est seule ou vide, dans « {near} » : écrivez « {{prénom}} » en "
            "entier, sur une ligne, ou retirez-la."
        )
    yield from _codes(line)
    if _IMAGE.search(line):
        yield "Les images ne sont pas montrées : dites-le avec des mots."
    if tag := _TAG.search(line):
        yield f"« {tag[0]} » serait montré tel quel : mettez en forme avec « ** » ou « - »."
    for address in _LINK.findall(line):
        if address.lower() not in _OPENED:
            yield "Ce lien ne s’ouvrirait pas : il commence par https://, mailto: ou tel:."


def _codes(line: str) -> Iterator[str]:
    """A need that is nearly named: its button would be missing."""
    for found in _LIKE_A_CODE.findall(_CODE.sub("", line)):
        code = found.upper().replace("-", "_")
        if code in categories():
            yield f"Le besoin « {found} » n’a pas de bouton : écrivez-le « `{code}` »."
        elif "_" in found and found.isupper():
            yield f"« {found} » n’est le code d’aucun besoin : vérifiez la liste des codes."
