"""The gaps of the guide while its text is kept for everybody: a sign stands for each."""

import re
from collections.abc import Iterable, Mapping

from markdown_it.common.utils import escapeHtml

from campaigns.reference import french

# Signs of the private area of Unicode, which no text means.
FIRST, MOST = 0xE000, 500
MARK = re.compile(f"[\ue000-{chr(FIRST + MOST - 1)}]")


def with_words(html_with_gaps: str, values: Mapping[str, str]) -> str:
    """HTML of ``with_gaps``, made with the names of these values, with the values in its gaps."""
    said = {mark: shown(values[name]) for name, mark in marks(values).items()}
    return MARK.sub(lambda mark: said.get(mark[0], ""), html_with_gaps)


def shown(value: str) -> str:
    """A value as the HTML of a gap: text, whatever signs it holds."""
    return escapeHtml(french(" ".join(value.split())))


def without_marks(markdown: str) -> str:
    """A text without the signs that stand for gaps: nothing written by hand is one."""
    return MARK.sub("", markdown)


def marks(names: Iterable[str]) -> dict[str, str]:
    """The sign of each gap: the same whenever the names are."""
    return {name: chr(FIRST + number) for number, name in enumerate(sorted(names))}
