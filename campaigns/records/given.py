"""What somebody types about a person, and the words each field has for people."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.models import Person, Title

# Columns a person corrects by hand, with the words under which a correction is told.
FIELDS = {
    "title": "civilité",
    "last_name": "nom",
    "first_name": "prénom",
    "birth_name": "nom de naissance",
    "birth_date": "date de naissance",
    "email": "courriel",
    "address": "adresse",
    "postal_code": "code postal",
    "town": "commune",
    "language": "langue",
    "manner": "façon d’appeler",
    "schemes": "aides",
    "notify_person": "personne à prévenir",
    "home_help": "service d’aide à domicile",
    "key_holder": "détenteur des clés",
    "guardian": "tuteur ou curateur",
    "best_half": "meilleur moment",
    "mayor_opt_out": "opposition à la transmission au maire",
}
_HALVES = {"am": "le matin", "pm": "l’après-midi"}


@dataclass(frozen=True, slots=True)
class Given:
    """A person as a form gives them.

    ``phones`` are (E.164, label), in the order to try; ``insee`` is the commune that ``town`` and
    ``postal_code`` designate, None when nobody could tell.
    """

    last_name: str
    title: Title = Title.NONE
    first_name: str = ""
    birth_name: str = ""
    birth_date: date | None = None
    phones: tuple[tuple[str, str], ...] = ()
    email: str = ""
    address: str = ""
    postal_code: str = ""
    town: str = ""
    insee: str | None = None
    language: str = ""
    manner: str = ""
    schemes: str = ""
    notify_person: str = ""
    home_help: str = ""
    key_holder: str = ""
    guardian: str = ""
    best_half: str = ""
    mayor_opt_out: bool = False


def given_of(person: Person) -> Given:
    """A person as the form shows them; numbers that proved wrong are left out."""
    values: dict[str, Any] = {name: getattr(person, name) for name in FIELDS}
    if person.commune is not None:
        values["town"] = person.commune.name
    numbers = tuple((one.e164, one.label) for one in person.phones if one.invalid_at is None)
    return Given(**values, insee=person.insee, phones=numbers)


def written(field: str, value: Any) -> str:
    """A value as a correction tells it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Title):
        return value.label
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return _HALVES.get(value, "") if field == "best_half" else str(value)
