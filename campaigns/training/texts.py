"""The words of the training, as shipped: five pages to read and the charter."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from campaigns import guide_text
from campaigns.models import Organisation, User
from campaigns.values import national


@dataclass(frozen=True, slots=True)
class Page:
    """A page to read in two minutes. ``theme`` is also that of its questions in the quiz."""

    number: int
    theme: str
    title: str
    html: str


def pages(*, reader: User, organisation: Organisation) -> list[Page]:
    """The training as clean HTML, filled for who reads it. From sections 0, 1, 2, 5 and 7 of the
    call guide; a gap nobody fills keeps its own words."""
    values = _values(reader, organisation)
    return [
        Page(number, theme, title, guide_text.filled(markdown, values))
        for number, (theme, title, markdown) in enumerate(_parts(), 1)
    ]


def themes() -> tuple[str, ...]:
    """The themes of the pages, in order."""
    return tuple(theme for theme, _, _ in _parts())


@cache
def charter_html() -> str:
    """The one-page charter as clean HTML (handbook, sections 10 and 11)."""
    return guide_text.html(shipped("charter.md"))


def shipped(name: str) -> str:
    """The text of a file of this folder."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _parts() -> tuple[tuple[str, str, str], ...]:
    found = []
    for part in shipped("reading.md").split("## ")[1:]:
        heading, _, markdown = part.partition("\n")
        theme, _, title = heading.partition("|")
        found.append((theme.strip(), title.strip(), markdown.strip()))
    return tuple(found)


def _values(reader: User, organisation: Organisation) -> dict[str, str]:
    numbers = {
        "numéro standard": organisation.switchboard_phone,
        "numéro coordination": organisation.coordination_phone,
    }
    return {
        "prénom": reader.first_name,
        "de l’organisme": organisation.of_name,
        **{name: national(number) for name, number in numbers.items() if number},
    }
