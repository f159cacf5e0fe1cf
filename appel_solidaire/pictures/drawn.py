"""The charts of a campaign: first calls, needs, loads, answered calls."""

from collections.abc import Mapping, Sequence

from appel_solidaire.formats import NBSP, count, number, percent, week_start
from appel_solidaire.pictures.shown import Picture, drawing
from campaigns import charts
from campaigns.overview.effect import Effect
from campaigns.overview.trend import Load, NeedWeeks, SweepWeek

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_HALVES = {"am": "Matin", "pm": "Après-midi"}
_MOST_PARTS = 10  # categories drawn: the table has them all
_FEW = 20  # calls of a half-day under which a share says nothing


def sweep(weeks: Sequence[SweepWeek]) -> Picture:
    """The first calls: who still waits, against the sheets and the forecast."""
    known = [one for one in weeks if one.left is not None]
    left, before = known[-1].left or 0, known[0].left or 0
    if not left:
        say = "Chaque personne joignable a eu son premier appel."
    else:
        say = f"{count(left, 'personne attend', 'personnes attendent')} un premier appel"
        say += (
            f", {number(before - left)} de moins qu’il y a {_ago(len(known) - 1)}."
            * (before > left)
            or "."
        )
        ends = next((one for one in weeks if one.expected == 0), None)
        if ends is not None:
            say += f" À ce rythme, la dernière l’aura la semaine du {week_start(ends.week)}."
    series = {
        "Attendent": [one.left for one in weeks],
        "Si chaque feuille avait abouti": [one.planned for one in weeks],
        "Prévision": [one.expected for one in weeks],
    }
    if not any(value is not None for value in series["Prévision"]):
        del series["Prévision"]
    title = "Premier tour, ce qui reste"
    labels = [_short(one.week) for one in weeks]
    return Picture(
        "tour",
        title,
        say,
        drawing(charts.lines(title, say, labels, series)),
        ("Semaine du", *series),
        tuple(
            (week_start(one.week), *(_or_dash(values[place]) for values in series.values()))
            for place, one in enumerate(weeks)
        ),
    )


def needs(found: NeedWeeks) -> tuple[Picture, Picture]:
    """Needs by week, and by category over the same weeks."""
    totals = found.totals
    title = "Besoins par semaine"
    whole = sum(totals)
    stretch = f"en {_ago(len(found.weeks))}"
    say = f"{count(whole, 'besoin signalé', 'besoins signalés')} {stretch}" if whole else ""
    say = (
        f"{say}, dont {number(totals[-1])} cette semaine." if whole else f"Aucun besoin {stretch}."
    )
    labels = [_short(week) for week in found.weeks]
    by_week = Picture(
        "besoins",
        title,
        say,
        drawing(charts.bars(title, say, labels, {"Besoins": totals})),
        ("Semaine du", "Besoins"),
        tuple(
            (week_start(week), number(total))
            for week, total in zip(found.weeks, totals, strict=True)
        ),
    )
    return by_week, _by_category(found, stretch)


def _by_category(found: NeedWeeks, stretch: str) -> Picture:
    every = {label: sum(counts) for label, counts in found.categories}
    parts = dict(list(every.items())[:_MOST_PARTS])
    if rest := sum(list(every.values())[_MOST_PARTS:]):
        parts["Toutes les autres"] = rest
    title = "Besoins par catégorie"
    first = next(iter(every.items()), None)
    say = f"Aucun besoin {stretch}."
    if first is not None:
        say = (
            f"Le plus souvent{NBSP}: {first[0][:1].lower()}{first[0][1:]}, "
            f"{percent(first[1], sum(every.values()))} des besoins {stretch}."
        )
    return Picture(
        "categories",
        title,
        say,
        drawing(charts.shares(title, say, parts)),
        ("Catégorie", "En tout", *(_short(week) for week in found.weeks)),
        tuple(
            (label, number(sum(counts)), *(number(one) for one in counts))
            for label, counts in found.categories
        ),
    )


def loads(found: Sequence[Load], *, where: str = "") -> Picture:
    """How many volunteers have sheets of which size this week.

    ``where`` says which households are counted when not all are (« de votre territoire »).
    """
    title = "Charge des volontaires, cette semaine"
    sheets, over = sum(one.given for one in found), found[0].left
    if where:
        say = f"{count(sheets, 'volontaire appelle', 'volontaires appellent')} des foyers {where}"
    else:
        say = count(sheets, "volontaire a une feuille", "volontaires ont une feuille")
    say += " cette semaine" + (
        f"{NBSP}; {count(over, 'n’y a', 'n’y ont')} plus personne à appeler." if over else "."
    )
    if not sheets:
        say = (
            f"Aucun foyer {where} n’est sur une feuille cette semaine."
            if where
            else "Aucune feuille n’est publiée cette semaine."
        )
    series = {
        "Foyers sur la feuille": [one.given for one in found],
        "Foyers encore à appeler": [one.left for one in found],
    }
    return Picture(
        "charge",
        title,
        say,
        drawing(charts.bars(title, say, [one.short for one in found], series)),
        ("Foyers", "Volontaires, à la publication", "Volontaires, maintenant"),
        tuple((one.label, number(one.given), number(one.left)) for one in found),
        note=f"Les volontaires appellent aussi ailleurs{NBSP}: seuls les foyers {where} comptent."
        if where
        else "",
    )


def reach(found: Effect) -> Picture:
    """The share of calls answered, by half-day; a half-day with too few calls says nothing."""
    title = "Appels qui deviennent une conversation, en %"
    shares: dict[str, list[int | None]] = {
        words: [_share(found.reach(day, half)) for day in found.weekdays]
        for half, words in _HALVES.items()
    }
    said = {
        f"le {_DAYS[day]} {words.lower()}": share
        for words, values in shares.items()
        for day, share in zip(found.weekdays, values, strict=True)
        if share is not None
    }
    say = "Trop peu d’appels encore pour comparer les demi-journées."
    if said:
        best, worst = max(said, key=said.__getitem__), min(said, key=said.__getitem__)
        say = (
            f"On répond le plus {best} ({said[best]}{NBSP}%), "
            f"le moins {worst} ({said[worst]}{NBSP}%)."
        )
    return Picture(
        "decroche",
        title,
        say,
        drawing(charts.bars(title, say, [_DAYS[day][:3] for day in found.weekdays], shares)),
        ("Jour", "Appels le matin", "dont répondus", "Appels l’après-midi", "dont répondus"),
        tuple(
            (_DAYS[day], *(number(one) for half in _HALVES for one in found.reach(day, half)))
            for day in found.weekdays
        ),
    )


def shares(key: str, title: str, say: str, parts: Mapping[str, int], head: str) -> Picture:
    """A few parts of a whole, in the order given."""
    return Picture(
        key,
        title,
        say,
        drawing(charts.shares(title, say, parts)),
        (head, "Nombre"),
        tuple((label, number(one)) for label, one in parts.items()),
    )


def _ago(weeks: int) -> str:
    return count(weeks, "semaine")


def _share(cell: tuple[int, int]) -> int | None:
    tried, talked = cell
    return None if tried < _FEW else round(100 * talked / tried)


def _or_dash(value: int | None) -> str:
    return "–" if value is None else number(value)


def _short(week: str) -> str:
    """« S48 »."""
    return f"S{week[-2:]}"
