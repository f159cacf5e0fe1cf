"""From a text to the expressions of the lexicon that stand in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import DamerauLevenshtein

from campaigns.coach.kinds import Kind
from campaigns.coach.lexicon import HEARD, LONG, Expression, Lexicon, Step, family, lexicon, sound
from campaigns.values import fold

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[.;:!?,()\n]")
# After one of these, a word is the name of a place: « rue de la Synagogue ».
_PLACES = family("@lieux")
_LINKS = family("@liens")
_SMALL = family("@menus")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, folded, and where it stands; ``opens`` says a clause begins with it."""

    word: str
    start: int
    end: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """An expression found: its kind, its tokens (first and past the last), its place."""

    expression: Expression
    kind: Kind
    first: int
    past: int
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of a text."""
    found: list[Token] = []
    at = 0
    for match in _WORD.finditer(text):
        opens = not found or _BREAK.search(text, at, match.start()) is not None
        # Not the cached form: words of a note do not stay in memory.
        found.append(Token(fold.__wrapped__(match[0]), match.start(), match.end(), opens))
        at = match.end()
    return found


def hits(words: Sequence[Token]) -> list[Hit]:
    """Every expression that stands in the text, without those that are in their place."""
    known = lexicon()
    flagged: list[Hit] = []
    allowed: list[tuple[int, int]] = []
    pairs: dict[tuple[str, str], list[Expression]] = {}
    for first, token in enumerate(words):
        following = words[first + 1].word if first + 1 < len(words) else ""
        pair = token.word, following
        if pair not in pairs:
            pairs[pair] = _opened_by(*pair, known)
        for expression in pairs[pair]:
            past = _past(expression, words, first)
            if past is None:
                continue
            if expression.kind is None:
                allowed.append((first, past))
            elif not _is_place(words, first):
                flagged.append(_hit(expression, expression.kind, words, first, past))
    return _longest(
        [
            hit
            for hit in flagged
            if not any(start < hit.past and hit.first < past for start, past in allowed)
        ],
        words,
    )


def _opened_by(word: str, following: str, known: Lexicon) -> list[Expression]:
    """The expressions that two words may begin."""
    heads = known.by_first.get(word) or known.by_first.get(_meant(word, known), ())
    return [one for one in heads if one.seconds is None or following in one.seconds]


def _hit(expression: Expression, kind: Kind, words: Sequence[Token], first: int, past: int) -> Hit:
    return Hit(expression, kind, first, past, words[first].start, words[past - 1].end)


def _meant(word: str, known: Lexicon) -> str:
    """The word of the lexicon that was meant by a slip of the pen; empty when none is near."""
    heard = known.by_sound.get(sound(word)) if len(word) >= HEARD - 1 else None
    if heard is not None or len(word) < LONG:
        return heard or ""
    for near in known.long_words.get(word[0], ()):
        is_close = abs(len(near) - len(word)) <= 1 and len(near) > LONG
        if is_close and DamerauLevenshtein.distance(near, word, score_cutoff=1) <= 1:
            return near
    return ""


def _past(expression: Expression, words: Sequence[Token], first: int) -> int | None:
    """Where an expression whose first word stands there ends, past its last word; None when it
    does not. A clause is never crossed."""
    ends = [first + 1]  # the first word was found by it, or by a slip of it
    for step in expression.steps[1:]:
        if step.least == step.most == 1:
            ends = [at + 1 for at in ends if _takes(step, words, at)]
        else:
            ends = _some(step, words, ends)
        if not ends:
            return None
    return min(ends)


def _some(step: Step, words: Sequence[Token], ends: list[int]) -> list[int]:
    """Where a step that takes several words, or none, may end."""
    reached = set(ends) if step.least == 0 else set()
    frontier = ends
    for count in range(1, step.most + 1):
        frontier = [at + 1 for at in frontier if _takes(step, words, at)]
        if count >= step.least:
            reached.update(frontier)
    return list(reached)


def _takes(step: Step, words: Sequence[Token], at: int) -> bool:
    if at >= len(words) or words[at].opens:
        return False
    return step.words is None or words[at].word in step.words


def _is_place(words: Sequence[Token], first: int) -> bool:
    """Whether a word names a street, a square, a school."""
    at = first - 1
    while at >= 0 and words[at].word in _LINKS and first - at <= 4:
        at -= 1
    return at >= 0 and words[at].word in _PLACES


def _longest(found: list[Hit], words: Sequence[Token]) -> list[Hit]:
    """The longest of those that overlap, in order; « démence sénile » is told once."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda one: (one.first, -one.past)):
        if kept and hit.first < kept[-1].past:
            continue
        if kept and _goes_on(kept[-1], hit, words):
            kept[-1] = replace(kept[-1], past=hit.past, end=hit.end)
        else:
            kept.append(hit)
    return kept


def _goes_on(before: Hit, hit: Hit, words: Sequence[Token]) -> bool:
    """Whether two of a kind stand side by side, small words between."""
    between = words[before.past : hit.first]
    return (
        before.kind is hit.kind
        and not any(token.opens for token in (*between, words[hit.first]))
        and all(token.word in _SMALL for token in between)
    )
