"""What the braces of the guide stand for."""

from campaigns import reference
from campaigns.models import Organisation, Person, Title, User
from campaigns.values import national

_ILL_TREATMENT = "PRO_MALTRAITANCE"
_NATIONAL_LINE = "3133"
_ANY_TITLE = "Madame ou Monsieur"
_TITLES = {Title.MRS: "Madame", Title.MR: "Monsieur"}


def filled_with(
    *,
    person: Person | None,
    caller: User,
    organisation: Organisation,
    last_need: str | None,
    is_first_call: bool,
) -> dict[str, str]:
    """The words for each gap; a gap without words is left out.

    Who has no title, or no name of one kind, is still called something one can say aloud.
    """
    words = {
        "prénom": caller.first_name,
        "de l’organisme": organisation.of_name,
        "de la mairie ou du CCAS": organisation.of_name,
        "numéro standard": _read_aloud(organisation.switchboard_phone),
        "numéro coordination": _read_aloud(organisation.coordination_phone),
        "numéro maltraitance": _ill_treatment_line(),
        "la dernière fois / ces derniers jours": (
            "ces derniers jours" if is_first_call else "la dernière fois"
        ),
        "besoin transmis": last_need or "",
    }
    if person is not None:
        own_name = person.first_name if person.last_name else ""
        words["civilité"] = _TITLES.get(person.title, own_name) or _ANY_TITLE
        words["nom"] = person.last_name or person.first_name
        words["code de confiance"] = person.trust_code or ""
    return {name: value for name, value in words.items() if value}


def _ill_treatment_line() -> str:
    numbers = [line.number for line in reference.help_lines_for(_ILL_TREATMENT)]
    return _NATIONAL_LINE if _NATIONAL_LINE in numbers else next(iter(numbers), "")


def _read_aloud(e164: str) -> str:
    return national(e164) if e164 else ""
