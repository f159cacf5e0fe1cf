"""The writing coach: what a free text should not hold, and softer words to accept.

Local rules and word lists, no network. It proposes and never refuses: a volunteer may always save
what they typed (CNIL, zones de commentaires; handbook 11).
"""

from dataclasses import dataclass

from campaigns.coach import numbers, reading, softening
from campaigns.coach.kinds import Kind

__all__ = ["LONGEST", "Advice", "Kind", "advise", "softened"]

LONGEST = 10_000  # characters read; no field of the program takes more


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to say differently. ``start`` and ``end`` are places in the text, in characters.

    ``found`` are the words concerned; ``softer`` replaces the whole of text[start:end], and is
    empty when it is better to write nothing.
    """

    start: int
    end: int
    kind: Kind
    found: str
    softer: str

    @property
    def say(self) -> str:
        """Why, in one kind sentence."""
        return self.kind.say


def advise(text: str) -> tuple[Advice, ...]:
    """What this text had better not say, in the order written; nothing when all is well.

    A text longer than ``LONGEST`` characters is read up to there.
    """
    text = text[:LONGEST]
    numbered = list(numbers.found(text))
    tokens = reading.tokens(text)
    worded = [
        hit
        for hit in reading.hits(tokens)
        if not any(hit.start < end and start < hit.end for start, end, _ in numbered)
    ]
    advices = [
        Advice(start, end, kind, text[start:end], softening.of_number(kind))
        for start, end, kind in numbered
    ]
    for hit in worded:
        start, end, softer = softening.of_words(text, tokens, hit)
        advices.append(Advice(start, end, hit.kind, text[hit.start : hit.end], softer))
    return _apart(sorted(advices, key=lambda one: (one.start, -one.end)))


def softened(text: str, advice: Advice) -> str:
    """The text with one advice accepted; the same text when it no longer says so."""
    if advice.found not in text[advice.start : advice.end]:
        return text
    return softening.tidied(text[: advice.start], advice.softer, text[advice.end :])


def _apart(advices: list[Advice]) -> tuple[Advice, ...]:
    """Without those that stand inside an earlier one."""
    kept: list[Advice] = []
    for one in advices:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)
