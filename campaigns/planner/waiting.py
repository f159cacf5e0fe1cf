"""Who waits, why, and what would help: one reason for everyone left out of the week."""

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache

from babel.numbers import format_percent

from campaigns.planner import words
from campaigns.planner.facts import Candidate, HalfDay, LeftOut, LeftOutReason, Stream
from campaigns.planner.rota import Door, Rota, Skill


def explain(
    people: Sequence[Candidate], door: Door, *, rota: Rota, share: float | None
) -> list[LeftOut]:
    """Give its reason to each household that waits behind a door.

    ``share`` is the part of the places the first sweep keeps, None when it held nobody back.
    """
    if not people:
        return []
    reason, say = _reason(door, rota)
    # People behind a door may be of several streams; those held back are of two.
    if share is None or reason is not LeftOutReason.NO_ROOM:
        return [LeftOut(person, reason, say) for person in people]
    held = LeftOutReason.HELD_FOR_SWEEP
    return [
        LeftOut(person, held, _held(share))
        if _may_be_held(person)
        else LeftOut(person, reason, say)
        for person in people
    ]


def half_days_missing(left_out: Sequence[LeftOut], pace: int) -> int:
    """Count the half-days that would give a place to all who only lack one; pace above zero."""
    return math.ceil(sum(_lacks_room(waiting) for waiting in left_out) / pace)


def what_would_help(left_out: Sequence[LeftOut], pace: int) -> tuple[str, ...]:
    """Say what would give those who wait a call this week, the promised calls first."""
    lacking = [waiting for waiting in left_out if _lacks_room(waiting)]
    sweep = sum(waiting.candidate.stream is Stream.SWEEP for waiting in lacking)
    said = [
        _more_half_days(len(lacking) - sweep, pace, "attendu"),
        _more_half_days(sweep, pace, "du premier tour"),
    ]
    if len(lacking) < len(left_out):
        said += _other_voices([waiting for waiting in left_out if not _lacks_room(waiting)])
    return tuple(sentence for sentence in said if sentence)


def _lacks_room(waiting: LeftOut) -> bool:
    """Whether more half-days alone would give them a place; the others need somebody else."""
    reason = waiting.reason
    return (
        reason is LeftOutReason.NO_ROOM
        or reason is LeftOutReason.HELD_FOR_SWEEP
        or reason is LeftOutReason.NO_CALLER
    )


def _reason(door: Door, rota: Rota) -> tuple[LeftOutReason, str]:
    if not rota.callers:
        return LeftOutReason.NO_CALLER, "aucun volontaire n’est disponible cette semaine"
    tongue = f"parle {words.language(door.language)}\u00a0; " if door.language else ""
    if not rota.able(Skill(door.language, None)):
        return LeftOutReason.LANGUAGE, f"{tongue}aucun volontaire de la semaine ne le parle"
    when = words.moment(door.half_day) if door.half_day else ""
    if not rota.able(Skill(door.language, door.half_day)):
        say = f"rendez-vous hors des disponibilités\u00a0: {tongue}personne n’appelle {when}"
        return LeftOutReason.HALF_DAY, say
    if not rota.near_enough(door):
        say = f"{tongue}les volontaires possibles n’appellent que dans d’autres secteurs"
        return LeftOutReason.TERRITORY, say
    if not rota.open_to(door):
        return LeftOutReason.BARRED, f"{tongue}les volontaires possibles sont de son entourage"
    if door.language:
        return LeftOutReason.LANGUAGE, f"{tongue}personne de libre qui le parle"
    if when:
        return LeftOutReason.NO_ROOM, f"plus de place {when}"
    return LeftOutReason.NO_ROOM, "plus de place cette semaine"


@cache
def _held(share: float) -> str:
    part = format_percent(share, locale="fr")
    return f"plus de place cette semaine\u00a0; {part} des appels sont gardés pour le premier tour"


def _may_be_held(person: Candidate) -> bool:
    return person.stream is Stream.ROSTER or person.stream is Stream.RETRY


def _more_half_days(count: int, pace: int, whose: str) -> str:
    if not count:
        return ""
    missing = math.ceil(count / pace)
    more = _count(missing, "demi-journée de plus", "demi-journées de plus")
    if count == 1:
        return f"{more}, et le foyer {whose} aurait son appel cette semaine."
    plural = "attendus" if whose == "attendu" else whose
    return (
        f"{more}, et les {words.number(count)} foyers {plural} auraient leur appel cette semaine."
    )


def _other_voices(left_out: Sequence[LeftOut]) -> list[str]:
    tongues: Counter[str] = Counter()
    moments: Counter[HalfDay] = Counter()
    known = far = 0
    for waiting in left_out:
        person = waiting.candidate
        if waiting.reason is LeftOutReason.LANGUAGE and person.language:
            tongues[words.language(person.language)] += 1
        elif waiting.reason is LeftOutReason.HALF_DAY and person.half_day:
            moments[person.half_day] += 1
        known += waiting.reason is LeftOutReason.BARRED
        far += waiting.reason is LeftOutReason.TERRITORY
    said = [
        f"Une voix de plus qui parle {tongue}, pour {_count(count, 'foyer', 'foyers')}."
        for tongue, count in sorted(tongues.items())
    ]
    said += [
        f"Un volontaire {words.moment(when)}, pour {_count(count, 'rendez-vous', 'rendez-vous')}."
        for when, count in sorted(moments.items())
    ]
    if far:
        households = _count(far, "foyer", "foyers")
        said.append(f"Un volontaire qui appelle aussi dans d’autres secteurs, pour {households}.")
    if known:
        said.append(f"Un volontaire d’ailleurs, pour {_count(known, 'foyer', 'foyers')}.")
    return said


def _count(count: int, one: str, many: str) -> str:
    return f"{words.number(count)} {one if count == 1 else many}"
