"""A list of volunteers: who they are, when they call, what they speak, where they live."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any, TypeVar  # Any: a JSON object

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, team
from campaigns.models import Campaign, Commune, Membership, Role, Territory, User
from campaigns.refusal import Refusal
from campaigns.team import HalfDay, Profile
from campaigns.values import fold
from importers import agreed
from importers.agreed import Agreed
from importers.report import Counts, Problem

_FIELDS = {
    "email": r"mail|courriel|\bmel\b|electronique",
    "first_name": r"prenom",
    "last_name": r"\bnom\b",
    "languages": r"langue",
    "half_days": r"demi|disponib|creneau|jours?\b",
    "territory": r"territoire|\bmds|secteur",
    "commune": r"commune|ville|insee",
}
_NEEDED = {"email": "Courriel", "first_name": "Prénom"}
_DAYS = ("lun", "mar", "mer", "jeu", "ven")
_DAY = re.compile(r"\b(lun|mar|mer|jeu|ven|sam|dim)")
_HALVES = (("am", re.compile(r"matin|\bam\b")), ("pm", re.compile(r"apres|aprem|\bpm\b|\bapm\b")))
T = TypeVar("T")
_BETWEEN = re.compile(r"[,;/\n+|]|\bet\b")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A volunteer as one line gives them; ``user_id`` is the account they have already."""

    email: str
    profile: Profile
    home_insee: str | None
    user_id: int | None
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """A list read and compared: what ``enter`` needs, and its report as JSON."""

    wanted: list[_Wanted]
    report: dict[str, Any]


def examine(session: Session, campaign: Campaign, *, content: bytes, name: str) -> Examined:
    """Read a list of volunteers and say what entering it would do; writes nothing.

    The report has the shape of ``import people``. Raises ``Unreadable``.
    """
    started = perf_counter()
    table = agreed.read(content, name=name, fields=_FIELDS, needed=_NEEDED)
    reader = _Reader(session, campaign, table)
    wanted = [each for line, row in table.rows if (each := reader.volunteer(line, row))]
    created = sum(each.user_id is None for each in wanted)
    updated = sum(each.user_id is not None and each.is_changed for each in wanted)
    counts = Counts(
        rows=len(table.rows),
        created=created,
        updated=updated,
        unchanged=len(table.rows) - reader.refused - created - updated,
        refused=reader.refused,
    )
    seconds = perf_counter() - started
    return Examined(wanted, table.report(counts, reader.problems, seconds=seconds))


def enter(
    session: Session, campaign: Campaign, found: Examined, *, by: User | None, at: datetime
) -> None:
    """Add the volunteers of a list to a campaign, all of them; nobody is invited yet."""
    for each in found.wanted:
        if each.user_id is None:
            user = team.add_volunteer(
                session, campaign, each.profile, email=each.email, by=by, at=at
            )
        elif each.is_changed:
            user = session.get_one(User, each.user_id)
            team.change_volunteer(session, user, each.profile, by=by, at=at)
        else:
            continue
        user.home_insee = each.home_insee or user.home_insee


def half_days(text: str) -> tuple[tuple[HalfDay, ...], list[str]]:
    """The half-days a text names, and the pieces nobody could read.

    « lundi matin, jeudi » gives Monday morning and both halves of Thursday.
    """
    found: set[HalfDay] = set()
    unread = []
    weekday = ""
    for piece in _BETWEEN.split(fold(text)):
        if not piece.strip():
            continue
        day = _DAY.search(piece)
        named = [half for half, pattern in _HALVES if pattern.search(piece)]
        if day is not None:
            weekday = day[1]
        # « lundi matin et après-midi »: the second half is of the same day.
        if weekday not in _DAYS or (day is None and not named):
            unread.append(piece.strip())
            continue
        found |= {(_DAYS.index(weekday), half) for half in named or ("am", "pm")}
    return tuple(sorted(found)), unread


