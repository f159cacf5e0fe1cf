"""Who is who, known beforehand: people, and the lines a clerk types of them a year later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from campaigns import reference, values
from campaigns.demo import names
from importers.cleaning import CleanRow
from importers.matching import Link
from importers.places import PlaceIndex

_SLIP = 0.10  # of each field of each line
_GONE = 0.02  # of the stored people, no line; as many lines are of somebody new
_SPOUSES, _TWINS, _SONS, _HOMONYMS = 0.12, 0.01, 0.01, 0.02
_ENDINGS = ("", "", "et", "ot", "eau", "ier", "ard", "in", "elle", "y", "ez", "ski", "art", "ault")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Score:
    """Sure links and doubts, set against the truth."""

    sure: int = 0
    right: int = 0
    to_confirm: int = 0
    in_vain: int = 0  # asked about somebody else
    missed: int = 0
    expected: int = 0
    false: Counter[str] = field(default_factory=Counter)  # by the reason that misled

    @property
    def recall(self) -> float:
        """Lines known again, sure or to be confirmed, among those that should be."""
        return 1 - self.missed / self.expected

    @property
    def precision(self) -> float:
        """Sure links that are right."""
        return self.right / self.sure


def judge(links: Sequence[Link | None], truth: Sequence[int | None], stored: int) -> Score:
    """``truth``: for each line the index of the stored person it is of, None for somebody new."""
    score = Score()
    for link, right in zip(links, truth, strict=True):
        score.expected += right is not None
        if link is None:
            score.missed += right is not None
            continue
        named = link.target if link.target < stored else truth[link.target - stored]
        is_right = named is not None and named == right
        score.missed += right is not None and not is_right
        if not link.is_sure:
            score.to_confirm += 1
            score.in_vain += not is_right
            continue
        score.sure += 1
        score.right += is_right
        if not is_right:
            score.false[link.how] += 1
    return score


def people(count: int, *, seed: int) -> tuple[list[CleanRow], list[CleanRow], list[int | None]]:
    """Stored people, the lines of a later list, and who each line really is.

    No file number helps. Among them are couples at one number, twins, fathers and sons of one
    name, and homonyms of one commune.
    """
    random = Random(seed)
    makers = _Makers(random)
    stored: list[CleanRow] = []
    while len(stored) < count:
        person = makers.person(len(stored))
        stored.append(person)
        for share, other in (
            (_SPOUSES, makers.spouse), (_TWINS, makers.twin),
            (_SONS, makers.son), (_HOMONYMS, makers.homonym),
        ):  # fmt: skip
            if random.random() < share and len(stored) < count:
                stored.append(replace(other(person), row=len(stored)))
    lines: list[CleanRow] = []
    truth: list[int | None] = []
    for at, person in enumerate(stored):
        if random.random() < _GONE:
            lines.append(makers.person(at))
            truth.append(None)
        else:
            lines.append(makers.typed(person))
            truth.append(at)
    order = random.sample(range(len(lines)), len(lines))
    return stored, [lines[at] for at in order], [truth[at] for at in order]


class _Makers:
    """People who do not exist, and how a clerk types them a year later."""

    def __init__(self, random: Random) -> None:
        self.random = random
        communes, former = reference.communes("80"), reference.former_communes("80")
        self._communes = [commune for commune in communes if commune.postal_codes]
        self._weights = [commune.population + 1 for commune in self._communes]
        self._places = PlaceIndex(
            ((each.insee, each.name, each.postal_codes, None) for each in communes),
            ((each.name, each.present) for each in former),
        )
        self._drawn = iter(random.choices(self._communes, self._weights, k=200_000))

    def person(self, row: int) -> CleanRow:
        """Somebody, with what a good list says."""
        random = self.random
        is_woman = random.random() < 0.6
        commune = next(self._drawn)
        code = random.choice(commune.postal_codes)
        return CleanRow(
            row=row,
            last_name=self._surname(),
            first_name=random.choice(names.WOMEN if is_woman else names.MEN),
            birth_name=self._surname() if is_woman and random.random() < 0.6 else "",
            title="MME" if is_woman else "M",
            birth_date=date(1926, 1, 1) + timedelta(days=random.randrange(40 * 365)),
            phones=values.phone(self._number()),
            address=f"{random.randrange(1, 180)} {random.choice(names.STREETS)}",
            postal_code=code,
            town=commune.name,
            insee=commune.insee,
        )

    def spouse(self, person: CleanRow) -> CleanRow:
        """Same name, number and address."""
        born_on = self._near(person.birth_date, 2_000)
        return replace(person, **self._other(person), birth_date=born_on)

    def twin(self, person: CleanRow) -> CleanRow:
        """Born the same day under the same name, at the same address; half of them share it."""
        phones = person.phones if self.random.random() < 0.5 else values.phone(self._number())
        same = names.WOMEN if person.title == "MME" else names.MEN
        first = self.random.choice([name for name in same if name != person.first_name])
        return replace(person, first_name=first, phones=phones)

    def son(self, person: CleanRow) -> CleanRow:
        """A child of the same name and first name, at the same number."""
        return replace(person, birth_date=self._near(person.birth_date, 400, years=26))

    def homonym(self, person: CleanRow) -> CleanRow:
        """Somebody else of the same name in the same commune."""
        other = self.person(person.row)
        return replace(
            other, last_name=person.last_name, first_name=person.first_name, title=person.title,
            town=person.town, insee=person.insee, postal_code=person.postal_code,
        )  # fmt: skip

    def typed(self, person: CleanRow) -> CleanRow:
        """The same person a year later: one field in ten is typed amiss."""
        random = self.random
        person = self._names(person)
        if random.random() < _SLIP:
            person = replace(person, birth_date=self._date(person.birth_date))
        if random.random() < _SLIP:
            person = replace(person, phones=self._phone(person.phones))
        if random.random() < _SLIP:
            person = replace(person, address=f"{random.randrange(1, 180)} rue Neuve")
        if random.random() < _SLIP:
            town = self._town(person.town)
            insee = self._places.match(person.postal_code, town)
            person = replace(person, town=town, insee=insee)
        return person

    def _names(self, person: CleanRow) -> CleanRow:
        random = self.random
        if random.random() < _SLIP:
            person = replace(person, last_name=self._misspelt(person.last_name))
        if random.random() < _SLIP:
            person = replace(person, first_name=self._misspelt(person.first_name))
        draw = random.random()
        if person.birth_name and draw < _SLIP / 2:
            person = replace(person, last_name=person.birth_name, birth_name="")
        elif person.birth_name and draw < _SLIP:
            person = replace(
                person, last_name=f"{person.last_name} née {person.birth_name}", birth_name=""
            )
        elif draw < 2 * _SLIP:
            person = replace(person, birth_name="")
        if random.random() < _SLIP / 2:
            person = replace(person, last_name=person.first_name, first_name=person.last_name)
        return person

    def _misspelt(self, name: str) -> str:
        """A letter put in, left out, replaced or turned; or the accents and hyphens lost."""
        random = self.random
        kind, at = random.randrange(6), random.randrange(len(name) - 1)
        letter = random.choice(_LETTERS)
        if kind == 0:
            return name[:at] + letter + name[at:]
        if kind == 1:
            return name[:at] + name[at + 1 :]
        if kind == 2:
            return name[:at] + letter + name[at + 1 :]
        if kind == 3:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        return values.fold(name).replace("-", " ").upper() if kind == 4 else name.title()

    def _date(self, day: date | None) -> date | None:
        random = self.random
        if day is None or random.random() < 0.25:
            return None
        if random.random() < 0.5 and day.day <= 12:
            return date(day.year, day.day, day.month)
        if random.random() < 0.5:
            year = day.year + random.choice((-1, 1, 10, -10))
            return date(year, day.month, 28 if (day.day, day.month) == (29, 2) else day.day)
        return day.replace(day=random.randrange(1, 29))

    def _phone(self, phones: tuple[values.PhoneReading, ...]) -> tuple[values.PhoneReading, ...]:
        draw = self.random.random()
        written = phones[0].written if phones else ""
        if draw < 0.3:
            return ()
        if draw < 0.6:
            return values.phone(self._number())
        return values.phone(written[1:] if draw < 0.8 else written[:-1])

    def _town(self, town: str) -> str:
        draw = self.random.random()
        if draw < 0.4:
            return values.fold(town).upper().replace("-", " ").replace("SAINT ", "ST ")
        return f"{town} CEDEX" if draw < 0.6 else self._misspelt(town)

    def _other(self, person: CleanRow) -> dict[str, str]:
        is_man = person.title != "MME"
        birth_name = self._surname() if is_man and self.random.random() < 0.6 else ""
        first = self.random.choice(names.WOMEN if is_man else names.MEN)
        return {"title": "MME" if is_man else "M", "first_name": first, "birth_name": birth_name}

    def _near(self, day: date | None, days: int, *, years: int = 0) -> date | None:
        shift = timedelta(days=self.random.randrange(1, days) + years * 365)
        return day + shift if day else None

    def _surname(self) -> str:
        """A common name, or one of thousands made of two."""
        random = self.random
        if random.random() < 0.03:
            return random.choice(names.COMPOUND)
        name = random.choice(names.LAST)
        return (
            name
            if random.random() < 0.3
            else name[:5]
            + random.choice(_ENDINGS).upper()
            + (random.choice(("", "", "", "S", "T", "X", "E")))
        )

    def _number(self) -> str:
        start = self.random.choice(("0322", "0323", "0612", "0675", "0781"))
        return f"{start}{self.random.randrange(1_000_000):06}"
