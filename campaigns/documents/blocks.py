"""A text of ours as blocks, to be shown on a page and printed from one reading.

The texts ship with the program: Markdown with ``{gaps}`` for values and ``[[places]]`` for what is
listed. Values go in as data and are never read as Markdown.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from campaigns.reference import french

_GAP = re.compile(r"\{(\w+)\}")
_PLACE = re.compile(r"\[\[(\w+)\]\]")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line. ``gap`` names the setting that is missing there."""

    text: str
    bold: bool = False
    gap: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (``level`` 2, 3), a paragraph, a list (``ordered`` or not) or a table.

    ``lines`` holds the one line of a heading or paragraph, the items of a list; ``rows`` the cells
    of a table, its first row being its head.
    """

    kind: str
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    level: int = 0
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text that ships: its title, its blocks with their gaps."""

    title: str
    blocks: tuple[Block, ...]


@cache
def text(name: str) -> Text:
    """One of the texts, by the name of its file; FileNotFoundError when there is none."""
    source = files(__package__).joinpath("texts", f"{name}.md").read_text(encoding="utf-8")
    title, *rest = read(source)
    return Text("".join(run.text for run in title.lines[0]), tuple(rest))


def read(source: str) -> tuple[Block, ...]:
    """Markdown of ours as blocks with French signs; ValueError for what a text may not hold."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(french(source)))
    return tuple(_block(node) for node in tree.children)


def fill(
    blocks: tuple[Block, ...], values: Mapping[str, str], places: Mapping[str, tuple[Block, ...]]
) -> Iterator[Block]:
    """The blocks with values in their gaps; KeyError for a gap or a place nobody knows.

    An empty value leaves a gap that is told.
    """
    for block in blocks:
        place = _PLACE.fullmatch(_said(block))
        if place is not None:
            yield from places[place[1]]
            continue
        yield replace(
            block,
            lines=tuple(_fill_line(line, values) for line in block.lines),
            rows=tuple(tuple(_fill_line(cell, values) for cell in row) for row in block.rows),
        )


def plain(*texts: str) -> tuple[Line, ...]:
    """Lines that say these texts."""
    return tuple((Run(one),) for one in texts)


def _said(block: Block) -> str:
    return "".join(run.text for line in block.lines for run in line)


def _fill_line(line: Line, values: Mapping[str, str]) -> Line:
    return tuple(run for one in line for run in _fill_run(one, values))


def _fill_run(run: Run, values: Mapping[str, str]) -> Iterator[Run]:
    for number, part in enumerate(_GAP.split(run.text)):
        if number % 2 == 0:
            if part:
                yield replace(run, text=part)
        elif values[part]:
            yield replace(run, text=french(values[part]))
        else:
            yield replace(run, text="à compléter", gap=part)


def _block(node: SyntaxTreeNode) -> Block:
    if node.type == "heading":
        return Block("heading", (_line(node.children[0]),), level=int(node.tag[1]))
    if node.type in {"bullet_list", "ordered_list"}:
        items = tuple(_line(item.children[0].children[0]) for item in node.children)
        return Block("list", items, ordered=node.type == "ordered_list")
    if node.type == "table":
        rows = (row for part in node.children for row in part.children)
        return Block(
            "table", rows=tuple(tuple(_cell(cell) for cell in row.children) for row in rows)
        )
    if node.type == "paragraph":
        return Block("paragraph", (_line(node.children[0]),))
    raise ValueError(f"a text of ours holds a {node.type}")


def _cell(node: SyntaxTreeNode) -> Line:
    return _line(node.children[0]) if node.children else ()


def _line(inline: SyntaxTreeNode) -> Line:
    return tuple(_runs(inline.children, bold=False))


def _runs(nodes: list[SyntaxTreeNode], *, bold: bool) -> Iterator[Run]:
    for node in nodes:
        if node.type == "strong":
            yield from _runs(node.children, bold=True)
        elif node.type in {"text", "softbreak"}:
            yield Run(" " if node.type == "softbreak" else node.content, bold)
        else:
            raise ValueError(f"a text of ours holds a {node.type}")
