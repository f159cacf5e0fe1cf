"""The half-day at which people of a profile answer most (L29): learnt once a week, never imposed.

A profile is an age band, the schemes, the size of the commune. What was learnt is kept with the
campaign's thresholds: a sheet then costs one statement, and none before anything is known.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns import weeks
from campaigns.models import Call, Campaign, Commune, Line, Person, Sheet
from campaigns.overview import ages, area, chance

KEY = "best_time"  # among the campaign's thresholds
ENOUGH = 50  # calls in each half of the day before anything is said
HINTS = {"am": "plutôt le matin", "pm": "plutôt l’après-midi"}
_SINCE = timedelta(weeks=8)
# The smallest population of each size of commune, with its words.
SIZES = {
    "0": (0, "commune inconnue"),
    "1": (0, "moins de 500 habitants"),
    "2": (500, "500 à 1 999 habitants"),
    "3": (2_000, "2 000 à 9 999 habitants"),
    "4": (10_000, "10 000 habitants et plus"),
}
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Moment:
    """A profile's calls of the last eight weeks, morning and afternoon: tried, answered.

    ``best`` is "am" or "pm" where one half is better beyond chance with enough calls in both.
    """

    band: str
    schemes: str
    size: str
    tried: dict[str, int]
    talked: dict[str, int]
    best: str | None

    @property
    def code(self) -> str:
        """How the profile is kept: « 80|APA|2 »."""
        return _code(self.band, self.schemes, self.size)

    @property
    def words(self) -> str:
        """« 80 à 89 ans, APA, 500 à 1 999 habitants »."""
        return ", ".join((ages.LABELS[self.band], self.schemes or "sans aide", SIZES[self.size][1]))

    def share(self, half: str) -> float:
        """The share of calls answered in a half of the day."""
        return self.talked[half] / self.tried[half] if self.tried[half] else 0.0


def moments(
    session: Session, campaign: Campaign, *, at: datetime, within: Collection[int] | None = None
) -> list[Moment]:
    """When each profile answers, those with most calls first; one statement over the calls.

    ``within`` keeps the people of some territories. The calls people made themselves are left out.
    """
    found: dict[tuple[str, str, str], dict[str, list[int]]] = defaultdict(
        lambda: {"am": [0, 0], "pm": [0, 0]}
    )
    for band, schemes, size, is_morning, tried, talked in _rows(session, campaign, at, within):
        half = found[band, _ordered(schemes), size]["am" if is_morning else "pm"]
        half[0] += tried
        half[1] += talked
    chances = {
        _code(*profile): chance.apart(am[1], am[0], pm[1], pm[0])
        for profile, (am, pm) in ((key, (one["am"], one["pm"])) for key, one in found.items())
        if min(am[0], pm[0]) >= ENOUGH
    }
    apart = chance.beyond(chances)
    made = [_moment(profile, halves, apart) for profile, halves in found.items()]
    return sorted(made, key=lambda one: (-sum(one.tried.values()), one.code))


def learn(session: Session, campaign: Campaign, *, at: datetime) -> int:
    """Keep the best half of each profile that has one; give how many have."""
    best = {one.code: one.best for one in moments(session, campaign, at=at) if one.best}
    session.refresh(campaign, with_for_update=True)  # other rooms keep their thresholds beside
    if campaign.thresholds.get(KEY, {}) != best:
        campaign.thresholds = campaign.thresholds | {KEY: best}
    return len(best)


def learnt(campaign: Campaign) -> Mapping[str, str]:
    """The best half of each profile that has one, by code: what the sheets say until Monday."""
    found: Mapping[str, str] = campaign.thresholds.get(KEY, {})
    return found


def hints(
    session: Session, campaign: Campaign, households: Collection[int], *, on: date
) -> dict[int, str]:
    """« plutôt le matin » by household, where it was learnt and nobody there said otherwise.

    A household whose profiles disagree has no hint. No statement while nothing was learnt.
    """
    return _hints(session, campaign, Person.household_id, households, on=on)


def hints_of_people(
    session: Session, campaign: Campaign, people: Collection[int], *, on: date
) -> dict[int, str]:
    """The same by person, each for themselves."""
    return _hints(session, campaign, Person.id, people, on=on)


def hints_of_lines(
    session: Session, campaign: Campaign, sheet: Sheet, *, on: date
) -> dict[int, str]:
    """The same by line of a sheet, as its volunteer reads it."""
    lines = sa.select(Line.id, Line.household_id).where(Line.sheet_id == sheet.id)
    homes = {row[0]: row[1] for row in session.execute(lines)} if learnt(campaign) else {}
    told = hints(session, campaign, set(homes.values()), on=on)
    return {line: told[home] for line, home in homes.items() if home in told}


def _hints(
    session: Session,
    campaign: Campaign,
    key: InstrumentedAttribute[int],
    those: Collection[int],
    *,
    on: date,
) -> dict[int, str]:
    best = learnt(campaign)
    if not best or not those:
        return {}
    found: dict[int, set[str]] = defaultdict(set)
    for name, own, band, schemes, size in session.execute(
        sa.select(key, Person.best_half, ages.band(on), Person.schemes, _size())
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(key.in_(those), Person.stop.is_(None))
    ):
        # Their own wish is on the sheet already: it wins, whatever others do.
        found[name].add("" if own else best.get(_code(band, _ordered(schemes), size), ""))
    return {
        name: HINTS[next(iter(halves))]
        for name, halves in found.items()
        if len(halves) == 1 and halves <= HINTS.keys()
    }


def _code(band: str, schemes: str, size: str) -> str:
    return f"{band}|{schemes}|{size}"


def _ordered(schemes: str) -> str:
    return " ".join(sorted(schemes.split()))


def _moment(
    profile: tuple[str, str, str], halves: dict[str, list[int]], apart: frozenset[str]
) -> Moment:
    tried = {half: cells[0] for half, cells in halves.items()}
    talked = {half: cells[1] for half, cells in halves.items()}
    best = None
    if _code(*profile) in apart:
        best = max(halves, key=lambda half: talked[half] / tried[half])
    return Moment(*profile, tried, talked, best)


def _rows(
    session: Session, campaign: Campaign, at: datetime, within: Collection[int] | None
) -> Iterator[sa.Row[str, str, str, bool, int, int]]:
    band, size = ages.band(weeks.local_day(at)).label("band"), _size().label("size")
    morning = _is_morning(at - _SINCE, at).label("is_morning")
    return iter(
        session.execute(
            sa.select(
                band,
                Person.schemes,
                size,
                morning,
                sa.func.count(),
                sa.func.count().filter(Call.is_conversation.is_(True)),
            )
            .select_from(Call)
            .join(Person, Person.id == Call.person_id)
            .outerjoin(Commune, Commune.insee == Person.insee)
            .where(
                Call.campaign_id == campaign.id,
                Call.at >= at - _SINCE,
                Call.at < at,
                Call.rang_back.is_(False),
                *area.lives(within),
            )
            .group_by(sa.text("band"), Person.schemes, sa.text("size"), sa.text("is_morning"))
        )
    )


def _size() -> sa.ColumnElement[str]:
    largest_first = [(code, least) for code, (least, _) in reversed(SIZES.items()) if code > "1"]
    return sa.case(
        (sa.or_(Commune.population.is_(None), Commune.population == 0), "0"),
        *((Commune.population >= least, code) for code, least in largest_first),
        else_="1",
    )


def _is_morning(start: datetime, end: datetime) -> sa.ColumnElement[bool]:
    """Whether a call was before one o'clock, local time, on either side of a clock change."""
    second = sa.cast(sa.extract("epoch", Call.at), sa.BigInteger()) % _DAY
    first, last = weeks.local_day(start), weeks.local_day(end)
    noons: dict[int, list[date]] = defaultdict(list)
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        noons[int(weeks.at(day, 13).timestamp()) % _DAY].append(day)
    return sa.or_(
        *(
            sa.and_(
                Call.at >= weeks.at(days[0], 0),
                Call.at < weeks.at(days[-1] + timedelta(days=1), 0),
                second < noon,
            )
            for noon, days in noons.items()
        )
    )
