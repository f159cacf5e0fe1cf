"""The rule in words, made from the rule: what a button or a sentence says is what will happen."""

from datetime import date, datetime, timedelta

from babel.dates import format_date

from campaigns.reference import Outcome, outcomes
from campaigns.retry.rules import TO_CHECK, Band, Effect, Rules
from campaigns.retry.slots import clock
from campaigns.weeks import WEEKDAYS

_NOON, _LATE = 12, 16
# The endings whose button says a wait of its own, in the order the rules are read.
_TOLD = ("NON_REPONSE", "REPONDEUR_MSG", "OCCUPE", "COUPE")


def say(effect: Effect, *, name: str, now: datetime, mine: bool) -> str:
    """The effect of a report, told before saving and after, in one or more French sentences.

    ``name`` is how the person is called on screen (« Mme D. »), ``mine`` whether the reader keeps
    them.
    """
    sentences = [_main_sentence(effect, name=name, now=now, mine=mine)]
    if effect.invalidates_number:
        sentences.append("Ce numéro ne sera plus composé.")
    if effect.stop is None:
        sentences += _who_next(effect)
    if effect.alert:
        whom = effect.alert.label
        sentences.append(f"{whom[:1].upper()}{whom[1:]} est prévenu{_e(whom)} tout de suite.")
    return " ".join(sentences)


def _who_next(effect: Effect) -> list[str]:
    """Who takes over; nobody does for who is not called any more."""
    told = []
    if effect.needs_language:
        told.append("Une personne qui parle sa langue prendra le relais.")
    if effect.other_channel:
        told.append("La coordination cherche un autre moyen\u00a0: proche, courrier, visite.")
    if effect.other_caller:
        told.append("Quelqu’un d’autre rappellera.")
    return told


def label(outcome: Outcome, rules: Rules) -> str:
    """An outcome's button: « Sonne, ne répond pas — nouvel essai dans 3 h »."""
    told = f"{outcome.alert.label} est prévenu{_e(outcome.alert.label)}, " if outcome.alert else ""
    return f"{outcome.label} — {told}{_consequence(outcome, rules)}"


def describe(rules: Rules) -> list[str]:
    """Say the whole rule, one French sentence a setting, as the settings page reads it back."""
    table = outcomes()
    days = _count(rules.min_days_per_cycle, "jour différent", "jours différents")
    left = rules.voicemails_per_cycle
    first, last = (clock(hour) for hour in rules.appointments)
    return [
        f"On appelle {_days(rules)}, {_listed([_band(one) for one in rules.bands])}.",
        *(f"{table[code].label}\u00a0: {_wait(table[code], rules)}." for code in _TOLD),
        f"Au plus {_count(rules.max_per_day, 'essai', 'essais')} par jour et {rules.max_per_cycle}"
        f" en tout, sur {days} au moins. Un essai manqué ne compte que si tous les numéros "
        "connus ont sonné\u00a0; une ligne occupée ou coupée ne compte pas.",
        f"Après {_count(rules.max_per_cycle, 'essai', 'essais')} sans réponse, la coordination "
        "prend le relais, par courrier ou par une visite.",
        "Aucun message n’est laissé sur la messagerie."
        if left == 0
        else f"{_count(left, 'message', 'messages')} au plus sur la messagerie tant que la "
        "personne n’a pas été jointe.",
        f"Un rappel se promet entre {first} et {last}.",
        _rhythm(rules),
    ]


def _wait(outcome: Outcome, rules: Rules) -> str:
    band = ", sur une autre tranche horaire" if outcome.other_band and len(rules.bands) > 1 else ""
    return f"{_consequence(outcome, rules)}{band}"


def _rhythm(rules: Rules) -> str:
    if rules.rhythm_days is None:
        return (
            "Chaque personne est rappelée au rythme qu’elle a choisi\u00a0; à qui hésite, on "
            f"repose la question une fois, {rules.undecided_days} jours plus tard."
        )
    each = "chaque jour" if rules.rhythm_days == 1 else f"tous les {rules.rhythm_days} jours"
    return (
        f"Tout le monde est appelé {each}, quel que soit le rythme choisi, sauf les personnes "
        "qui ne veulent plus d’appel."
    )


def _days(rules: Rules) -> str:
    worked = [day for day in range(7) if day in rules.working_days]
    off = "" if rules.works_on_holidays else ", sauf les jours fériés et de fermeture"
    if len(worked) == 7:
        return f"tous les jours{off}"
    run = len(worked) > 2 and worked[-1] - worked[0] == len(worked) - 1
    if run:
        return f"du {WEEKDAYS[worked[0]]} au {WEEKDAYS[worked[-1]]}{off}"
    return f"{_listed([f'le {WEEKDAYS[day]}' for day in worked])}{off}"


