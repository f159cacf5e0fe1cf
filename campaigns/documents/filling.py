"""One document, filled with what the instance knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.orm import Session

from campaigns.documents import blocks, facts
from campaigns.documents.blocks import Block

# Name in addresses → what it is for, in the order in which they are needed.
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "registre": "La fiche à inscrire au registre des traitements",
        "aipd": "L’analyse d’impact, commencée",
        "information": "La notice à remettre aux personnes appelées",
        "confidentialite": "L’engagement de chaque volontaire",
        "sous-traitance": "La clause pour l’hébergeur ou l’exploitant",
        "violation": "Que faire si des données fuient ou se perdent",
    }
)


@dataclass(frozen=True, slots=True)
class Document:
    """A draft: its title, what it is for, its blocks, what nobody filled in yet."""

    name: str
    title: str
    purpose: str
    blocks: tuple[Block, ...]
    missing: tuple[str, ...]


def filled(session: Session, name: str) -> Document | None:
    """One document with what is known today; None when there is none of that name."""
    if name not in TITLES:
        return None
    text = blocks.text(name)
    found = tuple(blocks.fill(text.blocks, facts.values(session), facts.places(session)))
    gaps = {run.gap for block in found for line in block.lines for run in line if run.gap}
    empty = [key for key in facts.missing(session) if key in gaps or key in _LISTED]
    return Document(
        name=name,
        title=text.title,
        purpose=TITLES[name],
        blocks=found,
        missing=tuple(dict.fromkeys(facts.SETTINGS[key] for key in empty)),
    )


_LISTED = frozenset({"finalite", "source"})  # in tables, whose empty cells are said there too
