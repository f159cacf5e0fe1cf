"""The alphabet of text messages: 160 signs in one, if all of them are in it.

3GPP TS 23.038, section 6.2.1: the default alphabet and its extension table, whose signs take two
places. One sign outside of it, and the whole message holds 70.
"""

import unicodedata

_BASIC = frozenset(
    " @£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_PLAIN = {"’": "'", "‘": "'", "«": '"', "»": '"', "…": "...", "–": "-", "—": "-", "œ": "oe"}
_PLAIN |= {"Œ": "OE", "\u00a0": " ", "\u202f": " ", "·": "-"}


def written(text: str) -> str:
    """The text in signs of the alphabet: accents it lacks are dropped (« ê » becomes « e »)."""
    return "".join(_known(sign) for sign in text)


def length(text: str) -> int:
    """How many places a text takes; ValueError for a sign outside of the alphabet."""
    return sum(_places(sign) for sign in text)


def _known(sign: str) -> str:
    if sign in _BASIC or sign in _EXTENDED:
        return sign
    if sign in _PLAIN:
        return _PLAIN[sign]
    bare = unicodedata.normalize("NFD", sign)[0]
    return bare if bare in _BASIC else "?"


def _places(sign: str) -> int:
    if sign in _BASIC:
        return 1
    if sign in _EXTENDED:
        return 2
    raise ValueError(f"{sign!r} is not in the alphabet of text messages")