def _band(band: Band) -> str:
    start, end = band
    return f"de {clock(start)} à {clock(end)}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} et {parts[-1]}"


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count < 2 else many}"


def _consequence(outcome: Outcome, rules: Rules) -> str:
    delay = rules.delay(outcome)
    if outcome.stops_calls:
        return "plus aucun appel"
    if outcome.code in TO_CHECK:
        return "la fiche est vérifiée avant tout nouvel appel"
    if outcome.suspends:
        return (
            f"aucun appel pendant {_span(delay)} ou jusqu’à la date dite"
            if delay
            else "rappel après la date dite"
        )
    if outcome.invalidates_number:
        return "numéro écarté, essayer le suivant"
    if outcome.closes_cycle:
        return "numéro à retrouver" if outcome.group == "Numéro" else _next_by(rules)
    if outcome.needs_date:
        return "rappel au moment convenu"
    if delay is None:
        return "retour au lot commun"
    again = f"{'rappel' if outcome.conversation else 'nouvel essai'} dans {_span(delay)}"
    return f"{again}, ou au moment convenu" if outcome.asks_date else again


def _next_by(rules: Rules) -> str:
    if rules.rhythm_days is None:
        return "prochain appel selon le souhait"
    return f"prochain appel dans {_span(timedelta(days=rules.rhythm_days))}"


def _main_sentence(effect: Effect, *, name: str, now: datetime, mine: bool) -> str:
    if effect.stop is not None:
        return f"{name} ne sera plus appelé{_ending(name)}."
    if effect.to_check:
        return f"La coordination vérifie d’abord la fiche de {name}\u00a0: aucun appel d’ici là."
    if effect.suspended_until is not None:
        return f"{name} ne sera pas appelé{_ending(name)} avant le {_long(effect.suspended_until)}."
    if effect.to_trace:
        return f"Plus de numéro pour {name}\u00a0: sa fiche rejoint les numéros à retrouver."
    if effect.unreachable:
        return (
            f"{name} n’a pas pu être joint{_ending(name)} après {effect.counted} essais\u00a0: "
            "la coordination prend le relais, par courrier ou par une visite."
        )
    if effect.not_before is not None:
        return _next_attempt(effect, effect.not_before, name=name, now=now, mine=mine)
    if effect.next_due_on is None:
        return f"Aucun autre appel à {name} n’est prévu."
    return f"{name} sera rappelé{_ending(name)} à partir du {_long(effect.next_due_on)}."


def _next_attempt(
    effect: Effect, not_before: datetime, *, name: str, now: datetime, mine: bool
) -> str:
    at, today = not_before.astimezone(effect.timezone), now.astimezone(effect.timezone)
    if effect.next_number:
        return f"Essayez l’autre numéro de {name} tout de suite."
    if effect.returned:
        return f"{name} retourne au lot commun."
    if effect.same_caller:
        when = f"{_day(at.date(), today.date())} à {clock(at.time())}" if effect.hour_agreed else ""
        yours = ", à vous" if mine else ""
        return f"{name} revient {when or _moment(at, today)}{yours}."
    band = ", sur une autre tranche" if effect.other_band else ""
    return f"Nouvel essai {_moment(at, today)}{band}."


def _moment(at: datetime, now: datetime) -> str:
    """« à partir de 14 h » today, « demain matin », « jeudi après-midi », else the whole date."""
    if at.date() == now.date():
        return f"à partir de {clock(at.time())}"
    part = "matin" if at.hour < _NOON else "après-midi" if at.hour < _LATE else "en fin de journée"
    day = _day(at.date(), now.date())
    return f"{day}, {part}" if day.startswith("le ") else f"{day} {part}"


def _day(day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead == 0:
        return "aujourd’hui"
    if ahead == 1:
        return "demain"
    return format_date(day, "EEEE", locale="fr") if 1 < ahead < 7 else f"le {_long(day)}"


def _long(day: date) -> str:
    """« jeudi 23 avril », « vendredi 1er mai »."""
    number = "1er" if day.day == 1 else str(day.day)
    weekday, month = (format_date(day, part, locale="fr") for part in ("EEEE", "MMMM"))
    return f"{weekday} {number} {month}"


def _span(delay: timedelta) -> str:
    minutes = round(delay.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes}\u00a0min"
    if minutes <= 24 * 60:
        return f"{minutes // 60}\u00a0h" + (f"\u00a0{minutes % 60:02d}" if minutes % 60 else "")
    return f"{round(minutes / 1440)}\u00a0jours"


def _ending(name: str) -> str:
    """The agreement of « appelé » with how the person is called."""
    if name.startswith(("Mme", "Mlle", "Madame")):
        return "e"
    return "" if name.startswith(("M. ", "M.\u00a0", "Monsieur")) else "·e"


def _e(subject: str) -> str:
    return "e" if subject.startswith("la ") else ""
