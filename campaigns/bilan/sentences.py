"""What the figures say, in sentences an elected member reads once: true, and no cause invented."""

from collections.abc import Sequence

from campaigns.bilan.parts import NBSP, Breakdown, counted, number, percent
from campaigns.bilan.stretches import CAMPAIGN, Stretch, between, spoken
from campaigns.overview.periods import Counts

ENOUGH = 50  # calls behind a rate that is compared with others
_FEW = 5  # measures behind a median that is told
_BEFORE = {"semaine": "la semaine d’avant", "mois": "le mois d’avant"}


def essential(stretch: Stretch, now: Counts, before: Counts | None) -> tuple[str, ...]:
    """The three or four sentences that open a bilan."""
    if now.is_empty:
        return ()
    said = [_work(stretch, now), _reach(stretch, now)]
    if now.needs or now.closed.count:
        said.append(_needs(now))
    if before is not None:
        earlier = _BEFORE.get(stretch.kind, "la même durée juste avant")
        said.append(
            f"Pour comparer, {earlier}{NBSP}: {counted(before.attempts, 'appel')}, "
            f"{counted(before.conversations, 'conversation')}, "
            f"{counted(before.needs, 'besoin signalé', 'besoins signalés')}."
        )
    return tuple(said)


def _work(stretch: Stretch, now: Counts) -> str:
    when = _when(stretch)
    if not now.volunteers:
        return f"{when}, {_calls(now)}."
    return (
        f"{when}, {counted(now.volunteers, 'volontaire a', 'volontaires ont')} donné "
        f"{counted(now.half_days, 'demi-journée')} d’appels{NBSP}: {_calls(now)}."
    )


def _calls(now: Counts) -> str:
    return (
        f"{counted(now.attempts, 'appel')} et {counted(now.conversations, 'conversation')}"
        if now.attempts
        else "aucun appel n’a été noté"
    )


def _when(stretch: Stretch) -> str:
    if stretch.kind == CAMPAIGN:
        return f"Depuis le début de la campagne, le {spoken(stretch.first_day)}"
    return between(stretch.first_day, stretch.last_day)


def _reach(stretch: Stretch, now: Counts) -> str:
    reached = counted(now.reached, "personne a été jointe", "personnes ont été jointes")
    if not now.people:
        return f"{reached}."
    share = percent(now.reached_so_far, now.people)
    listed = f"{counted(now.people, 'personne')} de la liste ({share})"
    if stretch.kind == CAMPAIGN:
        return f"On a parlé à {number(now.reached_so_far)} des {listed}."
    return (
        f"{reached}. Depuis le début de la campagne, on a parlé à "
        f"{number(now.reached_so_far)} des {listed}."
    )


def _needs(now: Counts) -> str:
    raised = counted(now.needs, "besoin a été signalé", "besoins ont été signalés")
    closed = counted(now.closed.count, "a été clos", "ont été clos")
    return f"{raised if now.needs else 'Aucun besoin n’a été signalé'}, {closed}."


def calls(now: Counts) -> tuple[str, ...]:
    """How often somebody answers."""
    if not now.attempts:
        return ("Aucun appel n’a été noté.",)
    return (
        f"{percent(now.conversations, now.attempts)} des appels sont devenus une conversation.",
    )


def by_half_day(halves: Breakdown) -> str:
    """When people answer most, said only where enough calls stand behind."""
    tried, talked = (one.masked.cells for one in halves.columns)
    known = {
        key: (talks, tries)
        for key, tries in tried.items()
        if tries and tries >= ENOUGH and (talks := talked.get(key)) is not None
    }
    if len(known) < 2:
        return "Trop peu d’appels pour dire quand on répond le plus."
    ranked = sorted(known, key=lambda key: known[key][0] / known[key][1])
    least, best = (f"le {halves.labels[key].lower()}" for key in (ranked[0], ranked[-1]))
    return (
        f"C’est {best} que l’on a le plus souvent répondu{NBSP}: "
        f"{percent(*known[ranked[-1]])} des appels, contre {percent(*known[ranked[0]])} {least}."
    )


