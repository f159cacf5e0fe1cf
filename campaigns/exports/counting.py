"""Counts that may leave without a reason: no name, and nobody to be worked out from a commune."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.exports.tables import Cells, Column
from campaigns.models import Commune, Territory

# Which communes to leave out, given the people behind each.
Hide = Callable[[Mapping[str, int]], Collection[str]]
WITHHELD = "non communiqué"
UNKNOWN = "commune à trouver"
COLUMNS = (
    Column("breakdown", "ce que la ligne compte : ensemble, semaine, territoire, commune…"),
    Column("week", "semaine (année et numéro)"),
    Column("territory", "code du territoire"),
    Column("insee", "code INSEE de la commune"),
    Column("commune", "nom de la commune"),
    Column("code", "code de ce qui est compté"),
    Column("label", "ce qui est compté"),
    Column("count", "le compte"),
    Column(
        "note",
        "« non communiqué » : moins de 5 personnes dans cette commune, ou un compte qui laisserait "
        "deviner celui d’une commune voisine",
    ),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of counts; what does not apply is empty."""

    breakdown: str
    code: str
    label: str
    count: int | None
    week: str | None = None
    territory: str | None = None
    insee: str | None = None
    commune: str | None = None
    note: str | None = None

    @property
    def cells(self) -> Cells:
        """The line in the order of the columns."""
        return (
            self.breakdown,
            self.week,
            self.territory,
            self.insee,
            self.commune,
            self.code,
            self.label,
            self.count,
            self.note,
        )


@dataclass(slots=True)
class Tally:
    """Counts as they are added up: by facet (territory, week and what), and people by commune."""

    facets: Counter[tuple[str, str, str, str]]  # breakdown, week, territory, code
    labels: dict[str, str]
    by_commune: Counter[str]
    people: dict[str, set[int]]

    @classmethod
    def empty(cls) -> "Tally":
        """Nothing counted yet."""
        return cls(Counter(), {}, Counter(), defaultdict(set))

    def add(
        self, breakdown: str, code: str, label: str, *, week: str = "", territory: str = ""
    ) -> None:
        """Count one more."""
        self.facets[breakdown, week, territory, code] += 1
        self.labels[code] = label

    def place(self, insee: str | None, person_id: int) -> None:
        """Count one more in a commune, and whom it is about: a cell hides people, not calls."""
        self.by_commune[insee or ""] += 1
        self.people[insee or ""].add(person_id)

    def lines(
        self, session: Session, *, order: Iterable[str], what: tuple[str, str], hide: Hide
    ) -> Iterator[Cells]:
        """The lines, breakdown by breakdown in this order, the communes last; ``what`` is the code
        and the label of what is counted there."""
        places = {name: at for at, name in enumerate(order)}
        for key in sorted(self.facets, key=lambda key: (places[key[0]], *key[1:])):
            breakdown, week, territory, code = key
            yield Counted(
                breakdown,
                code,
                self.labels[code],
                self.facets[key],
                week=week or None,
                territory=territory or None,
            ).cells
        yield from self._communes(session, what, hide)

    def _communes(self, session: Session, what: tuple[str, str], hide: Hide) -> Iterator[Cells]:
        known = places(session, self.by_commune)
        neighbours: dict[str, dict[str, int]] = defaultdict(dict)
        for insee in self.by_commune:
            neighbours[known[insee][0]][insee] = len(self.people[insee])
        hidden = {insee for group in neighbours.values() for insee in hide(group)}
        for insee in sorted(self.by_commune, key=lambda insee: (*known[insee], insee)):
            territory, commune = known[insee]
            yield Counted(
                "commune",
                *what,
                None if insee in hidden else self.by_commune[insee],
                territory=territory or None,
                insee=insee or None,
                commune=commune,
                note=WITHHELD if insee in hidden else None,
            ).cells


def places(session: Session, found: Collection[str]) -> dict[str, tuple[str, str]]:
    """The territory’s code and the name of each of these communes; empty for what is unknown."""
    rows = session.execute(
        sa.select(Commune.insee, Territory.code, Commune.name).outerjoin(
            Territory, Territory.id == Commune.territory_id
        )
    )
    known = {insee: (code or "", name) for insee, code, name in rows if insee in found}
    return {insee: known.get(insee, ("", UNKNOWN)) for insee in found}
