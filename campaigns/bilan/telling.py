"""A bilan from the counts of its stretch: what is shown, what is hidden, what is drawn."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.bilan import kinds, sentences
from campaigns.bilan.parts import Bilan, Breakdown, Figure, Picture, Section, broken
from campaigns.bilan.stretches import CAMPAIGN, Stretch
from campaigns.directory.outlines import Shapes, shapes
from campaigns.models import Campaign, Organisation
from campaigns.overview import periods
from campaigns.overview.periods import Counts

_BEFORE = "Avant"
_MOST_BARS = 8  # the table beneath says them all
_BRACKETS = re.compile(r"\s?\([^()]*\)$")  # « Amiens Métropole (nom provisoire) » under a bar
_FORGOTTEN = (
    "Des fiches ont été effacées depuis, au bout du délai de conservation : les âges et les "
    "communes de ces personnes ne sont plus connus."
)


def of(session: Session, campaign: Campaign, stretch: Stretch, *, at: datetime) -> Bilan:
    """Tell a stretch of the campaign, with the one before it beside where there is one.

    A whole campaign whose people were forgotten is told from the counts kept before that.
    """
    now = _counts(session, campaign, stretch)
    earlier = stretch.before
    before = (
        periods.within_days(session, campaign, earlier.first_day, earlier.last_day)
        if earlier
        else None
    )
    if before is not None and before.is_empty:
        before = None  # a column of nothing beside says nothing
    teller = _Teller(now, before)
    organisation = session.get_one(Organisation, 1)
    return Bilan(
        organisation=organisation.name,
        campaign=campaign.name,
        stretch=stretch,
        is_over=stretch.is_over(at) or campaign.closed_at is not None,
        figures=_figures(now, before),
        before_title=earlier.title if earlier and before is not None else "",
        essential=sentences.essential(stretch, now, before),
        sections=() if now.is_empty else teller.sections(session, organisation),
        notes=(_FORGOTTEN,) if campaign.final_counts and stretch.kind != CAMPAIGN else (),
    )


def _counts(session: Session, campaign: Campaign, stretch: Stretch) -> Counts:
    kept = periods.frozen(campaign) if stretch.kind == CAMPAIGN else None
    if kept is not None:
        return kept.counts
    return periods.of_days(session, campaign, stretch.first_day, stretch.last_day)


def _figures(now: Counts, before: Counts | None) -> tuple[Figure, ...]:
    told: tuple[tuple[str, Callable[[Counts], int]], ...] = (
        ("appels passés", lambda one: one.attempts),
        ("conversations", lambda one: one.conversations),
        ("personnes jointes", lambda one: one.reached),
        ("besoins signalés", lambda one: one.needs),
        ("besoins clos", lambda one: one.closed.count),
        ("volontaires au téléphone", lambda one: one.volunteers),
        ("demi-journées d’appels", lambda one: one.half_days),
        ("levées de doute", lambda one: one.alarms),
    )
    return tuple(Figure(label, of(now), of(before) if before else None) for label, of in told)


class _Teller:
    """The sections of one bilan; its counts are at hand in each."""

    def __init__(self, now: Counts, before: Counts | None) -> None:
        self.now, self.before = now, before

    def sections(self, session: Session, organisation: Organisation) -> tuple[Section, ...]:
        """Every subject something happened in."""
        places = kinds.territories(session)
        word = organisation.territory_word.capitalize()
        found = (
            self._calls(),
            self._people(places, word, shapes(session)),
            self._needs(places, word),
            self._answers(),
            self._alarms(),
        )
        return tuple(one for one in found if one is not None)

    def _calls(self) -> Section:
        labels, now = kinds.endings(self.now.outcomes)
        before = kinds.endings(self.before.outcomes)[1] if self.before else None
        endings = broken(
            "endings_of_calls",
            "Comment les appels se sont terminés",
            "Issue",
            "appels",
            labels,
            {"Appels": now, _BEFORE: before},
        )
        halves = broken(
            "halves",
            "Par demi-journée",
            "Demi-journée",
            "appels",
            kinds.half_days(),
            {"Appels": self.now.tried, "Conversations": self.now.talked},
        )
        said = sentences.by_half_day(halves)
        return Section(
            "Les appels",
            (*sentences.calls(self.now), said),
            (halves, endings),
            _drawn_halves(halves, said),
        )

    def _people(self, places: Mapping[str, str], word: str, drawn: Shapes) -> Section:
        now, before = self.now, self.before
        title = f"Personnes jointes par {word.lower()}"
        reached = broken(
            "reached",
            title,
            word,
            "personnes jointes",
            places,
            {
                "Jointes": now.reached_by_territory,
                _BEFORE: before.reached_by_territory if before else None,
                "Sur la liste": now.people_by_territory,
            },
        )
        return Section(
            "Les personnes",
            sentences.people(now),
            (reached,),
            _drawn_map(reached, drawn) or _drawn_shares(reached),
        )

    def _needs(self, places: Mapping[str, str], word: str) -> Section | None:
        if not self.now.needs:
            return None
        titles = {
            "by_category": ("Besoins par sujet", "Sujet", kinds.categories()),
            "by_urgency": ("Besoins par urgence", "Urgence", kinds.urgencies()),
            "by_territory": (f"Besoins par {word.lower()}", word, places),
            "by_authority": ("À qui ils sont d’abord allés", "Destinataire", kinds.authorities()),
            "by_age": ("Besoins par âge", "Âge", kinds.age_bands()),
        }
        found = tuple(
            self._beside(name, title, about, "besoins", labels)
            for name, (title, about, labels) in titles.items()
        )
        by_category = found[0]
        return Section(
            "Les besoins",
            sentences.needs(self.now, by_category),
            found,
            _drawn_shares(by_category),
        )

    def _answers(self) -> Section | None:
        now = self.now
        if not (now.needs or now.closed.count or now.helped):
            return None
        results = self._beside(
            "results", "Ce que les besoins clos sont devenus", "Issue", "besoins", kinds.results()
        )
        helped = self._beside(
            "helped", "« Est-ce que cela vous a aidé ? »", "Réponse", "réponses", kinds.helped()
        )
        found = tuple(one for one in (results, helped) if one.now.total)
        return Section("Les réponses", sentences.answers(now, results, helped), found)

    def _alarms(self) -> Section | None:
        if not (self.now.alarms or self.now.alarms_closed):
            return None
        unit = "levées de doute"
        whys = self._beside(
            "alarm_whys", "Pourquoi on s’est inquiété", "Raison", unit, kinds.alarm_whys()
        )
        endings = self._beside(
            "endings", "Comment elles ont fini", "Issue", unit, kinds.alarm_endings()
        )
        found = tuple(one for one in (whys, endings) if one.now.total)
        return Section("Les levées de doute", sentences.alarms(self.now), found)

    def _beside(
        self, name: str, title: str, about: str, unit: str, labels: Mapping[str, str]
    ) -> Breakdown:
        """The counts of this name, with those of the stretch before."""
        before = getattr(self.before, name) if self.before else None
        columns = {unit.capitalize(): getattr(self.now, name), _BEFORE: before}
        return broken(name, title, about, unit, labels, columns)


def _drawn_halves(halves: Breakdown, said: str) -> tuple[Picture, ...]:
    """Calls and conversations side by side, where both may be read."""
    tried, talked = (one.masked.cells for one in halves.columns)
    read = [key for key in halves.labels if tried.get(key) and talked.get(key) is not None]
    if len(read) < 2:
        return ()
    labels = [sentences.short_half(halves.labels[key]) for key in read]
    series = {
        "appels": [tried[key] for key in read],
        "conversations": [talked[key] for key in read],
    }
    return (Picture("bars", "Appels et conversations par demi-journée", said, (labels, series)),)


def _drawn_map(of: Breakdown, drawn: Shapes) -> tuple[Picture, ...]:
    """The territories shaded, where outlines are known. None when a cell that is large enough is
    hidden too: the map says « moins de 5 » of every hidden one."""
    if not drawn.outlines or len(of.shown) < 2 or of.now.has_others:
        return ()
    told = {name: count for name, count in of.shown.items() if name != of.labels.get("")}
    desc = f"{sentences.most(of)} {drawn.licence}"
    return (Picture("map", of.title, desc, (drawn.outlines, told), drawn.licence),)


def _drawn_shares(of: Breakdown) -> tuple[Picture, ...]:
    """One bar a kind, where there are at least two to compare; of many, the largest."""
    parts = {_BRACKETS.sub("", label): count for label, count in of.shown.items()}
    if len(parts) < 2:
        return ()
    title = of.title
    if len(parts) > _MOST_BARS:
        ranked = sorted(parts.items(), key=lambda pair: -pair[1])
        parts = dict(ranked[:_MOST_BARS])
        title = f"{title}, les plus nombreux"
    return (Picture("shares", title, sentences.most(of), parts),)
