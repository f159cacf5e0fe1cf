"""The guide cut into the sections a call page shows, each with its blocks and its conditions."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from campaigns.guide_text import conditions
from campaigns.guide_text.conditions import Condition
from campaigns.guide_text.moments import AUDIENCES, CASES, KINDS, VARIANTS, Case, Kind
from campaigns.reference import french

_NEED_CODE = re.compile(r"`([A-Z]{2,6}_[A-Z_]+)`")
_LINE_END = re.compile(r"\r\n?|\n")
_NUMBERED = re.compile(r"^\d+\.\s+")
_VARIANT = re.compile(r"^Variante ([A-Z])\b")
_LEAD = re.compile(r"^\*\*([^*]+?)\s*(?::\*\*|\*\*\s*:)")
_THEME = 3  # the level of a theme’s title; deeper titles belong to the text
_LONGEST_ID = 70  # a switch keeps it, with the number of a twin


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or table with what goes with it; ``lead`` is its bold opening, if any."""

    markdown: str
    lead: str | None
    case: Case | None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the guide under one heading, without the parts under its sub-headings.

    ``level`` is 2 for a part of the call, 3 for a theme in it; ``variant`` and ``audience`` say
    for whom a variant is meant, ``conditions`` when a section is read, if not always (those that
    mean nothing are apart). ``within`` are the parts it stands in, the widest first: it is read
    when they are. ``line`` is its heading's, from 1. ``need_codes`` are those named, once each.
    """

    id: str
    title: str
    level: int
    kind: Kind
    blocks: tuple[Block, ...]
    variant: str | None = None
    audience: str | None = None
    conditions: tuple[Condition, ...] = ()
    unknown_conditions: tuple[str, ...] = ()
    within: tuple["Section", ...] = ()
    line: int = 0

    @property
    def markdown(self) -> str:
        """The whole section's text, without its heading."""
        return "\n\n".join(block.markdown for block in self.blocks)

    @property
    def need_codes(self) -> tuple[str, ...]:
        """The needs named in this section, in order, once each."""
        return need_codes(self.markdown)

    @property
    def is_switchable(self) -> bool:
        """Whether it comes and goes, so that a lead may decide when it is read."""
        return self.kind is Kind.VARIANT or bool(self.conditions)


def need_codes(markdown: str) -> tuple[str, ...]:
    """The need codes between backticks, in order, once each."""
    return tuple(dict.fromkeys(_NEED_CODE.findall(markdown)))


@lru_cache(maxsize=128)  # the guides of the campaigns, and a few drafts
def sections(markdown: str) -> tuple[Section, ...]:
    """Cut a guide into the sections a call page shows, in order, empty parents left out."""
    lines = _LINE_END.split(markdown)  # as the parser counts them
    tokens = [token for token in _parser().parse(markdown) if token.level == 0 and token.map]
    found: list[Section] = []
    around: list[Section] = []  # where the next one stands, the widest first
    for start, end in pairwise([*_starts(tokens, lines), len(tokens)]):
        heading, level = tokens[start], int(tokens[start].tag[1])
        around = [one for one in around if one.level < level]
        title, blocks = _title(heading, lines), _blocks(tokens[start + 1 : end], lines)
        kind = _opened(title) or (around[-1].kind if around else Kind.INTRO)
        line = (heading.map or [0])[0] + 1
        taken = {one.id for one in found}
        section = _section(title, level, kind, blocks, taken=taken, within=around, line=line)
        around.append(section)
        if blocks:
            found.append(section)
    return tuple(found)


def titles(markdown: str) -> tuple[tuple[int, str], ...]:
    """The line of each heading, from 1, and its words."""
    lines = _LINE_END.split(markdown)
    tokens = (token for token in _parser().parse(markdown) if token.type == "heading_open")
    return tuple(((token.map or [0])[0] + 1, _title(token, lines)) for token in tokens)


def _starts(tokens: Sequence[Token], lines: Sequence[str]) -> list[int]:
    """The headings that begin a section. A smaller one inside a moment is a part of its text,
    unless it says for whom it is."""
    found: list[int] = []
    moment: Kind | None = None  # of the last large heading
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        level, kind = int(token.tag[1]), _opened(_title(token, lines))
        if level < _THEME:
            moment = kind or Kind.INTRO
        elif found and moment is not None:
            is_part = level == _THEME and (kind or moment is Kind.THEME)
            if not is_part and not _says_for_whom(tokens[index + 1 :], lines):
                continue
        found.append(index)
    return found


def _says_for_whom(following: Sequence[Token], lines: Sequence[str]) -> bool:
    """Whether a heading is followed by its « Pour : … »."""
    first = next((token for token in following if token.map), None)
    if first is None or first.type == "heading_open":
        return False
    return conditions.written(_lines_of(first, lines).partition("\n")[0]) is not None


def _opened(title: str) -> Kind | None:
    return next((kind for words, kind in KINDS.items() if title.startswith(words)), None)


def _title(heading: Token, lines: Sequence[str]) -> str:
    written = _lines_of(heading, lines)
    if heading.markup in {"=", "-"}:  # underlined
        written = written.rpartition("\n")[0]
    return french(_NUMBERED.sub("", written.strip(" \t\n#")).strip())


def _section(
    title: str,
    level: int,
    kind: Kind,
    blocks: Sequence[Block],
    *,
    taken: set[str],
    within: Sequence[Section],
    line: int,
) -> Section:
    letter = _VARIANT.match(title)
    variant = letter[1] if letter else None
    name = _slug(title)
    twins = sum(other == name or other.startswith(f"{name}--") for other in taken)
    told = conditions.written(blocks[0].markdown.partition("\n")[0]) if blocks else None
    known, unknown = told or (VARIANTS.get(variant or "", ()), ())
    return Section(
        id=f"{name}--{twins + 1}" if twins else name,
        title=title,
        level=level,
        kind=kind,
        blocks=tuple(_without_first_line(blocks) if told else blocks),
        variant=variant,
        audience=AUDIENCES.get(variant) if variant else None,
        conditions=known,
        unknown_conditions=unknown,
        within=tuple(one for one in within if one.level > 1),  # the first is the guide's own title
        line=line,
    )


def _without_first_line(blocks: Sequence[Block]) -> list[Block]:
    """The blocks after « Pour : … », which may have no blank line below."""
    rest = blocks[0].markdown.partition("\n")[2].strip("\n")
    return [*([_block(rest)] if rest.strip() else []), *blocks[1:]]


def _blocks(tokens: Sequence[Token], lines: Sequence[str]) -> list[Block]:
    """Top-level blocks; one that follows without a blank line belongs to the one before."""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        if token.map is None or token.type == "hr":
            continue
        start, end = token.map
        filled = (line for line in range(end, start, -1) if lines[line - 1].strip())
        end = next(filled, end)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [_block("\n".join(lines[start:end])) for start, end in spans]


def _block(markdown: str) -> Block:
    opening = _LEAD.match(markdown.replace("'", "’"))
    lead = french(opening[1].strip()) if opening else None
    case = next((case for words, case in CASES.items() if lead and words in lead), None)
    return Block(markdown, lead, case)


def _lines_of(token: Token, lines: Sequence[str]) -> str:
    start, end = token.map or (0, 0)
    return "\n".join(lines[start:end])


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).replace("’", " ").lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode()))
    return words[:_LONGEST_ID].strip("-") or "partie"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
