"""Whose words and names do not leave with somebody else's data (RGPD, article 15.4)."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any  # values of any column

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Person, Role, User

CALLER, OTHER = "un·e volontaire", "une autre personne"
WITHHELD = "(mots d’un·e volontaire sur soi-même, non communiqués : RGPD, article 15.4)"
# What a volunteer says of themselves, or is told of their own work: about them, not the person.
OF_CALLERS = frozenset({("care_request", "words"), ("care_request", "note"), ("review", "remark")})
# Who spoke for the person: somebody else's name.
OF_OTHERS = {("call_suggestion", "said_by"): "une personne de la mairie"}
_ROLES = {
    Role.VOLUNTEER: CALLER,
    Role.COORDINATOR: "la coordination",
    Role.COORDINATION: "la coordination",
    Role.LEAD: "le pilotage",
    Role.DPO: "la protection des données",
}


@dataclass(frozen=True, slots=True)
class Masks:
    """Roles by account, and what takes out of a text the names of others."""

    roles: dict[int, str]
    names: re.Pattern[str] | None
    others: re.Pattern[str] | None

    def told(self, text: str) -> str:
        """A text without the name or address of anybody but the person."""
        if self.names is not None:
            text = self.names.sub(CALLER, text)
        return text if self.others is None else self.others.sub(OTHER, text)

    def inside(self, value: Any) -> Any:
        """The same in every text of a value kept as JSON."""
        if isinstance(value, str):
            return self.told(value)
        if isinstance(value, dict):
            return {str(key): self.inside(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.inside(each) for each in value]
        return value


def read(
    session: Session, people: Iterable[int], *, near: Iterable[int], callers: Collection[int]
) -> Masks:
    """The masks of one person's data.

    ``people`` are their records, ``near`` those of others who stand beside them (the household, a
    double that was not one). Of ``callers`` (accounts named by their rows) the first name alone is
    masked too; anybody else's may be their daughter's.
    """
    own = set(people)
    theirs = list(session.scalars(sa.select(Person).where(Person.id.in_(own))))
    kept = {_folded(name) for one in theirs for name in (one.first_name, one.last_name) if name}
    kept |= {_folded(one.full_name) for one in theirs}
    users = list(session.scalars(sa.select(User).order_by(User.id)))
    names = [name for user in users for name in (user.full_name, _turned(user), user.email)]
    names += [user.first_name for user in users if user.id in callers]
    others = session.scalars(sa.select(Person).where(Person.id.in_(set(near) - own)))
    return Masks(
        {user.id: _ROLES[user.role] for user in users},
        _any_of(names, but=kept),
        _any_of([name for one in others for name in _names(one)], but=kept),
    )


def _names(one: Person) -> tuple[str, ...]:
    full = f"{one.first_name} {one.last_name}".strip()
    turned = f"{one.last_name} {one.first_name}".strip()
    return (one.full_name, full, turned, one.short_name, one.first_name, one.last_name)


def _turned(user: User) -> str:
    return f"{user.last_name} {user.first_name}".strip()


def _any_of(names: Iterable[str], *, but: set[str]) -> re.Pattern[str] | None:
    wanted = {name for name in names if len(name) > 1 and _folded(name) not in but}
    if not wanted:
        return None
    longest = sorted(wanted, key=lambda name: (-len(name), name))
    # A name as it is written: « rose » in a garden is not « Rose » who calls.
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def _folded(name: str) -> str:
    return name.casefold().strip()
