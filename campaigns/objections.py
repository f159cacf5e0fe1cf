"""Who said « ne plus appeler » comes back under no spelling; nothing readable is kept of them."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from campaigns import values

_LONG, _SHORT = 64, 48  # letters of an exact seal, and of a quick one
_INITIALS = 2  # « R. », « J.-P. »


class Who(NamedTuple):
    """What recognises somebody; ``phones`` in E.164."""

    last_name: str
    first_name: str
    birth_name: str
    birth_date: date | None
    phones: tuple[str, ...]


def fingerprints(key: bytes, who: Who) -> set[str]:
    """The sealed marks of somebody: one in common with a person who objected, and it is them."""
    seals = _Seals(key)
    return {*map(seals.exact, _exact(who)), *map(seals.quick, _near(who))}


def to_keep(key: bytes, who: Who) -> set[str]:
    """All that is stored when somebody objects: their fingerprints, and signs to go fast.

    Signs are shared (a day, a number, a surname beside them): never compare a person with them,
    nor take them away.
    """
    seals = _Seals(key)
    exact = set(map(seals.exact, _exact(who)))
    signs = values.signs(birth_date=who.birth_date, phones=who.phones)
    return {
        *exact,
        *map(seals.with_signs, exact),
        *map(seals.quick, _near(who)),
        *map(seals.quick, signs),
        *map(seals.quick, values.family_marks(**who._asdict())),
    }


def are_bare(key: bytes, kept: Collection[str]) -> bool:
    """Whether some of the stored marks are of before there were signs beside them."""
    with_signs = _Seals(key).with_signs
    return any(len(mark) == _LONG and with_signs(mark) not in kept for mark in kept)


class Objectors:
    """Everybody who objected, ready to be asked about each line of a list."""

    def __init__(self, key: bytes, kept: Collection[str]) -> None:
        """``kept``: the stored fingerprints, those made before there were signs included."""
        self._kept = kept if isinstance(kept, frozenset) else frozenset(kept)
        self._seals = _Seals(key)
        self._born: dict[date, bool] = {}
        self._some_without_signs = are_bare(key, self._kept)

    def has(
        self,
        *,
        last_name: str,
        first_name: str,
        birth_name: str = "",
        birth_date: date | None,
        phones: Sequence[str],
    ) -> bool:
        """Is this person one of them? A number alone is never enough, nor is a birth date."""
        shows_a_sign = self._was_born(birth_date) or any(map(self.has_number, phones))
        if not (shows_a_sign or self._some_without_signs):
            return False
        who = Who(last_name, first_name, birth_name, birth_date, tuple(phones))
        kept, seals = self._kept, self._seals
        if any(seals.exact(mark) in kept for mark in _exact(who)):
            return True
        return shows_a_sign and any(seals.quick(mark) in kept for mark in _near(who))

    def may_hide(
        self,
        *,
        last_name: str,
        first_name: str,
        birth_name: str = "",
        birth_date: date | None,
        phones: Sequence[str],
    ) -> bool:
        """May this line, that gives an initial or no first name, be one of them?

        The surname and a birth date or a number agree: theirs, or their spouse’s.
        """
        last, first = (values.name_key(each, "") for each in (last_name, first_name))
        if len(last) <= _INITIALS < len(first):  # « R. » in the column of surnames
            last_name, first, birth_name = first_name, last, ""
        if len(first) > _INITIALS:
            return False
        if not (self._was_born(birth_date) or any(map(self.has_number, phones))):
            return False
        # Without a first name, it may stand in the column of surnames: « Mme DUPONT Renée ».
        families = [last_name] if first else [last_name, *values.fold(last_name).split()]
        asked = {
            mark
            for family in families
            for mark in values.family_marks(
                last_name=family,
                first_name=first,
                birth_name=birth_name,
                birth_date=birth_date,
                phones=phones,
            )
            if mark[-1] == first[:1]
        }
        return any(self._seals.quick(mark) in self._kept for mark in asked)

    def has_number(self, e164: str) -> bool:
        """Was this one of their numbers? It only warns: a spouse keeps their calls."""
        return bool(self._kept) and self._seals.quick(("number", e164)) in self._kept

    def _was_born(self, day: date | None) -> bool:
        """Was one of them born that day, or that day with day and month swapped?"""
        if day is None or not self._kept:
            return False
        if (known := self._born.get(day)) is None:
            (sign,) = values.signs(birth_date=day, phones=())
            known = self._born[day] = self._seals.quick(sign) in self._kept
        return known


def _exact(who: Who) -> tuple[values.Mark, ...]:
    return values.objection_marks(**who._asdict())


def _near(who: Who) -> tuple[values.Mark, ...]:
    return values.near_marks(**who._asdict())


class _Seals:
    """The key scheduled once, for thousands of marks.

    Exact marks keep the seal of ``sealing.fingerprint``, so that older fingerprints stay valid.
    """

    def __init__(self, key: bytes) -> None:
        self._exact = hmac.new(key, digestmod=hashlib.sha256)
        self._quick = hashlib.blake2b(key=key, digest_size=_SHORT // 2)

    def exact(self, mark: values.Mark) -> str:
        """HMAC-SHA256, in hexadecimal."""
        seal = self._exact.copy()
        seal.update("\x1f".join(mark).encode())
        return seal.hexdigest()

    def quick(self, mark: values.Mark) -> str:
        """Keyed BLAKE2b (RFC 7693), in hexadecimal: a third of the time."""
        seal = self._quick.copy()
        seal.update("\x1f".join(mark).encode())
        return seal.hexdigest()

    def with_signs(self, exact: str) -> str:
        """Kept beside an exact mark to tell that its signs are kept too."""
        return self.quick(("signs of", exact))
