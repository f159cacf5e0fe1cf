"""A PDF as its reader sees it: every page drawn, and how much of it is not white."""

from __future__ import annotations

import base64
from pathlib import Path

import typst
from playwright.sync_api import Page

_DRAWN_AT = 40  # points an inch: enough to tell a page from a blank one
_SHEET = """#set page(width: auto, height: auto, margin: 0pt)
#for number in range(1, {count} + 1) {{ image("read.pdf", page: number); pagebreak(weak: true) }}
"""
# Read by the browser, as a picture: how many of its points are not white.
_INK = """async (source) => {
  const picture = new Image();
  picture.src = source;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const points = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  let ink = 0;
  for (let at = 0; at < points.length; at += 4) {
    if (points[at] + points[at + 1] + points[at + 2] < 720) ink += 1;
  }
  return ink / (canvas.width * canvas.height);
}"""


def pages(pdf: bytes, *, count: int, folder: Path) -> list[bytes]:
    """Draw the first ``count`` pages as PNG; an error when the document has fewer."""
    (folder / "read.pdf").write_bytes(pdf)
    sheet = folder / "sheet.typ"
    sheet.write_text(_SHEET.format(count=count), encoding="utf-8")
    drawn = typst.compile(str(sheet), format="png", ppi=_DRAWN_AT)
    return drawn if isinstance(drawn, list) else [drawn]


def ink(page: Page, picture: bytes) -> float:
    """The share of a picture that is not white, as a browser decodes it."""
    source = "data:image/png;base64," + base64.b64encode(picture).decode()
    share: float = page.evaluate(_INK, source)
    return share
