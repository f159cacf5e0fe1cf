"""What a need can be, where each kind goes, what makes it more urgent, whom to ring meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from campaigns.reference import table

# Conditions of the routing table; each is a fact about the person or about the moment.
CONDITIONS = frozenset(
    {
        "toujours",
        "regime_general",
        "regime_agricole",
        "plan_apa_pch",
        "allocataire_rsa",
        "moins_de_26_ans",
        "prescription_medicale",
        "en_etablissement",
        "danger_immediat",
    }
)
_CERTAINTIES = ("haute", "moyenne", "faible")


class Urgency(StrEnum):
    """How soon a need must be answered; the smallest is the most urgent, so ``min`` raises it."""

    U0 = "U0"
    U1 = "U1"
    U2 = "U2"
    U3 = "U3"

    @property
    def label(self) -> str:
        """The level's name on screen (handbook, section 4)."""
        return _URGENCY_LABELS[self]


_URGENCY_LABELS = {
    Urgency.U0: "Urgence vitale",
    Urgency.U1: "Urgent, jour même",
    Urgency.U2: "Prioritaire",
    Urgency.U3: "Normal",
}


class Perimeter(StrEnum):
    """Who is competent: the Département itself, someone outside, or both."""

    INTERNAL = "INTERNE"
    EXTERNAL = "EXTERNE"
    BOTH = "MIXTE"

    @property
    def label(self) -> str:
        """The perimeter's name on screen."""
        return _PERIMETER_LABELS[self]


_PERIMETER_LABELS = {
    Perimeter.INTERNAL: "interne",
    Perimeter.EXTERNAL: "externe",
    Perimeter.BOTH: "interne et externe",
}


class Mode(StrEnum):
    """How a destination is reached: a referral by mail, or a number shown and nothing sent."""

    MAIL = "mail"
    PHONE = "telephone"

    @property
    def label(self) -> str:
        """The mode's name on screen."""
        return "courriel" if self is Mode.MAIL else "téléphone"


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of need. ``sensitive`` ones are readable by named people only."""

    code: str
    label: str
    family: str
    competent: str
    perimeter: Perimeter
    urgency: Urgency
    sensitive: bool
    to_specify: str


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the routing table: this category goes there, at this rank, if this is true."""

    category: str
    rank: int
    destination: str
    condition: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Question:
    """A yes/no question; "yes" raises the need to at least this urgency."""

    id: str
    category: str
    text: str
    urgency: Urgency


_WRITTEN_TO = "114"  # by SMS, chat or video: for whoever cannot hear or speak


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A national help line, the needs it serves, and how sure we are of it."""

    number: str
    label: str
    hours: str
    categories: tuple[str, ...]
    certainty: str

    @property
    def is_shown(self) -> bool:
        """Whether it is shown without being asked for: a line we doubt is not."""
        return self.certainty != "faible"

    @property
    def to_check(self) -> bool:
        """Whether the screen says « à vérifier » beside it."""
        return self.certainty != "haute"

    @property
    def dial(self) -> str:
        """The number as a telephone dials it, without spaces."""
        return self.number.replace(" ", "")

    @property
    def link(self) -> str:
        """Where a tap leads: a call, or a message for the 114 (``numeros.csv``)."""
        return f"{'sms' if self.dial == _WRITTEN_TO else 'tel'}:{self.dial}"


@cache
def categories() -> Mapping[str, Category]:
    """Every kind of need by code, in the order of the file (``besoins.csv``)."""
    return read_categories("besoins.csv", table.shipped("besoins.csv"))


@cache
def routes() -> tuple[Route, ...]:
    """Where needs go by default, in the order of the file (``besoins_routes.csv``)."""
    read = read_routes("besoins_routes.csv", table.shipped("besoins_routes.csv"))
    orphans = sorted(set(categories()) - {route.category for route in read})
    if orphans:
        raise ValueError(f"besoins_routes.csv: no route for {', '.join(orphans)}")
    return read


@cache
def questions() -> tuple[Question, ...]:
    """The questions that raise an urgency, in the order of the file."""
    return read_questions("besoins_questions.csv", table.shipped("besoins_questions.csv"))


@cache
def help_lines(*, include_unsure: bool = False) -> tuple[HelpLine, ...]:
    """The help lines of ``numeros.csv``; those of low certainty only when asked for."""
    read = read_help_lines("numeros.csv", table.shipped("numeros.csv"))
    return tuple(line for line in read if include_unsure or line.is_shown)


def help_lines_for(category: str) -> tuple[HelpLine, ...]:
    """The help lines shown beside a need of this category, most general first."""
    return tuple(line for line in help_lines() if category in line.categories)


def read_categories(file: str, text: str) -> Mapping[str, Category]:
    """Categories from the text of a file; ValueError names the file and line of a mistake."""
    columns = "code libelle famille competent perimetre urgence sensible a_preciser"
    found: dict[str, Category] = {}
    for row in table.rows(file, text, columns):
        if not row["code"] or row["code"] in found:
            raise row.wrong(f"empty or repeated code {row['code']!r}")
        found[row["code"]] = Category(
            code=row["code"],
            label=row.text("libelle"),
            family=row.text("famille"),
            competent=row.text("competent"),
            perimeter=Perimeter(row.one_of("perimetre", [*Perimeter])),
            urgency=Urgency(row.one_of("urgence", [*Urgency])),
            sensitive=row.flag("sensible"),
            to_specify=row.text("a_preciser"),
        )
    return MappingProxyType(found)


def read_routes(file: str, text: str) -> tuple[Route, ...]:
    """Routing rows from the text of a file; ValueError names the file and line of a mistake."""
    found: dict[Route, None] = {}
    for row in table.rows(file, text, "besoin rang destination si mode"):
        route = Route(
            category=row.one_of("besoin", categories()),
            rank=row.whole("rang"),
            destination=row.text("destination"),
            condition=row.one_of("si", CONDITIONS),
            mode=Mode(row.one_of("mode", [*Mode])),
        )
        if route in found:
            raise row.wrong("repeated route")
        found[route] = None
    return tuple(found)


def read_questions(file: str, text: str) -> tuple[Question, ...]:
    """Questions from the text of a file; ids are the category and the question's place in it."""
    found: list[Question] = []
    for row in table.rows(file, text, "besoin question urgence_si_oui"):
        category, wording = row.one_of("besoin", categories()), row.text("question")
        before = [question for question in found if question.category == category]
        if any(question.text == wording for question in before):
            raise row.wrong("repeated question")
        urgency = Urgency(row.one_of("urgence_si_oui", [*Urgency]))
        found.append(Question(f"{category}_{len(before) + 1}", category, wording, urgency))
    return tuple(found)


def read_help_lines(file: str, text: str) -> tuple[HelpLine, ...]:
    """Help lines from the text of a file; ValueError names the file and line of a mistake."""
    found: dict[str, HelpLine] = {}
    for row in table.rows(file, text, "numero libelle horaires besoins certitude"):
        number, served = row["numero"], tuple(row["besoins"].split())
        if number in found or not number.replace(" ", "").isdecimal():
            raise row.wrong(f"repeated or impossible number {number!r}")
        unknown = sorted(set(served) - set(categories()))
        if unknown:
            raise row.wrong(f"unknown besoins {', '.join(unknown)}")
        hours = "" if row["horaires"] == "-" else row.text("horaires")
        certainty = row.one_of("certitude", _CERTAINTIES)
        found[number] = HelpLine(number, row.text("libelle"), hours, served, certainty)
    return tuple(found.values())
