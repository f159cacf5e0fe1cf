"""Names, titles, postal codes: what clerks type, and the form under which it is compared."""

import re
import unicodedata
from functools import lru_cache

_SPACES = re.compile(r"\s+")
# Letters that Unicode does not decompose, and the apostrophes people type.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "ß": "ss", "đ": "d", "ı": "i"})
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`", "'"))
# Zero-width and direction marks hide or reverse a text: they carry no letter.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ACCENTS = re.compile("[\u0300-\u036f]")  # what NFKD sets apart from its letter
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CIVILITIES = frozenset({"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"})
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")

_TITLES = {
    "m": "M", "mr": "M", "monsieur": "M", "h": "M", "homme": "M", "masculin": "M", "1": "M",
    "mme": "MME", "madame": "MME", "mlle": "MME", "mademoiselle": "MME", "f": "MME",
    "femme": "MME", "feminin": "MME", "2": "MME",
}  # fmt: skip
_SCHEMES = re.compile(r"\b(apa|pch|rsa|aah|aspa|actp|registre)\b")


def readable(text: str) -> str:
    """The text as a person would retype it: no control or hidden character, single spaces."""
    # What hides, controls or only looks like a space is not printable: most texts end here.
    if text.isprintable() and "  " not in text:
        return text.strip()
    text = _INVISIBLE.sub("", text)
    return _CONTROL.sub("", _SPACES.sub(" ", text)).strip()


def mended(text: str) -> str:
    """« PrÃ©nom » was UTF-8 read as Windows text and saved again; anything else stays."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


@lru_cache(maxsize=50_000)  # a list repeats its names and towns
def fold(text: str) -> str:
    """The form under which two spellings are one: no accent, lower case, single spaces."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text).translate(_APOSTROPHES)
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_LETTERS)
    return _SPACES.sub(" ", text.lower()).strip()


def name_key(last_name: str, first_name: str) -> str:
    """One key for every way to write a person's name.

    Accents, case, hyphens, particles, titles and the order of the two names do not count:
    « M. DE LA TOUR Jean-Paul » and « Jean Paul / Delatour » give the same key.
    """
    parts = sorted((_bare(last_name), _bare(first_name)))
    return " ".join(part for part in parts if part)[:240]


@lru_cache(maxsize=50_000)
def _bare(name: str) -> str:
    folded = fold(name)
    if folded.isalpha() and folded not in _CIVILITIES:
        return folded
    words = [word for word in _NOT_LETTERS.split(folded) if word]
    while len(words) > 1 and words[0] in _CIVILITIES:
        del words[0]
    return "".join(words)


@lru_cache(maxsize=1_000, typed=True)
def title_of(text: object) -> str:
    """« M », « MME » or nothing, from any way to write a title or a sex."""
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    return _TITLES.get(fold(str(text)).strip(" ."), "")


@lru_cache(maxsize=10_000, typed=True)
def postal_code(value: object) -> str | None:
    """A French postal code as five figures, zeros given back; None when it is not one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    digits = re.sub(r"^f\s*-\s*|\s|\.0$", "", str(value).strip().lower())
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (4, 5):
        return None
    padded = digits.zfill(5)
    return padded if "01000" <= padded <= "98999" else None


@lru_cache(maxsize=10_000)
def schemes_of(text: str) -> tuple[str, ...]:
    """The schemes a text names, in order, once each: « APA domicile, RSA » → APA, RSA."""
    return tuple(dict.fromkeys(found.upper() for found in _SCHEMES.findall(fold(text))))
