"""Softer words for what was found: how much of the text they replace, and the text after."""

import re
from collections.abc import Sequence

from campaigns.coach.kinds import MANNERS, Kind
from campaigns.coach.lexicon import family
from campaigns.coach.reading import Hit, Token

_SHORT_CLAUSE = 9  # words: a clause that short says nothing else
_BE = family("@etre")
_HAVE = family("@porte")
_SMALL = family("@accompagne")
_VERY = family("@tres") - {"un", "a"}
_DETERMINERS = family("@determinants")
_ORGANS = family("@prepositions")
_ARTICLES = family("@articles")
_NOT_ORGANS = family("@autres")
_CLEAN = (
    (re.compile(r"[ \t]{2,}"), " "),
    (re.compile(r"(?<![ \t])[ \t]+([.,])"), r"\1"),
    (re.compile(r"([.,;])(?:[ \t]*[,;])+"), r"\1"),
    (re.compile(r"^[ \t]*[.,;:!?]+[ \t]*", re.MULTILINE), ""),
    (re.compile(r"\.(?:[ \t]*\.)+(?!\.)"), "."),
    (re.compile(r"(?<![ \t])[ \t]*[,;:][ \t]*$"), ""),
)


def of_number(kind: Kind) -> str:
    """What stands instead of a number."""
    return MANNERS[kind].softer


def of_words(text: str, words: Sequence[Token], hit: Hit) -> tuple[int, int, str]:
    """What to replace and with what: start, end, softer words (empty: take away)."""
    manner = MANNERS[hit.kind]
    softer = manner.softer if hit.expression.softer is None else hit.expression.softer
    if not softer:
        return (*_clause(text, words, hit), "")
    if hit.kind is Kind.MEDICINE:
        return _medicine(text, words, hit, softer)
    past = _past_organ(words, hit) if hit.kind is Kind.HEALTH else hit.past
    end = words[past - 1].end
    own = hit.expression.after_verb
    after_verb = own if hit.expression.softer is not None else manner.after_verb
    verb = _verb(words, hit.first)
    if after_verb and verb is not None:
        start = words[verb].start
        return start, end, _like(text[start], after_verb)
    start = words[_past_adverbs(words, hit.first)].start
    return start, end, _like(text[start], softer)


def tidied(before: str, softer: str, after: str) -> str:
    """The text put together again, without the blanks and signs a removal leaves."""
    text = before + softer + after
    if not softer:
        for pattern, instead in _CLEAN:
            text = pattern.sub(instead, text)
    return text.strip()


def _medicine(text: str, words: Sequence[Token], hit: Hit, softer: str) -> tuple[int, int, str]:
    """« prend du Lexomil » → « son traitement » ; « sous lithium » → « suit un traitement »."""
    first, end = hit.first, words[hit.past - 1].end
    while not words[first].opens and words[first - 1].word in _DETERMINERS:
        first -= 1
    if not words[first].opens and words[first - 1].word == "sous":
        first, softer = first - 1, "suit un traitement"
    start = words[first].start
    return start, end, _like(text[start], softer)


def _like(letter: str, softer: str) -> str:
    """The softer words, with a capital where there was one."""
    return softer[:1].upper() + softer[1:] if letter.isupper() else softer


def _verb(words: Sequence[Token], first: int) -> int | None:
    """The verb that carries a word, small words between: « est très », « a fait un »."""
    at, found = first, None
    while at >= 0 and first - at < 6:
        if words[at].word in _BE | _HAVE and at != first:
            found = at
        elif at != first and words[at].word not in _SMALL:
            break
        if words[at].opens:
            break
        at -= 1
    return found


def _past_adverbs(words: Sequence[Token], first: int) -> int:
    """Back over « complètement », which would not go with the softer words."""
    while not words[first].opens and words[first - 1].word in _VERY:
        first -= 1
    return first


def _past_organ(words: Sequence[Token], hit: Hit) -> int:
    """Past « du sein », « à la jambe » after the name of an illness."""
    past = hit.past
    if past < len(words) and not words[past].opens and words[past].word in _ORGANS:
        after = past + 1
        while after < len(words) and words[after].word in _ARTICLES:
            after += 1
        if (
            after < len(words)
            and not words[after].opens
            and words[after].word not in _NOT_ORGANS
            and not words[after].word.isdigit()
        ):
            past = after + 1
    while past < len(words) and not words[past].opens and words[past].word.isdigit():
        past += 1  # « de type 2 »
    return past


def _clause(text: str, words: Sequence[Token], hit: Hit) -> tuple[int, int]:
    """The clause around what was found, when it is short and says nothing else; else the words."""
    first, past = hit.first, hit.past
    while not words[first].opens:
        first -= 1
    while past < len(words) and not words[past].opens:
        past += 1
    if past - first <= _SHORT_CLAUSE:
        end = words[past - 1].end
        return words[first].start, end + len(text[end:]) - len(text[end:].lstrip(".!?, "))
    return hit.start, hit.end
