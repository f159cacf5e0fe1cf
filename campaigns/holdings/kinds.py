"""The words of the register: whose rows a table holds, and what each column is."""

from dataclasses import dataclass

from campaigns.models import Labelled


class Whose(Labelled):
    """Whom the rows of a table are about."""

    PERSON = "person", "une personne"  # one person, reached by a key, or by the row named in them
    HOUSEHOLD = "household", "un foyer"  # those who answer one telephone, together
    LIST = "list", "une liste à confirmer"  # nobody is linked to its lines yet
    USER = "user", "un compte"  # somebody with an account
    NOBODY = "nobody", "personne"


class Nature(Labelled):
    """What a column holds."""

    ID = "id", "identifiant"  # a key, or the numbers of other rows
    FACT = "fact", "code, date ou nombre"  # it may stay once nobody is behind it
    PERSONAL = "personal", "donnée personnelle"  # says who somebody is
    WORDS = "words", "texte libre"  # free text: it may say anything of anybody
    SECRET = "secret", "clé ou empreinte"  # it opens, or recognises; never shown


@dataclass(frozen=True, slots=True)
class Holding:
    """One table of the register.

    ``by``: its columns that lead to who the row is about, any of them. Empty for rows that are
    found by what they hold (``reading``), and for those about nobody we call. ``columns`` leaves
    out keys.
    """

    whose: Whose
    by: tuple[str, ...]
    columns: dict[str, Nature]


def held(
    whose: Whose,
    *,
    by: str = "",
    ids: str = "",
    facts: str = "",
    personal: str = "",
    words: str = "",
    secret: str = "",
) -> Holding:
    """One table; each text names columns, with a space between."""
    natures = (
        (Nature.ID, ids),
        (Nature.FACT, facts),
        (Nature.PERSONAL, personal),
        (Nature.WORDS, words),
        (Nature.SECRET, secret),
    )
    columns = {column: nature for nature, names in natures for column in names.split()}
    return Holding(whose, tuple(by.split()), columns)
