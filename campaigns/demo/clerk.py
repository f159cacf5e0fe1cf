"""The many ways a clerk types the same thing, and the slips of a long day."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from random import Random

Numbers = Iterator[str]
# Ranges kept for fiction by the regulator (handbook 11).
_RANGES = ("019900", "026191", "035301", "046571", "053649", "063998")
_EACH = 10_000


def numbers(random: Random) -> Numbers:
    """Every fictional number once, in random order; ``ValueError`` when they run out."""
    for drawn in random.sample(range(len(_RANGES) * _EACH), len(_RANGES) * _EACH):
        yield f"{_RANGES[drawn // _EACH]}{drawn % _EACH:04}"
    raise ValueError("no fictional number is left")


def phones(random: Random, found: tuple[str, ...]) -> tuple[str | float, str | float]:
    """What stands in the two telephone columns."""
    if not found:
        return random.choice(("", "", "", "néant", "liste rouge", "00 00 00 00 00")), ""
    if len(found) == 1:
        return _phone(random, found[0]), ""
    first, second = (str(_spaced(random, number)) for number in found)
    if random.random() < 0.5:
        between = random.choice((", ", " / ", " ou ", "\u00a0; ", "\n", " - "))
        return f"{first}{between}{second} ", ""
    return _phone(random, found[0]), _phone(random, found[1])


def _phone(random: Random, number: str) -> str | float:
    draw = random.random()
    if draw < 0.12:
        return float(number)  # typed in a numeric cell: the 0 is lost
    if draw < 0.15:
        return f"{random.choice(('fils', 'fille', 'voisine', 'le soir'))} {_spaced(random, number)}"
    if draw < 0.16:
        return _spaced(random, number)[:-1]  # a figure is missing
    return _spaced(random, number)


def _spaced(random: Random, number: str) -> str:
    pairs = re.findall("..", number)
    shape = random.randrange(9)
    if shape == 0:
        return number
    if shape == 1:
        return f"+33{number[1:]}"
    if shape == 2:
        return f"+33 (0){number[1]} " + " ".join(pairs[1:])
    if shape == 3:
        return f"0033{number[1:]}"
    return random.choice((" ", " ", ".", "-", "/", "\u00a0")).join(pairs)


def title(random: Random, is_woman: bool) -> str:
    """M., Mr, MONSIEUR…"""
    women, men = ("MME", "Mme", "Madame", "F"), ("M.", "Mr", "MONSIEUR", "M", "H")
    return random.choice(women if is_woman else men)


def first_name(random: Random, name: str) -> str:
    """Mostly as it is; sometimes shouted, without accents, or with a space behind."""
    draw = random.random()
    if draw < 0.2:
        return name.upper()
    if draw < 0.3:
        return _plain(name)
    return f"{name} " if draw < 0.35 else name


def birth_date(random: Random, born_on: date) -> str | float | datetime:
    """A real date, a text, or a slip."""
    draw = random.random()
    if draw < 0.6:
        return datetime(born_on.year, born_on.month, born_on.day)  # noqa: DTZ001  a day, no zone
    if draw < 0.85:
        return f"{born_on:%d/%m/%Y}"
    if draw < 0.9:
        return born_on.isoformat() + " 00:00:00.0"
    if draw < 0.97:
        return f"{born_on:%d-%m-%Y}"
    slips = (
        "",
        "",
        "01/01/1900",
        f"30/02/{born_on.year}",
        str(born_on.year),
        f"{born_on:%d/%m/%y}",
    )
    return random.choice(slips)


def nir(random: Random, born_on: date, is_woman: bool) -> str | float:
    """A social-security number of nobody (born « abroad », 99), with a valid key."""
    body = (
        f"{2 if is_woman else 1}{born_on:%y%m}99{random.randrange(1, 990):03}"
        f"{random.randrange(1, 990):03}"
    )
    if random.random() < 0.1:
        return float(body)
    return f"{body}{97 - int(body) % 97:02}"


def postal_code(random: Random, code: str) -> str | float:
    """Text or number: 02100 becomes 2100."""
    return float(code) if random.random() < 0.3 else code


def town(random: Random, name: str) -> str:
    """Capitals, St for Saint, s/ for sur, CEDEX, and a slip."""
    draw = random.random()
    if draw < 0.55:
        name = _plain(name).upper().replace("-", " ")
    if draw < 0.4:
        name = name.replace("SAINTE ", "STE ").replace("SAINT ", "ST ").replace(" SUR ", " S/")
    if 0.97 < draw < 0.98:
        name = f"{name} CEDEX"
    if draw > 0.997:
        return name[:-2]  # two letters are missing
    return f"{name} " if draw > 0.98 else name


def scheme(random: Random, code: str) -> str:
    """« APA », « APA domicile »…"""
    return random.choice((code, code, f"{code} domicile" if code == "APA" else code))


def observation(random: Random) -> str:
    """What the last column says, most often nothing."""
    if random.random() < 0.93:
        return ""
    return random.choice(
        ("ne pas appeler", "NPA", "DCD", "EHPAD depuis mars", "sourde", "tutelle UDAF",
         "laisser sonner longtemps", "vu en visite", "hospi", "rappeler plutôt le matin",
         "voir avec la fille", "dossier complet", "dossier complet", "à renouveler", "à renouveler")
    )  # fmt: skip


def _plain(name: str) -> str:
    """The same without accents."""
    text = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in text if not unicodedata.combining(letter))