class _Reader:
    """What stays the same from one line to the next: accounts, places, what was seen."""

    def __init__(self, session: Session, campaign: Campaign, table: Agreed) -> None:
        self.table = table
        self.problems: list[Problem] = []
        self.refused = 0
        self._seen: dict[str, int] = {}
        self._users = {user.email: user for user in session.scalars(sa.select(User))}
        self._members = set(
            session.scalars(
                sa.select(Membership.user_id).where(Membership.campaign_id == campaign.id)
            )
        )
        self._half_days = team.half_days_of(session, self._members)
        self._territories = _territories(session)
        self._communes = _communes(session)

    def volunteer(self, line: int, row: dict[str, str]) -> _Wanted | None:
        """The volunteer of one line, None when it is refused or repeats another."""
        try:
            email = accounts.normal_email(row["email"])
            self._refuse(email, row)
        except Refusal as refusal:
            self.refused += 1
            self.problems.append(
                self.table.problem(line, refusal.field or "", "refused", refusal.say)
            )
            return None
        if (first := self._seen.setdefault(email, line)) != line:
            say = f"Même adresse que la ligne {first} : la première compte."
            self.problems.append(self.table.problem(line, "email", "repeated", say))
            return None
        profile, home_insee = self._profile(line, row)
        user = self._users.get(email)
        if user is None or user.id not in self._members:
            return _Wanted(email, profile, home_insee, None, is_changed=True)
        return self._known(user, profile, home_insee)

    def _refuse(self, email: str, row: dict[str, str]) -> None:
        if not row["first_name"]:
            raise Refusal("Ligne refusée : aucun prénom.", field="first_name")
        user = self._users.get(email)
        if user is not None and user.role is not Role.VOLUNTEER:
            raise Refusal("Cette adresse a déjà un compte d’un autre rôle.", field="email")
        if user is not None and user.disabled_at is not None:
            raise Refusal("Le compte de cette adresse est fermé.", field="email")

    def _profile(self, line: int, row: dict[str, str]) -> tuple[Profile, str | None]:
        halves, unread = half_days(row.get("half_days", ""))
        for piece in unread:
            say = f"Demi-journée non comprise : « {piece} »."
            self.problems.append(self.table.problem(line, "half_days", "half_day", say))
        insee, of_commune = self._place(line, "commune", row, self._communes) or (None, None)
        territory = self._place(line, "territory", row, self._territories)
        profile = Profile(
            first_name=row["first_name"][:80],
            last_name=row.get("last_name", "")[:80],
            languages=row.get("languages", "")[:120],
            half_days=halves,
            territory_id=territory or of_commune,
        )
        return profile, insee

    def _place(self, line: int, field: str, row: dict[str, str], known: dict[str, T]) -> T | None:
        text = row.get(field, "")
        found = known.get(fold(text))
        if text and found is None:
            say = f"« {text} » n’est pas connu ici : laissé vide."
            self.problems.append(self.table.problem(line, field, f"unknown_{field}", say))
        return found

    def _known(self, user: User, profile: Profile, home_insee: str | None) -> _Wanted:
        """What the list leaves empty stays as it is noted."""
        halves = self._half_days.get(user.id, ())
        kept = replace(
            profile,
            last_name=profile.last_name or user.last_name,
            languages=profile.languages or user.languages,
            half_days=profile.half_days or halves,
            pace=user.pace,
            territory_id=profile.territory_id or user.territory_id,
        )
        noted = Profile(
            first_name=user.first_name,
            last_name=user.last_name,
            languages=user.languages,
            half_days=halves,
            pace=user.pace,
            territory_id=user.territory_id,
        )
        is_changed = kept != noted or home_insee not in (None, user.home_insee)
        return _Wanted(user.email, kept, home_insee, user.id, is_changed)


def _territories(session: Session) -> dict[str, int]:
    """Territories by code and by name, as people write either."""
    found: dict[str, int] = {}
    for row in session.execute(sa.select(Territory.id, Territory.code, Territory.name)):
        name = fold(row.name)
        for form in (fold(row.code), name, name.removeprefix("territoire "), f"territoire {name}"):
            found.setdefault(form, row.id)
    return found


def _communes(session: Session) -> dict[str, tuple[str, int | None]]:
    """Communes by INSEE code, and by name where one alone bears it: (code, territory)."""
    rows = list(_places(session))
    names = Counter(fold(name) for _, name, _ in rows)
    found = {insee.lower(): (insee, territory) for insee, _, territory in rows}
    for insee, name, territory in rows:
        if names[fold(name)] == 1:
            found[fold(name)] = (insee, territory)
    return found


def _places(session: Session) -> Iterator[tuple[str, str, int | None]]:
    for row in session.execute(sa.select(Commune.insee, Commune.name, Commune.territory_id)):
        yield row.insee, row.name, row.territory_id
