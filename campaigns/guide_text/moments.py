"""The moments of a call the guide serves, and the cases in which a block is said."""

from collections.abc import Mapping
from enum import StrEnum

from campaigns.guide_text.conditions import Condition


class Kind(StrEnum):
    """The moment of the call a section serves."""

    INTRO = "intro"
    ROLE = "role"
    BEFORE = "before"
    OPENING = "opening"
    NEWS = "news"
    THEME = "theme"
    NEED = "need"
    RIGHTS = "rights"
    ALERT = "alert"
    CLOSING = "closing"
    AFTER = "after"
    VARIANT = "variant"

    @property
    def label(self) -> str:
        """The moment in the guide editor's words."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    Kind.INTRO: "Introduction",
    Kind.ROLE: "Votre rôle",
    Kind.BEFORE: "Avant l’appel",
    Kind.OPENING: "L’ouverture",
    Kind.NEWS: "Prendre des nouvelles",
    Kind.THEME: "Un thème",
    Kind.NEED: "Quand un besoin apparaît",
    Kind.RIGHTS: "Le point sur les droits",
    Kind.ALERT: "Signaux d’alerte",
    Kind.CLOSING: "La clôture",
    Kind.AFTER: "Après l’appel",
    Kind.VARIANT: "Une variante",
}


class Case(StrEnum):
    """When a block is to be said, if not always."""

    FIRST_CALL = "first_call"
    DISTRUST = "distrust"
    NOT_NOW = "not_now"
    THIRD_PARTY = "third_party"
    VOICEMAIL = "voicemail"
    DEATH = "death"
    STOP = "stop"
    GIFT = "gift"
    PROTECTED = "protected"

    @property
    def label(self) -> str:
        """The case as the call page's « et si… » names it."""
        return _CASE_LABELS[self]


_CASE_LABELS = {
    Case.FIRST_CALL: "C’est le premier appel",
    Case.DISTRUST: "La personne se méfie",
    Case.NOT_NOW: "Ce n’est pas le bon moment",
    Case.THIRD_PARTY: "Quelqu’un d’autre répond",
    Case.VOICEMAIL: "C’est un répondeur",
    Case.DEATH: "On vous apprend un décès",
    Case.STOP: "Elle ne veut plus être appelée",
    Case.GIFT: "On vous offre un cadeau",
    Case.PROTECTED: "La personne a un tuteur ou un curateur",
}


# How the guide opens the sections and blocks that the call page shows at their own moment.
KINDS: Mapping[str, Kind] = {
    "Votre rôle": Kind.ROLE,
    "Avant l’appel": Kind.BEFORE,
    "L’ouverture": Kind.OPENING,
    "Prendre des nouvelles": Kind.NEWS,
    "Les thèmes": Kind.THEME,
    "Signaux d’alerte": Kind.ALERT,
    "La clôture": Kind.CLOSING,
    "Après l’appel": Kind.AFTER,
    "Variante": Kind.VARIANT,
    "Quand un besoin": Kind.NEED,
    "Le point sur les droits": Kind.RIGHTS,
}
CASES: Mapping[str, Case] = {
    "premier appel": Case.FIRST_CALL,
    "se méfie": Case.DISTRUST,
    "bon moment": Case.NOT_NOW,
    "quelqu’un d’autre": Case.THIRD_PARTY,
    "répondeur": Case.VOICEMAIL,
    "décès": Case.DEATH,
    "ne veut plus": Case.STOP,
    "cadeau": Case.GIFT,
    "est protégée": Case.PROTECTED,
}
AUDIENCES: Mapping[str, str] = {"A": "canicule", "B": "rsa", "C": "handicap"}
# For whom a lettered variant is meant when its text does not say « Pour : … ».
VARIANTS: Mapping[str, tuple[Condition, ...]] = {
    "A": (Condition.HEAT,),
    "B": (Condition.RSA,),
    "C": (Condition.PCH, Condition.LANGUAGE),
}
