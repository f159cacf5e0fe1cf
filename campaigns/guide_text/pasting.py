"""A text as whoever wrote it meant it: without the invisible signs a word processor leaves."""

import re
import unicodedata

_LINE_END = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
# Soft hyphens, spaces of no width, marks of direction, and what no text holds.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_SPACE = "[ \t\u00a0\u202f]"
# Markdown wants a plain space after what opens a line; French keyboards give another one easily.
_OPENING = re.compile(rf"^( *)(#{{1,6}}|[-*+]|\d{{1,3}}[.)]){_SPACE}+(?=\S)", re.M)
_BULLET = re.compile(rf"^{_SPACE}*[•·▪◦‣]{_SPACE}*(?=\S)", re.M)


def tidied(text: str) -> str:
    """The text with plain ends of line, whole accents, Markdown lists for a word processor’s.

    The words, quotes and spaces of a sentence stay as they were typed.
    """
    text = _UNSEEN.sub("", _LINE_END.sub("\n", unicodedata.normalize("NFC", text)))
    return _BULLET.sub("- ", _OPENING.sub(r"\1\2 ", text))
