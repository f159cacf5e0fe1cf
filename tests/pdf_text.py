"""The words of a PDF that typst wrote, as a reader's program takes them out of it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_ESCAPES = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}
_PLAIN = rb"\\.|[^\\()]"
# Parentheses that pair need no escape inside a string.
_STRING = rb"\((?:%b|\((?:%b)*\))*\)|<[0-9A-Fa-f]+>" % (_PLAIN, _PLAIN)
_SHOWN = re.compile(
    rb"/f(\d+) [\d.]+ Tf|((?:\[(?:%b|[^()<>\]])*\]TJ)|(?:%b) ?Tj)" % (_STRING, _STRING), re.DOTALL
)


def words(pdf: bytes) -> str:
    """Every line of text in the order it is drawn, one a line; typographic spaces are kept."""
    every = list(streams(pdf))
    fonts = [_signs(one) for one in every if b"beginbfchar" in one or b"beginbfrange" in one]
    told: list[str] = []
    for stream in every:
        signs: dict[int, str] = {}
        for font, shown in _SHOWN.findall(stream):
            if font:
                signs = fonts[int(font)]
            else:
                glyphs = b"".join(_bytes(one) for one in re.findall(_STRING, shown, re.DOTALL))
                told.append(
                    "".join(
                        signs.get(int.from_bytes(glyphs[at : at + 2]), "?")
                        for at in range(0, len(glyphs), 2)
                    )
                )
    return "\n".join(told)


def streams(pdf: bytes) -> Iterator[bytes]:
    """What the objects of a PDF hold, unpacked."""
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            yield packed  # not compressed: as it stands


def _signs(cmap: bytes) -> dict[int, str]:
    """Glyph → what it stands for."""
    return {
        int(glyph, 16): bytes.fromhex(sign.decode()).decode("utf-16-be")
        for glyph, sign in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", cmap)
    }


def _bytes(literal: bytes) -> bytes:
    """A string between parentheses, its escapes read; between angles it is in base sixteen."""
    if literal.startswith(b"<"):
        return bytes.fromhex(literal[1:-1].decode())

    def read(found: re.Match[bytes]) -> bytes:
        sign = found.group(1)
        if sign.isdigit():
            return bytes([int(sign, 8)])
        return bytes([_ESCAPES[sign]]) if sign in _ESCAPES else sign

    return re.sub(rb"\\([0-7]{1,3}|.)", read, literal[1:-1], flags=re.DOTALL)
