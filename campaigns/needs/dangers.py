"""What a caller may hear that cannot wait: what to say, whom to ring, what is raised.

Source: the callers' guide, section 5, and ``numeros.csv`` for how sure each number is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from campaigns.models import Agreement
from campaigns.reference import HelpLine, help_lines


@dataclass(frozen=True, slots=True)
class Way:
    """One button of a danger: the words on it, and what pressing it answers for the person."""

    code: str
    words: str
    agreement: Agreement
    answers: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Danger:
    """One thing heard. ``numbers`` are rung on another line, in this order; ``say`` is said to the
    person, ``do`` done meanwhile; ``ways`` the buttons, the most urgent first."""

    code: str
    heard: str
    say: str
    do: str
    numbers: tuple[str, ...]
    category: str
    ways: tuple[Way, ...]

    def way(self, code: str) -> Way | None:
        """One of its buttons; the most urgent unless told."""
        return next((one for one in self.ways if one.code == code or not code), None)

    def lines(self) -> tuple[HelpLine, ...]:
        """Its numbers with their hours and how sure they are, in the order to ring them."""
        known = {line.number: line for line in help_lines()}
        return tuple(known[number] for number in self.numbers)


def _now(question: str = "", words: str = "Danger maintenant : alerter") -> Way:
    answers = {question: True} if question else {}
    return Way("maintenant", words, Agreement.VITAL, MappingProxyType(answers))


def _agreed(question: str = "", words: str = "Elle est d’accord : alerter") -> Way:
    answers = {question: True} if question else {}
    return Way("accord", words, Agreement.YES, MappingProxyType(answers))


_ALERT = "Alerter la coordination"
# Protecting somebody vulnerable needs no agreement (code pénal 434-3 and 226-14; handbook 5).
_REPORT = Way("signaler", "Pas de danger immédiat : signaler", Agreement.VITAL)

ANY = Danger(
    "autre",
    "Autre danger, ou pas le temps de choisir",
    "« Je reste avec vous. »",
    "Demandez où est la personne, si elle est seule, ce qui se passe.",
    ("15", "18", "17", "112", "114"),
    "SAN_VITAL",
    (_now(words=_ALERT),),
)
DANGERS: tuple[Danger, ...] = (
    Danger(
        "malaise",
        "Malaise, douleur dans la poitrine, chute, difficulté à respirer",
        "« Je reste avec vous. »",
        "Demandez l’adresse, l’étage, si la porte est ouverte. "
        "Ne raccrochez pas avant les secours.",
        ("15", "112", "114"),
        "SAN_VITAL",
        (_now(words=_ALERT),),
    ),
    Danger(
        "feu",
        "Fumée, gaz, incendie",
        "« Sortez si vous le pouvez. »",
        "Faites sortir d’abord, parlez ensuite. Rien à allumer ni à éteindre en cas de gaz.",
        ("18", "112"),
        "SAN_VITAL",
        (_now(words=_ALERT),),
    ),
    Danger(
        "suicide",
        "« Je veux en finir », « je suis de trop », des adieux",
        "« Est-ce que vous pensez à mourir ? »",
        "Restez calme : en parler n’aggrave pas. Ne laissez pas la personne seule au téléphone. "
        "Le 15 si c’est pour maintenant.",
        ("3114", "15"),
        "PSY_SUICIDE",
        (_now(words=_ALERT),),
    ),
    Danger(
        "violence",
        "Violence dans le couple ou la famille",
        "« Pouvez-vous parler librement ? Répondez juste oui ou non. »",
        "Demandez un moment sûr pour rappeler. Aucun message, aucun courrier.",
        ("17", "114", "3919", "116 006"),
        "PRO_VIOLENCES",
        (
            _now("PRO_VIOLENCES_1"),
            _agreed(words="Pas de danger immédiat, elle est d’accord : signaler"),
        ),
    ),
    Danger(
        "maltraitance",
        "Une personne âgée ou handicapée malmenée, enfermée, privée de soins ou d’argent",
        "« Ce que vous me dites est grave. Je dois en parler à quelqu’un qui peut vous protéger. »",
        "Écoutez, notez les mots exacts. N’enquêtez pas, n’appelez pas l’auteur.",
        ("3133", "17"),
        "PRO_MALTRAITANCE",
        (_now("PRO_MALTRAITANCE_1"), _REPORT),
    ),
    Danger(
        "enfant",
        "Un enfant en danger",
        "« Ce que vous me dites est grave. Je dois en parler à quelqu’un qui peut protéger. »",
        "Notez ce qui est dit ou entendu. L’accord des parents n’est pas nécessaire.",
        ("119", "17"),
        "PRO_ENFANT",
        (_now("PRO_ENFANT_1"), _REPORT),
    ),
    Danger(
        "confus",
        "Propos soudain confus, voix pâteuse",
        "« Quel jour sommes-nous ? Y a-t-il quelqu’un avec vous ? »",
        "Nouveau ou inhabituel : le 15, même au moindre doute.",
        ("15", "112"),
        "SAN_VITAL",
        (_now(words=_ALERT),),
    ),
    Danger(
        "repas",
        "Plus rien à manger aujourd’hui",
        "« Combien êtes-vous ? Y a-t-il un bébé ? Pouvez-vous sortir ? »",
        "Prévenez aussi la coordination par téléphone : c’est pour aujourd’hui.",
        ("115",),
        "ALI_URGENCE",
        (_agreed(),),
    ),
    Danger(
        "traitement",
        "Plus de traitement d’ici deux jours",
        "« Qui est votre pharmacie habituelle ? Quelqu’un peut-il y aller ? »",
        "Pas de liste de médicaments. Prévenez aussi la coordination par téléphone.",
        ("15",),
        "SAN_MEDICAMENTS",
        (_agreed("SAN_MEDICAMENTS_1"),),
    ),
    Danger(
        "chauffage",
        "Plus de chauffage par temps froid",
        "« Depuis quand ? Avez-vous de quoi vous couvrir, une pièce plus chaude ? »",
        "Prévenez aussi la coordination par téléphone : c’est pour aujourd’hui.",
        ("115",),
        "LOG_INDIGNE",
        (_agreed("LOG_INDIGNE_1"),),
    ),
    Danger(
        "silence",
        "Ne répond plus alors qu’elle répond toujours",
        "Ne patientez pas jusqu’à demain.",
        "La coordination prend le relais : elle joint un proche, puis la mairie. "
        "Vous avez entendu une chute ? Le 15.",
        ("15", "17"),
        "ALE_LEVEE_DOUTE",
        (
            Way(
                "signaler",
                "Demander une levée de doute",
                Agreement.VITAL,
                MappingProxyType({"ALE_LEVEE_DOUTE_1": False}),
            ),
            _now("ALE_LEVEE_DOUTE_1", "Chute entendue, ligne coupée : alerter"),
        ),
    ),
    ANY,
)


def danger_lines() -> tuple[HelpLine, ...]:
    """Every number of every danger, the most general first: what must be read without a network."""
    wanted = dict.fromkeys(number for one in (ANY, *DANGERS) for number in one.numbers)
    known = {line.number: line for line in help_lines()}
    return tuple(known[number] for number in wanted)


_BY_CODE = {danger.code: danger for danger in DANGERS}


def danger(code: str) -> Danger | None:
    """A danger by its code, or None."""
    return _BY_CODE.get(code)
