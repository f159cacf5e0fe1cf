"""Telephone numbers as clerks type them, read into one international form.

Most numbers meet a pattern built from the phonenumbers library's own metadata; the library itself
judges the rest. A French number the library does not know yet is kept, with a warning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

import phonenumbers
from phonenumbers import PhoneNumberType

# Ranges the regulator keeps for fiction: valid here, and nobody answers (handbook 11).
FICTION = r"(?:19900|26191|35301|46571|53649|63998)\d{4}"
_OVERSEAS = ("RE", "GP", "MQ", "GF", "YT", "PM")

PHONE_SAYS = {
    "unknown_range": "Numéro gardé, mais sa tranche n’est pas connue : à vérifier.",
    "service": "Numéro d’un service plutôt que d’une personne : à vérifier.",
    "premium": "Numéro surtaxé : il n’est pas repris.",
    "short": "Numéro trop court.",
    "long": "Numéro trop long.",
    "invalid": "Numéro de téléphone non reconnu.",
}


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """One number found in a text.

    ``e164`` is None when refused; ``note`` is the label beside it (« fils »); ``warning`` and
    ``refusal`` are keys of ``PHONE_SAYS``, empty when all is well.
    """

    e164: str | None
    written: str
    note: str = ""
    warning: str = ""
    refusal: str = ""

    @property
    def say(self) -> str:
        """The French sentence for the warning or the refusal, empty when all is well."""
        return PHONE_SAYS.get(self.refusal or self.warning, "")


_SEPARATORS = dict.fromkeys(map(ord, " \t\n\r\u00a0\u2007\u2009\u202f.-‐‑–—/()_"))
_FLOAT = re.compile(r"\d+\.0+$|\d(?:[.,]\d+)?[eE]\+?\d+$")
# A French number among words: its prefix, then nine figures in any grouping.
_FRENCH = re.compile(
    r"(?<![\d+])(?:(?:\+|00)[\s.\-/]*(?:33|262|590|594|596|508)[\s.\-/]*(?:\(\s*0\s*\))?[\s.\-/]*0?"
    r"|0)[\s.\-/_]*[1-9](?:[\s.\-/_]*\d){8}(?!\d|[ .]\d(?:\D|$))"
)
_FOREIGN = re.compile(r"(?:\+|(?<!\d)00)[1-9][\d\s.\-/()]{6,20}\d")
_FIGURES = re.compile(r"\d(?:[\s.\-/_]*\d){3,}")
_RUN = re.compile(r"\+?\d[\d\s.\-/()_]*\d")
_FIGURE = re.compile(r"\d")
# 00 00 00 00 00, 99 99 99 99 99, 06 00 00 00 00
_FILLER = re.compile(r"(\d)\1*|(?:0033|33)?0?\d0{8}")
_BREAKS = re.compile(r"[,;|\n&]| ou | et ", re.IGNORECASE)


@lru_cache(maxsize=16)
def _quick(region: str) -> tuple[str, re.Pattern[str]]:
    """The region's prefix, and the pattern of its fixed and mobile numbers, from the library."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if metadata is None:
        raise ValueError(f"unknown telephone region: {region}")
    kinds = "|".join(
        kind.national_number_pattern
        for kind in (metadata.fixed_line, metadata.mobile)
        if kind is not None and kind.national_number_pattern
    )
    code = metadata.country_code
    fiction = rf"(?:(?:\+|00)330?|0)?({FICTION})"
    return f"+{code}", re.compile(rf"{fiction}|(?:(?:\+|00){code}0?|0)?({kinds})")


def phone(text: object, *, region: str = "FR") -> tuple[PhoneReading, ...]:
    """Every number a cell or a field holds, in the order written; nothing for a filler.

    ``region`` is the territory's (« FR », « RE », « GP »…): it gives bare numbers their prefix.
    """
    written = text if isinstance(text, str) else _as_text(text)
    if quick := _quickly(written.translate(_SEPARATORS), region):
        return (PhoneReading(quick, written),)
    written = _as_text(written)
    return tuple(_several(written, written.translate(_SEPARATORS), region))


def national(e164: str) -> str:
    """The number as people say it: « 06 39 98 00 12 »; with its prefix when it is abroad."""
    if e164.startswith("+33") and len(e164) == 12:
        digits = "0" + e164[3:]
        return " ".join(digits[at : at + 2] for at in range(0, 10, 2))
    number = phonenumbers.parse(e164, None)
    style = phonenumbers.PhoneNumberFormat
    overseas = phonenumbers.region_code_for_number(number) in _OVERSEAS
    return phonenumbers.format_number(number, style.NATIONAL if overseas else style.INTERNATIONAL)


