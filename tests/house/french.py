"""French typography, checked where a user reads: templates, mails, sentences in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.house.tree import VALUE

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
BLOCK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
READ_ATTRIBUTES = {"alt", "aria-label", "content", "placeholder", "title"}

# Elisions: l', d', qu'… written with the straight sign of a typewriter.
STRAIGHT = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|aujourd)'\w", re.IGNORECASE)
BREAKING = re.compile(r"[\w)»%…\u0001][ \t\n]+[:;?!»](?![\w=)(])|«[ \t\n]")
MISSING = re.compile(r"[\w)…\u0001][?!»](?:\s|$)|«[\w\u0001]")


def faults(text: str) -> list[str]:
    """Say what is wrong with the signs of a French text; [] when nothing is."""
    rules = {
        "straight apostrophe": STRAIGHT,
        "breaking space": BREAKING,
        "no space": MISSING,
    }
    return [
        f"{rule}: {text[max(0, hit.start() - 20) : hit.end() + 10]!r}"
        for rule, pattern in rules.items()
        for hit in pattern.finditer(text)
    ]


def texts_of(template: str, *, html: bool) -> Iterator[str]:
    """Give the pieces of text of a template that a person may read."""
    source = COMMENT.sub("", template)
    for block in BLOCK.findall(source):
        for double, single in QUOTED.findall(block):
            text = double or single
            if " " in text or "\u00a0" in text:  # not a name of block, file, endpoint or key
                yield text
    if not html:
        yield flat(source)
        return
    reader = _Reader()
    reader.feed(flat(source))
    reader.close()
    yield from reader.texts


def flat(template: str) -> str:
    """Return a template without its comments and blocks; a sign stands for each value."""
    source = COMMENT.sub("", template)
    return BLOCK.sub(lambda block: VALUE if block.group().startswith("{{") else " ", source)


class _Reader(HTMLParser):
    """Keep what is displayed or read out: text between tags, and a few attributes."""

    INLINE = frozenset(
        {"a", "abbr", "b", "br", "em", "i", "kbd", "mark", "small", "span", "strong"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open = self.open and tag in self.INLINE
        self.texts[:0] = [value for key, value in attrs if key in READ_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag in self.INLINE

    def handle_data(self, data: str) -> None:
        # A sentence goes on across inline tags: « <b>Danger</b> ? » is one text.
        if self.open:
            self.texts[-1] += data
        elif data.strip():
            self.texts.append(data)
            self.open = True
