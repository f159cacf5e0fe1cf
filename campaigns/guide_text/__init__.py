"""The callers' guide as data: sections to follow, gaps to fill, needs to pick, safe HTML."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import quote

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from campaigns.guide_text import gaps
from campaigns.guide_text.cutting import Block, Section, need_codes, sections
from campaigns.guide_text.moments import Case, Kind
from campaigns.reference import Category, categories, french

__all__ = [
    "KNOWN_PLACEHOLDERS",
    "Block",
    "Case",
    "Kind",
    "Right",
    "Section",
    "filled",
    "html",
    "is_question",
    "need_codes",
    "placeholders",
    "rights",
    "sections",
    "unknown_need_codes",
    "unknown_placeholders",
    "with_gaps",
]

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
_QUESTION = re.compile(r"(?:[-*]|\d+\.)\s+(\S[^`]*)`([A-Z]{2,6}_[A-Z_]+)`\s*[.;]?\s*$")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h1", "h2", "h3", "h4", "blockquote", "hr"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "code", "span", "a"}


@dataclass(frozen=True, slots=True)
class Right:
    """A question of the rights check-up, and the need a « oui, peut-être » begins."""

    question: str
    need_code: str
    need_label: str


def rights(section: Section) -> tuple[Right, ...]:
    """The questions of a rights check-up: its list items that name a need, in order."""
    found = (_QUESTION.match(line) for line in section.markdown.splitlines())
    return tuple(
        Right(french(match[1].strip()), match[2], categories()[match[2]].label)
        for match in found
        if match and match[2] in categories()
    )


def is_question(line: str) -> bool:
    """Whether a line of the check-up is one of its questions."""
    found = _QUESTION.match(line)
    return found is not None and found[2] in categories()


def placeholders(markdown: str) -> tuple[str, ...]:
    """The gaps in braces of a text, in order, once each, without their braces."""
    return tuple(dict.fromkeys(_key(words) for words in _PLACEHOLDER.findall(markdown)))


def unknown_placeholders(markdown: str) -> tuple[str, ...]:
    """The gaps nobody fills: shown to whoever edits the guide."""
    return tuple(words for words in placeholders(markdown) if words not in KNOWN_PLACEHOLDERS)


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


def _key(words: str) -> str:
    return " ".join(words.replace("'", "’").split())


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
