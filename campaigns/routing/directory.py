"""The offices a need may go to, as the directory knows them, seen from where a person lives."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns import reference
from campaigns.reference import COORDINATION, Mode
from campaigns.routing.kinds import BY_PLACE

# Destinations whose people read their needs here: they receive without a mail address too.
_INBOXES = frozenset({"territoire", "coordination"})


@dataclass(frozen=True, slots=True)
class Destination:
    """An office as the directory knows it; ``kind`` is the directory's (ccas, cpam, …).

    ``channel`` is how it wants to be told: mail, phone or paper.
    """

    code: str
    kind: str
    name: str
    email: str | None = None
    phone: str | None = None
    channel: str = "mail"

    @property
    def is_internal(self) -> bool:
        """Whether it is the Département itself: only then may a file number be told."""
        return self.kind in reference.INTERNAL_KINDS


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person lives. ``insee`` and ``territory_code`` are None while unknown.

    ``city`` is the INSEE code of Paris, Lyon or Marseille when ``insee`` is an arrondissement's:
    the city's office serves where the arrondissement has none.
    """

    insee: str | None
    name: str
    territory_code: str | None
    city: str | None = None


# The directory answers for a code: those of the routing table, <STEM>_<insee> (MAIRIE_80620: the
# office of that commune, or the one that serves it), <STEM>_<territory code>,
# TERRITOIRE_<territory code>; None when there is no such office.
Directory = Callable[[str], Destination | None]


def resolve(code: str, place: Place, directory: Directory) -> Destination | None:
    """The office meant by a row's destination, for someone who lives there.

    A specialised cell of the person's commune comes before their territory's, and that one before
    the département's.
    """
    if code == "TERRITOIRE":
        return directory(f"TERRITOIRE_{place.territory_code}") if place.territory_code else None
    towns = [insee for insee in (place.insee, place.city) if insee]
    if code in {"CCAS", "MAIRIE"}:
        kinds = ("CCAS", "MAIRIE") if code == "CCAS" else ("MAIRIE",)
        return _first(directory, [f"{kind}_{insee}" for kind in kinds for insee in towns])
    if code in BY_PLACE:
        near = [*towns, *([place.territory_code] if place.territory_code else [])]
        return _first(directory, [*(f"{code}_{where}" for where in near), code])
    return coordination(directory) if code == COORDINATION else directory(code)


def _first(directory: Directory, codes: list[str]) -> Destination | None:
    offices = (directory(code) for code in codes)
    return next((office for office in offices if office is not None), None)


def coordination(directory: Directory) -> Destination:
    """The basket that every instance has, even before its address is known."""
    return directory(COORDINATION) or Destination(
        COORDINATION, "coordination", "Coordination de la campagne"
    )


def is_reachable(office: Destination, mode: Mode) -> bool:
    """Whether a mail or a call, as the row and the office want, has somewhere to arrive."""
    if mode is Mode.PHONE or office.channel == "phone":
        return office.phone is not None
    if office.channel == "paper":
        return True  # a sheet printed by the coordination needs no address of ours
    return office.email is not None or office.kind in _INBOXES


def mode_for(office: Destination, mode: Mode) -> Mode:
    """How an office is really told: nothing leaves by mail for who wants the telephone or paper."""
    return mode if office.channel == "mail" else Mode.PHONE