def _as_text(value: object) -> str:
    """The figures of a number kept by a spreadsheet as a number, else the text itself."""
    if isinstance(value, float):
        if not isfinite(value):
            return ""
        if value.is_integer():
            return str(int(value))
    text = str(value)
    # « 1e309 » is beyond every number: it stays a text, and no telephone.
    if _FLOAT.match(text) and isfinite(figures := float(text.replace(",", "."))):
        return str(int(figures))
    return text.strip()


def _quickly(bare: str, region: str) -> str | None:
    prefix, pattern = _quick(region)
    found = pattern.fullmatch(bare)
    if found is None or bare.endswith("00000000"):
        return None
    return f"+33{found[1]}" if found[1] else f"{prefix}{found[2]}"


def _several(written: str, bare: str, region: str) -> Iterator[PhoneReading]:
    if bare.isascii() and bare.isdigit() and len(bare) in (9, 11) and bare[0] != "0":
        # A number that lost its 0, or its +, in a spreadsheet.
        bare = f"0{bare}" if len(bare) == 9 else f"+{bare}"
        quick = _quickly(bare, region)
        yield PhoneReading(quick, written) if quick else _judged(bare, written, "", region)
        return
    for piece in _BREAKS.split(written):
        yield from _in_piece(piece, region)


def _in_piece(piece: str, region: str) -> Iterator[PhoneReading]:
    """Numbers of one piece; the words beside them become the note of each."""
    run = _RUN.search(piece)
    is_alone = run is not None and not _FIGURE.search(piece, run.end())
    # One number among words, as most are.
    if run and is_alone and (quick := _quickly(run[0].translate(_SEPARATORS), region)):
        yield PhoneReading(quick, run[0].strip(), _note(piece[: run.start()], piece[run.end() :]))
        return
    found: list[tuple[int, str]] = []
    rest = piece
    for shape in (_FRENCH, _FOREIGN, _FIGURES):
        found += [(match.start(), match.group()) for match in shape.finditer(rest)]
        # Blanks keep the places, so that numbers come out in the order written.
        rest = shape.sub(lambda match: " " * len(match.group()), rest)
    note = _note(rest)
    for _, number in sorted(found):
        yield from _unless_filler(number, note, region)


def _note(*around: str) -> str:
    """The words beside a number, as its label."""
    return " ".join(" ".join(around).split()).strip(" :-/.()").strip()[:80]


def _unless_filler(number: str, note: str, region: str) -> Iterator[PhoneReading]:
    bare = number.translate(_SEPARATORS)
    figures = bare.lstrip("+")
    if _FILLER.fullmatch(figures):
        return
    if quick := _quickly(bare, region):
        yield PhoneReading(quick, number.strip(), note)
    elif len(figures) == 9 and figures[0] != "0":
        yield _judged(f"0{figures}", number.strip(), note, region)
    else:
        yield _judged(bare, number.strip(), note, region)


def _judged(bare: str, written: str, note: str, region: str) -> PhoneReading:
    """What the library says of a number the pattern does not know."""
    bare = f"+{bare[2:]}" if bare.startswith("00") else bare
    for territory in dict.fromkeys((region, "FR", *_OVERSEAS)):
        try:
            number = phonenumbers.parse(bare, territory)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return _of_valid(number, written, note)
    return _of_unknown(bare, written, note)


def _of_valid(number: phonenumbers.PhoneNumber, written: str, note: str) -> PhoneReading:
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.PREMIUM_RATE:
        return PhoneReading(None, written, note, refusal="premium")
    service = kind in (PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN)
    return PhoneReading(e164, written, note, warning="service" if service else "")


def _of_unknown(bare: str, written: str, note: str) -> PhoneReading:
    found = re.fullmatch(r"(?:\+330?|0)([1-79]\d{8})", bare)
    if found:
        return PhoneReading(f"+33{found[1]}", written, note, warning="unknown_range")
    if bare.startswith(("08", "+338")) and len(bare) >= 10:
        return PhoneReading(None, written, note, refusal="premium")
    if len(bare.lstrip("+")) < 10:
        return PhoneReading(None, written, note, refusal="short")
    return PhoneReading(None, written, note, refusal="long" if bare.startswith("0") else "invalid")
