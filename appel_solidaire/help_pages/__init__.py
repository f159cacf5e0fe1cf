"""The guides of each role, under « Aide »: read from docs/guide, shown as pages and as one PDF.

Nothing in them is secret, nothing is of anybody: visitors read them too.
"""

import json
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any  # typst has no types here

import typst
from markupsafe import Markup

from campaigns import guide_text, printing
from campaigns.documents import blocks
from campaigns.models import Role
from campaigns.reference import french

_HERE = Path(__file__).parent
# In the wheel the guides lie inside the package, in a checkout among the documents.
FOLDER = next(
    folder
    for folder in (_HERE.parent / "guide", _HERE.parents[1] / "docs" / "guide")
    if folder.is_dir()
)
# Names of the files and of the addresses, in the order of the PDF.
GUIDES = ("volontaire", "coordination", "pilotage", "donnees", "partenaire")
OF_ROLES = {
    Role.VOLUNTEER: "volontaire",
    Role.COORDINATOR: "coordination",
    Role.COORDINATION: "coordination",
    Role.LEAD: "pilotage",
    Role.DPO: "donnees",
}
_PICTURE = re.compile(r"^!\[(?P<told>[^\]]+)\]\(pictures/(?P<name>[a-z-]+)\.png\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page: its name without suffix, what it shows, pixels as it is stored."""

    name: str
    told: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a guide: Markdown, then the picture that follows it, if any."""

    markdown: str
    picture: Picture | None

    @property
    def html(self) -> Markup:
        """The stretch as clean HTML, by the reader of the callers' guide."""
        return Markup(guide_text.html(self.markdown))  # noqa: S704  # nosec B704  cleaned by nh3


@dataclass(frozen=True, slots=True)
class Guide:
    """What one role reads: its title, and the rest in pieces."""

    slug: str
    title: str
    pieces: tuple[Piece, ...]


@cache
def guide(slug: str) -> Guide | None:
    """The guide of one role; None when there is none of this name."""
    if slug not in GUIDES:
        return None
    source = (FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    heading, _, rest = source.partition("\n")
    cut = _PICTURE.split(rest)  # text, then what a picture tells and its name, and so on
    shown = [_picture(told, name) for told, name in zip(cut[1::3], cut[2::3], strict=True)]
    pieces = zip(cut[::3], [*shown, None], strict=True)
    return Guide(
        slug=slug,
        title=french(heading.removeprefix("# ")),
        pieces=tuple(Piece(text.strip(), after) for text, after in pieces),
    )


def guides() -> tuple[Guide, ...]:
    """Every guide, in the order of the PDF."""
    return tuple(found for slug in GUIDES if (found := guide(slug)))


def picture(name: str) -> Path | None:
    """The file of a picture that a guide shows; None for any other name."""
    shown = {piece.picture.name for one in guides() for piece in one.pieces if piece.picture}
    return FOLDER / "pictures" / f"{name}.png" if name in shown else None


@cache
def pdf() -> bytes:
    """All the guides as one tagged PDF, one after the other, each from the top of a page."""
    told = [
        {
            "title": one.title,
            "pieces": [
                {
                    "blocks": [asdict(block) for block in blocks.read(piece.markdown)],
                    "picture": asdict(piece.picture) if piece.picture else None,
                }
                for piece in one.pieces
            ],
        }
        for one in guides()
    ]
    # The pictures stand beside the template: typst reads nothing outside its root.
    compiler: Any = typst.Compiler(
        str(FOLDER / "guide.typ"), root=str(FOLDER), font_paths=printing.pages.fonts()
    )
    made: bytes = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
        pdf_standards=printing.pages.STANDARD,
    )
    return made


def _picture(told: str, name: str) -> Picture:
    with (FOLDER / "pictures" / f"{name}.png").open("rb") as file:
        header = file.read(24)  # the size stands in the first piece of every PNG
    width, height = (int.from_bytes(header[at : at + 4], "big") for at in (16, 20))
    return Picture(name, french(told), width, height)
