"""The callers' guide as data: sections to follow, gaps to fill, needs to pick, safe HTML."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from urllib.parse import quote

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from campaigns.guide_text import conditions, gaps
from campaigns.guide_text.conditions import Condition
from campaigns.guide_text.moments import AUDIENCES, CASES, KINDS, VARIANTS, Case, Kind
from campaigns.reference import Category, categories, french

# What the application fills in; another name in braces is a slip of whoever edits the guide.
KNOWN_PLACEHOLDERS = frozenset(
    {
        "prénom",
        "civilité",
        "nom",
        "de l’organisme",
        "de la mairie ou du CCAS",
        "numéro standard",
        "numéro coordination",
        "numéro maltraitance",
        "besoin transmis",
        "la dernière fois / ces derniers jours",
        "code de confiance",
    }
)
_PLACEHOLDER = re.compile(r"\{([^{}\n]+)\}")
_NEED_CODE = re.compile(r"`([A-Z]{2,6}_[A-Z_]+)`")
_QUESTION = re.compile(r"(?:[-*]|\d+\.)\s+(\S[^`]*)`([A-Z]{2,6}_[A-Z_]+)`\s*$")
_LINE_END = re.compile(r"\r\n?|\n")
_NUMBERED = re.compile(r"^\d+\.\s+")
_VARIANT = re.compile(r"^Variante ([A-Z])\b")
_LEAD = re.compile(r"^\*\*([^*]+?)\s*:\*\*")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h1", "h2", "h3", "h4", "blockquote", "hr"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "code", "span", "a"}


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
    mean nothing are apart). ``need_codes`` are those named, in order, once each.
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

    @property
    def markdown(self) -> str:
        """The whole section's text, without its heading."""
        return "\n\n".join(block.markdown for block in self.blocks)

    @property
    def need_codes(self) -> tuple[str, ...]:
        """The needs named in this section, in order, once each."""
        return need_codes(self.markdown)


@dataclass(frozen=True, slots=True)
class Right:
    """A question of the rights check-up, and the need a « oui, peut-être » begins."""

    question: str
    need_code: str
    need_label: str


@cache
def sections(markdown: str) -> tuple[Section, ...]:
    """Cut a guide into the sections a call page shows, in order, empty parents left out."""
    lines = _LINE_END.split(markdown)  # as the parser counts them
    tokens = [token for token in _parser().parse(markdown) if token.level == 0 and token.map]
    starts = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    found: list[Section] = []
    kinds: dict[int, Kind] = {}
    for start, end in pairwise([*starts, len(tokens)]):
        heading, level = tokens[start], int(tokens[start].tag[1])
        title = french(_NUMBERED.sub("", _lines_of(heading, lines).lstrip("# ").strip()))
        kinds = {above: kind for above, kind in kinds.items() if above < level}
        parent = kinds[max(kinds)] if kinds else Kind.INTRO
        opening = (kind for words, kind in KINDS.items() if title.startswith(words))
        kinds[level] = kind = next(opening, parent)
        blocks = _blocks(tokens[start + 1 : end], lines)
        if blocks:
            found.append(_section(title, level, kind, blocks, taken={one.id for one in found}))
    return tuple(found)


def rights(section: Section) -> tuple[Right, ...]:
    """The questions of a rights check-up: its list items that name a need, in order."""
    found = (_QUESTION.match(line) for line in section.markdown.splitlines())
    return tuple(
        Right(french(match[1].strip()), match[2], categories()[match[2]].label)
        for match in found
        if match and match[2] in categories()
    )


def placeholders(markdown: str) -> tuple[str, ...]:
    """The gaps in braces of a text, in order, once each, without their braces."""
    return tuple(dict.fromkeys(_key(words) for words in _PLACEHOLDER.findall(markdown)))


def unknown_placeholders(markdown: str) -> tuple[str, ...]:
    """The gaps nobody fills: shown to whoever edits the guide."""
    return tuple(words for words in placeholders(markdown) if words not in KNOWN_PLACEHOLDERS)


def need_codes(markdown: str) -> tuple[str, ...]:
    """The need codes between backticks, in order, once each."""
    return tuple(dict.fromkeys(_NEED_CODE.findall(markdown)))


def unknown_need_codes(markdown: str) -> tuple[str, ...]:
    """The codes that name no category: shown to whoever edits the guide."""
    return tuple(code for code in need_codes(markdown) if code not in categories())


def html(markdown: str) -> str:
    """The text as clean HTML with French signs, safe to show whatever the guide's editor typed.

    A need's code becomes ``<span data-need="CODE">its label</span>``, which a page may turn into
    a button.
    """
    return nh3.clean(
        _parser().render(markdown),
        tags=_TAGS,
        attributes={"span": {"data-need"}, "a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )


def filled(markdown: str, values: Mapping[str, str]) -> str:
    """The same clean HTML with values in its gaps; a missing or empty one leaves the gap's words.

    Values are text, not Markdown nor HTML: their signs are shown as they are. None is kept.
    """
    known = {_key(words): value for words, value in values.items() if value.split()}
    return gaps.with_words(with_gaps(markdown, frozenset(known)), known)


@lru_cache(maxsize=1_000)
def with_gaps(markdown: str, names: frozenset[str]) -> str:
    """Clean HTML in which the gaps of these names wait for their words; others keep their own.

    It holds nothing of anybody, and may be laid into a page that is kept for everybody.
    """
    written, found = _with_marks(markdown)
    known = gaps.marks(names)
    words_of = {
        chr(gaps.FIRST + number): known.get(_key(words)) or escapeHtml(french(words.strip()))
        for number, words in enumerate(found)
    }
    return gaps.MARK.sub(lambda mark: words_of.get(mark[0], ""), written)


@lru_cache(maxsize=1_000)
def _with_marks(markdown: str) -> tuple[str, tuple[str, ...]]:
    """The HTML with a mark, of the private area of Unicode, for each gap; the words of each."""
    found = tuple(dict.fromkeys(_PLACEHOLDER.findall(markdown)))[: gaps.MOST]
    marked = gaps.without_marks(markdown)
    for number, words in enumerate(found):
        marked = marked.replace("{" + words + "}", chr(gaps.FIRST + number))
    written = html(marked)
    for number in range(len(found)):  # an address is nobody's to complete
        written = written.replace(quote(chr(gaps.FIRST + number)), "")
    return written, found


def _section(
    title: str, level: int, kind: Kind, blocks: Sequence[Block], *, taken: set[str]
) -> Section:
    letter = _VARIANT.match(title)
    variant = letter[1] if letter else None
    name = _slug(title)
    twins = sum(other == name or other.startswith(f"{name}--") for other in taken)
    told = conditions.written(blocks[0].markdown)
    known, unknown = told or (VARIANTS.get(variant or "", ()), ())
    return Section(
        id=f"{name}--{twins + 1}" if twins else name,
        title=title,
        level=level,
        kind=kind,
        blocks=tuple(blocks[1:] if told else blocks),
        variant=variant,
        audience=AUDIENCES.get(variant) if variant else None,
        conditions=known,
        unknown_conditions=unknown,
    )


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


def _key(words: str) -> str:
    return " ".join(words.replace("'", "’").split())


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).replace("’", " ").lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())) or "partie"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    rules: Mapping[str, Callable[..., str]] = {"text": _text, "code_inline": _code}
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _text(
    _: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return escapeHtml(french(tokens[index].content))


def _code(
    _: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    content = tokens[index].content
    need: Category | None = categories().get(content)
    if need is None:
        return f"<code>{escapeHtml(content)}</code>"
    return f'<span data-need="{need.code}">{escapeHtml(need.label)}</span>'
