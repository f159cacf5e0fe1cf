"""The short codes of a sheet off screen: what somebody writes by hand and somebody else types.

They are written here once and never derived from the order of a file: a sheet printed on Monday is
typed on Friday, whatever was added in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stdnum.iso7064 import mod_11_10, mod_37_36

from campaigns import reference
from campaigns.retry import Answers, Mood, Spoke, Wish

# Without the signs that are taken for another once written by hand: I, L, O, U.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEMBERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class OutcomeCode:
    """One way a call ends, as it is ticked or typed; ``answers`` are those of the call page."""

    code: str
    label: str
    answers: Answers


def _of_situation(code: str, spoke: Spoke, situation: str) -> OutcomeCode:
    label = reference.outcomes()[situation].label
    return OutcomeCode(code, label, Answers(spoke, situation=situation))


def _outcomes() -> Mapping[str, OutcomeCode]:
    yes = Spoke.YES
    often = (
        OutcomeCode("1", "Joint, va bien", Answers(yes, mood=Mood.WELL)),
        OutcomeCode("2", "Joint, fragile", Answers(yes, mood=Mood.FRAGILE)),
        OutcomeCode("3", "Joint, inquiétant", Answers(yes, mood=Mood.WORRYING)),
        OutcomeCode("4", "Joint, écourté", Answers(yes, short=True)),
        _of_situation("5", Spoke.NO_ANSWER, "NON_REPONSE"),
        OutcomeCode("6", "Messagerie, message laissé", Answers(Spoke.VOICEMAIL, message_left=True)),
        OutcomeCode("7", "Messagerie, sans message", Answers(Spoke.VOICEMAIL, message_left=False)),
        _of_situation("8", Spoke.LATER, "RAPPEL_DATE"),
        _of_situation("9", Spoke.LATER, "REFUS_DEFINITIF"),
    )
    rarely = [_of_situation(code, spoke, situation) for code, spoke, situation in _RARE]
    return MappingProxyType({each.code: each for each in (*often, *rarely)})


_RARE = (
    ("10", Spoke.NO_ANSWER, "OCCUPE"),
    ("11", Spoke.NO_ANSWER, "COUPE"),
    ("12", Spoke.NO_ANSWER, "REJET_MASQUE"),
    ("13", Spoke.WRONG_NUMBER, "FAUX_NUMERO"),
    ("14", Spoke.WRONG_NUMBER, "NON_ATTRIBUE"),
    ("15", Spoke.WRONG_NUMBER, "SANS_NUMERO"),
    ("16", Spoke.LATER, "REFUS_JOUR"),
    ("17", Spoke.LATER, "MEFIANCE"),
    ("18", Spoke.OTHER, "LANGUE"),
    ("19", Spoke.OTHER, "AUDITION"),
    ("20", Spoke.OTHER, "CONFUSION"),
    ("21", Spoke.OTHER, "TIERS_ABSENT"),
    ("22", Spoke.OTHER, "TIERS_NOUVELLES"),
    ("23", Spoke.OTHER, "HOSPITALISE"),
    ("24", Spoke.OTHER, "ABSENT_DATE"),
    ("25", Spoke.OTHER, "EN_ETABLISSEMENT"),
    ("26", Spoke.OTHER, "DEMENAGE"),
    ("27", Spoke.OTHER, "DECEDE"),
    ("28", Spoke.OTHER, "HORS_CIBLE"),
    ("29", Spoke.OTHER, "DOUBLON"),
    ("30", Spoke.OTHER, "NON_TRAITE"),
)
OUTCOMES = _outcomes()
OFTEN = tuple(code for code in OUTCOMES if len(code) == 1)  # ticked; the others are written
# The letter recalls the family: S santé, N nourriture, A autonomie, D droits, L logement…
NEEDS: Mapping[str, str] = MappingProxyType(
    {
        "S1": "SAN_VITAL",
        "S2": "PSY_SUICIDE",
        "S3": "SAN_CANICULE",
        "S4": "SAN_RDV",
        "S5": "SAN_MEDICAMENTS",
        "S6": "SAN_MATERIEL",
        "S7": "SAN_DROITS",
        "S8": "SAN_ADDICTION",
        "S9": "PSY_SOUTIEN",
        "C1": "LIEN_ISOLEMENT",
        "C2": "ALE_LEVEE_DOUTE",
        "N1": "ALI_URGENCE",
        "N2": "ALI_COURSES",
        "N3": "ALI_PORTAGE",
        "A1": "AUT_AIDE_DOM",
        "A2": "AUT_APA",
        "A3": "AUT_PCH",
        "A4": "AUT_TELEASSISTANCE",
        "A5": "AUT_AIDANT",
        "A6": "AUT_PROTECTION",
        "D1": "DRO_RSA",
        "D2": "DRO_CAF",
        "D3": "DRO_RETRAITE",
        "D4": "DRO_BUDGET",
        "L1": "LOG_SANS",
        "L2": "LOG_IMPAYE",
        "L3": "LOG_ENERGIE",
        "L4": "LOG_INDIGNE",
        "P1": "NUM_DEMARCHES",
        "P2": "ADM_COURRIER",
        "T1": "MOB_TRANSPORT",
        "T2": "EMP_EMPLOI",
        "F1": "FAM_GARDE",
        "V1": "PRO_ENFANT",
        "V2": "PRO_VIOLENCES",
        "V3": "PRO_MALTRAITANCE",
        "V4": "PRO_ARNAQUE",
        "X1": "LAN_INTERPRETE",
        "X2": "DIV_ANIMAUX",
        "X3": "DIV_AUTRE",
    }
)
WISHES: Mapping[str, Wish] = MappingProxyType(
    {
        "H": Wish.WEEKLY,
        "Q": Wish.FORTNIGHTLY,
        "M": Wish.MONTHLY,
        "P": Wish.ONCE,
        "J": Wish.NEVER,
        "I": Wish.UNDECIDED,
    }
)
AGREEMENTS: Mapping[str, str] = MappingProxyType(
    {"O": "Oui", "N": "Non", "V": "Urgence vitale, sans accord"}
)


def need_label(code: str) -> str:
    """The kind of need a code stands for, in words."""
    return reference.categories()[NEEDS[code]].label


def sheet_number(sheet_id: int, nth: int) -> str:
    """The number of an issued sheet: figures only, the last one checks the others (ISO 7064)."""
    bare = f"{sheet_id}{nth:02d}"
    return f"{bare}{mod_11_10.calc_check_digit(bare)}"


def is_sheet_number(text: str) -> bool:
    """Whether the figures agree with their check figure: one mistyped is always seen."""
    return text.isascii() and text.isdigit() and mod_11_10.is_valid(text)


def row_code(number: str, place: int, member: int, *, alone: bool) -> str:
    """The code of a row, « 07-K », or « 07b-R » for the second person of a household.

    ``place`` counts lines from 1, ``member`` people of the household from 0. The last sign checks
    sheet, line and person together: a code copied from another sheet is seen.
    """
    letter = "" if alone and member == 0 else _MEMBERS[member]
    return f"{place:02d}{letter}-{_check(number, place, member)}"


def row_named(number: str, text: str) -> tuple[int, int] | None:
    """Place and member a written code names on this sheet; None when its check sign disagrees."""
    written = text.replace(" ", "").replace("-", "")
    body, check = written[:-1], written[-1:].upper()
    figures = body.rstrip(_MEMBERS + _MEMBERS.upper())
    letter = body[len(figures) :].lower()
    if not (figures.isascii() and figures.isdigit()) or len(figures) > 3 or len(letter) > 1:
        return None
    place, member = int(figures), _MEMBERS.index(letter) if letter else 0
    return (place, member) if check == _check(number, place, member) else None


def _check(number: str, place: int, member: int) -> str:
    # Mod M + 1, M works for every even M: ours is 32, the standard’s own 36.
    told = f"{number}{place:02d}{_SIGNS[member]}"
    return str(mod_37_36.calc_check_digit(told, alphabet=_SIGNS))
