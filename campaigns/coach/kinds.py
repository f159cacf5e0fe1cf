"""What the coach recognises in a free text, and how kindly it says so."""

from dataclasses import dataclass
from enum import StrEnum

NUMBER_GONE = "(numéro effacé)"
NUMBER_GIVEN = "(numéro donné à la coordination)"
ADDRESS_GIVEN = "(adresse donnée à la coordination)"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind is spoken of: its name, why not to write it, what to write instead.

    ``softer`` replaces the words alone, ``after_verb`` the words with the verb before them; an
    empty ``softer`` proposes to take them away.
    """

    label: str
    say: str
    softer: str = ""
    after_verb: str = ""


class Kind(StrEnum):
    """A kind of words that have no place in a note (CNIL, free-text zones; handbook 11)."""

    HEALTH = "maladies"
    MEDICINE = "medicaments"
    JUDGEMENT = "jugements"
    INSULT = "insultes"
    BELIEF = "croyances"
    ORIGIN = "origines"
    OPINION = "opinions"
    INTIMACY = "vie_intime"
    NIR = "nir"
    IBAN = "iban"
    CARD = "carte"
    PHONE = "telephone"
    EMAIL = "courriel"

    @property
    def label(self) -> str:
        """The kind in a volunteer's words."""
        return MANNERS[self].label

    @property
    def say(self) -> str:
        """Why not to write it, and what to write."""
        return MANNERS[self].say


MANNERS = {
    Kind.HEALTH: Manner(
        "Une maladie",
        "Une maladie ne se note pas : dites plutôt de quoi elle a besoin.",
        "souci de santé",
        "a un souci de santé",
    ),
    Kind.MEDICINE: Manner(
        "Un médicament",
        "Le nom d’un médicament dit la maladie : « son traitement » suffit.",
        "son traitement",
    ),
    Kind.JUDGEMENT: Manner(
        "Un jugement",
        "Imaginez qu’elle lise cette fiche : dites un fait, sans juger.",
    ),
    Kind.INSULT: Manner(
        "Un mot blessant",
        "Ce mot pourrait blesser. Si l’appel a été dur, « Appel difficile » est là pour vous.",
    ),
    Kind.BELIEF: Manner(
        "Une croyance",
        "Sa religion ne regarde qu’elle : dites seulement l’heure ou le repas qui convient.",
    ),
    Kind.ORIGIN: Manner(
        "Une origine",
        "Son origine n’aide pas à répondre : dites seulement la langue, si c’est utile.",
    ),
    Kind.OPINION: Manner("Une opinion", "Ses opinions ne se notent pas."),
    Kind.INTIMACY: Manner("La vie intime", "Sa vie intime ne se note pas."),
    Kind.NIR: Manner(
        "Un numéro de Sécurité sociale",
        "Un numéro de Sécurité sociale ne s’écrit jamais ici.",
        NUMBER_GONE,
    ),
    Kind.IBAN: Manner(
        "Un compte en banque", "Un numéro de compte ne s’écrit jamais ici.", NUMBER_GONE
    ),
    Kind.CARD: Manner(
        "Une carte bancaire", "Un numéro de carte ne s’écrit jamais ici.", NUMBER_GONE
    ),
    Kind.PHONE: Manner(
        "Un numéro de téléphone",
        "Un numéro ne se garde pas dans une note : donnez-le à la coordination, qui l’ajoute à la "
        "fiche.",
        NUMBER_GIVEN,
    ),
    Kind.EMAIL: Manner(
        "Une adresse électronique",
        "Une adresse ne se garde pas dans une note : donnez-la à la coordination.",
        ADDRESS_GIVEN,
    ),
}
# Kinds whose words are kept in a file of the same name.
WORDED = (
    Kind.INSULT,
    Kind.JUDGEMENT,
    Kind.MEDICINE,
    Kind.HEALTH,
    Kind.BELIEF,
    Kind.ORIGIN,
    Kind.OPINION,
    Kind.INTIMACY,
)