def short_half(label: str) -> str:
    """The same under a bar: « lun. matin », « lun. a.-m. »."""
    day, half = label.split(" ", 1)
    return f"{day[:3].lower()}. {'matin' if half == 'matin' else 'a.-m.'}"


def people(now: Counts) -> tuple[str, ...]:
    """Who is on the list, who was spoken to."""
    left = now.people - now.reached_so_far
    if left <= 0:
        return ("On a parlé au moins une fois à chaque personne de la liste.",)
    return (
        f"Sur {counted(now.people, 'personne')} de la liste, on n’a pas encore parlé à "
        f"{number(left)}.",
    )


def needs(now: Counts, by_category: Breakdown) -> tuple[str, ...]:
    """What is asked for most."""
    rate = 100 * now.needs / now.conversations if now.conversations >= ENOUGH else None
    said = [most(by_category)] if len(by_category.shown) > 1 else []
    if rate is not None:
        said.append(f"Cela fait {counted(round(rate), 'besoin')} pour 100{NBSP}conversations.")
    return tuple(said)


def most(of: Breakdown) -> str:
    """The two or three kinds that count most."""
    ranked = sorted(of.shown.items(), key=lambda pair: -pair[1])[:3]
    told = [f"{_inside(label)} ({number(count)})" for label, count in ranked]
    if not told:
        return of.note
    return f"{of.title}{NBSP}: surtout {_listed(told)}."


def answers(now: Counts, results: Breakdown, helped: Breakdown) -> tuple[str, ...]:
    """How soon needs are answered, and what came of them."""
    # A need closed at once was not taken charge of first: nobody forgot it.
    is_told = now.needs and (now.acknowledged.count or not now.closed.count)
    said = [_taken(now)] if is_told else []
    if now.acknowledged.count >= _FEW and now.acknowledged.hours is not None:
        said.append(f"La moitié l’ont été en moins de {lasting(now.acknowledged.hours)}.")
    if now.closed.count >= _FEW and now.closed.hours is not None:
        said.append(
            f"Parmi les besoins clos, la moitié l’ont été en moins de {lasting(now.closed.hours)}."
        )
    solved = results.now.cells.get("solved")
    if solved and results.now.total:
        said.append(f"{percent(solved, results.now.total)} des besoins clos sont résolus.")
    settled = helped.now.cells.get("yes")
    if settled and helped.now.total:
        said.append(
            f"À l’appel suivant, {number(settled)} personnes sur {number(helped.now.total)} ont "
            "répondu que c’était réglé."
        )
    return tuple(said)


def _taken(now: Counts) -> str:
    taken = now.acknowledged.count
    raised = counted(now.needs, "besoin signalé", "besoins signalés")
    if not taken:
        return f"Pour {raised}, personne ne s’en est encore chargé."
    if taken == now.needs == now.in_time:
        return f"Chaque besoin signalé a été pris en charge dans le délai promis ({raised})."
    return (
        f"Sur {raised}, {counted(taken, 'a été pris', 'ont été pris')} en charge, dont "
        f"{number(now.in_time)} dans le délai promis."
    )


def alarms(now: Counts) -> tuple[str, ...]:
    """Somebody who no longer answered, and was looked for."""
    opened = counted(now.alarms, "a été ouverte", "ont été ouvertes")
    closed = counted(now.alarms_closed, "s’est terminée", "se sont terminées")
    return (
        "Une levée de doute s’ouvre quand une personne qui répond d’habitude ne répond plus.",
        f"{opened}, {closed}." if now.alarms else f"Aucune n’a été ouverte, {closed}.",
    )


def lasting(hours: float) -> str:
    """« une heure », « 5 heures », « 3 jours »: rounded up, as « moins de » comes before it."""
    whole = max(1, -int(-hours // 1))
    if whole == 1:
        return "une heure"
    if whole <= 48:
        return counted(whole, "heure")
    return counted(-(-whole // 24), "jour")


def _listed(told: Sequence[str]) -> str:
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} et {told[-1]}"


def _inside(label: str) -> str:
    """A label in the middle of a sentence; « RSA » keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
