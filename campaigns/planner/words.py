"""What the split says to people: why this household, for this caller, in one French sentence."""

from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from campaigns.planner.facts import Caller, Candidate, HalfDay, Stream

_WISHES = {
    "HEBDO": "a demandé un appel chaque semaine",
    "QUINZAINE": "a demandé un appel tous les quinze jours",
    "MENSUEL": "a demandé un appel chaque mois",
    "INDECIS": "n’a pas encore choisi son rythme d’appel",
}
_PUT_OFF = frozenset({Stream.ROSTER, Stream.SWEEP})  # the others were tried, or were promised
_PARTS = {"am": "le matin", "pm": "l’après-midi"}
_COUNTS = ("", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


def why(
    candidate: Candidate, caller: Caller, *, voice: int | None, chosen: int | None = None
) -> str:
    """Say why a household is called this week, and why by this caller.

    ``voice`` is the caller of last time, ``chosen`` the one they are reserved for, when they could
    have called this week.
    """
    due = _due(candidate.stream, candidate.wish, candidate.half_day, candidate.weeks_waited)
    if candidate.unserved and candidate.stream in _PUT_OFF:
        due = f"{due} et n’a pas pu être appelée la semaine dernière"
    said = f"{due}\u00a0; {_you(candidate, caller, voice=voice, chosen=chosen)}"
    if candidate.best_half is None or not _works(caller, candidate.best_half):
        return said
    return f"{said}\u00a0; préfère {_PARTS[candidate.best_half]}"


@cache
def moment(half_day: HalfDay) -> str:
    """Write a half-day as one says it: « mardi 24 novembre, le matin »."""
    day, half = half_day
    return f"{_day(day)}, {_PARTS[half]}"


@cache
def language(code: str) -> str:
    """Name a language in French; a word that is not a known code stays as it is."""
    return str(Locale("fr").languages.get(code.lower(), code))


def number(count: int) -> str:
    """Write a whole number with its thousands apart: « 26 400 »."""
    return str(format_decimal(count, locale="fr"))


def times(count: int, noun: str) -> str:
    """Count a feminine noun in words up to ten: « une fois », « deux semaines »."""
    said = _COUNTS[count] if 0 < count < len(_COUNTS) else number(count)
    return f"{said} {noun}" + ("s" if count > 1 and not noun.endswith("s") else "")


def _works(caller: Caller, half: str) -> bool:
    return any(worked == half for _, worked in caller.half_days)


def _day(day: date) -> str:
    return str(format_date(day, "EEEE d MMMM", locale="fr"))


@cache
def _due(stream: Stream, wish: str | None, half_day: HalfDay | None, waited: int) -> str:
    if half_day is not None:
        return f"attend un rappel {moment(half_day)}"
    if stream is Stream.APPOINTMENT:
        return "attend le rappel promis pour cette semaine"
    if stream is Stream.ALARM:
        return "on prend de ses nouvelles après une alerte"
    if stream is Stream.RETRY:
        return "n’a pas encore pu être jointe"
    if stream is Stream.ROSTER:
        return _WISHES.get(wish or "", "attend son appel régulier")
    since = f" depuis {times(waited, 'semaine')}" if waited > 0 else ""
    return f"attend son premier appel{since}"


def _you(candidate: Candidate, caller: Caller, *, voice: int | None, chosen: int | None) -> str:
    if candidate.chosen == caller.id:
        return "la coordination vous l’a confiée"
    if chosen is not None:
        return "la voix choisie pour elle n’avait plus de place"
    if candidate.chosen is not None:
        return "la voix choisie pour elle ne peut pas l’appeler cette semaine"
    if voice == caller.id:
        count = candidate.times_called_by_last
        return (
            f"vous l’avez déjà eue {times(count, 'fois')}" if count > 0 else "vous la suivez déjà"
        )
    if candidate.language is not None:
        return f"parle {language(candidate.language)}, comme vous"
    if voice is not None:
        return "sa voix habituelle n’avait plus de place"
    if candidate.last_caller is not None:
        return "sa voix habituelle ne peut pas l’appeler cette semaine"
    if candidate.territory is None:
        return "sa commune reste à préciser"
    if caller.territory is None:
        return "vous appelez dans tous les secteurs"
    if caller.territory == candidate.territory:
        return "habite votre secteur"
    return "vient d’un autre secteur, pour que les appels soient bien partagés"
