"""Numbers and addresses in a free text, known by their shape and their control keys."""

import re
from collections.abc import Callable, Iterator

from stdnum import iban, luhn
from stdnum.fr import nir

from campaigns.coach.kinds import Kind

_GAP = r"[\s./\-‐‑–_]{0,3}"
_NIR = re.compile(rf"(?<!\d)[1-478](?:{_GAP}[\dAB]){{12,14}}(?![\dA-Z])", re.IGNORECASE)
_NIR_SHAPE = re.compile(r"[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-35-9]\d|4[0-2])(?:\d{2}|2[AB])\d{6}")
_IBAN = re.compile(rf"(?<![^\W_])[A-Z]{{2}}{_GAP}\d{{2}}(?:{_GAP}[A-Z0-9]){{11,30}}", re.IGNORECASE)
_CARD = re.compile(rf"(?<!\d)[3-6](?:{_GAP}\d){{12,18}}(?!\d)")
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)33[\s.\-/)]{0,2}(?:\(0\))?[\s.\-/]{0,2}0?|0[\s.]?)[1-79](?:[\s.\-/]{0,2}\d){8}(?!\d)"
)
# « 01/02/2026 14h » is a day and an hour.
_DAY = re.compile(r"\d\d?[\s./\-](?:0\d|1[0-2])[\s./\-](?:19|20)\d\d(?!\d)")
_ABROAD = re.compile(r"\+[1-9]\d{0,2}(?:[\s.\-/()]{0,2}\d){8,12}(?!\d)")
# A number of that length said to be one needs no key: figures copied by ear are often wrong.
_CALLED = r"\b(?:{})\b[^\d\n]{{0,24}}?"
_NIR_CALLED = re.compile(
    _CALLED.format(r"nir|s[ée]cu(?:rit[ée] sociale)?|carte vitale|matricule|num[ée]ro ss|n° ?ss")
    + rf"(?<![A-Z\d])(?P<number>[1-478](?:{_GAP}[\dAB]){{12,14}})(?![\dA-Z])",
    re.IGNORECASE,
)
_IBAN_CALLED = re.compile(
    _CALLED.format(r"iban|rib|compte(?: bancaire)?|virement")
    + rf"(?<![A-Z\d])(?P<number>(?:[A-Z]{{2}}{_GAP})?\d(?:{_GAP}\d){{15,28}})(?!\d)",
    re.IGNORECASE,
)
_CARD_CALLED = re.compile(
    _CALLED.format(r"cb|carte(?: (?:bleue|bancaire|de cr[ée]dit|visa))?|visa|mastercard")
    + rf"(?<!\d)(?P<number>[3-6](?:{_GAP}\d){{14,15}})(?!\d)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
_SIGN = re.compile(r"[\W_]")


def found(text: str) -> Iterator[tuple[int, int, Kind]]:
    """Every forbidden number of a text: start, end, kind. A number is told once, the surest way."""
    taken: list[tuple[int, int]] = []
    for kind, pattern, judge in _READERS:
        for match in pattern.finditer(text):
            start = match.start("number") if "number" in pattern.groupindex else match.start()
            length = judge(text[start : match.end()])
            end = start + length
            if length and not any(start < other[1] and other[0] < end for other in taken):
                taken.append((start, end))
                yield start, end, kind


def _nir(written: str) -> int:
    """The length of a social-security number; with its key, or by its shape alone."""
    figures = _SIGN.sub("", written).upper()
    if len(figures) == 15 and nir.is_valid(figures):
        return len(written)
    is_bare = len(figures) == 13 and not figures.endswith("000")
    return len(written) if is_bare and _NIR_SHAPE.fullmatch(figures) else 0


def _iban(written: str) -> int:
    """The length of the account number at the head of a text: a word may follow it."""
    for end in range(len(written), 13, -1):
        if not written[end - 1].isalnum():
            continue
        bare = _SIGN.sub("", written[:end])
        if not _has_key(bare):
            continue
        # Mostly figures: then the key alone is enough, whatever its country says of its banks.
        is_figures = len(bare) >= 15 and sum(sign.isdigit() for sign in bare) >= len(bare) - 4
        if iban.is_valid(bare) or (is_figures and iban.is_valid(bare, check_country=False)):
            return end
    return 0


def _has_key(bare: str) -> bool:
    """ISO 7064: the figures, the country and key last, give 1 modulo 97. Quick, before the rest."""
    turned = bare[4:] + bare[:4]
    return bare.isascii() and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _card(written: str) -> int:
    return len(written) if luhn.is_valid(_SIGN.sub("", written)) else 0


def _phone(written: str) -> int:
    return 0 if _DAY.match(written) else len(written)


# The longest and surest first: a card is not read as a telephone.
_READERS: tuple[tuple[Kind, re.Pattern[str], Callable[[str], int]], ...] = (
    (Kind.IBAN, _IBAN, _iban),
    (Kind.NIR, _NIR, _nir),
    (Kind.CARD, _CARD, _card),
    (Kind.NIR, _NIR_CALLED, len),
    (Kind.IBAN, _IBAN_CALLED, len),
    (Kind.CARD, _CARD_CALLED, len),
    (Kind.PHONE, _PHONE, _phone),
    (Kind.PHONE, _ABROAD, len),
    (Kind.EMAIL, _EMAIL, len),
)
