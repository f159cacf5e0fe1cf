"""What the call page asks beside the call: did the help given help, is anybody to be looked for,
how does the person like to be called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import flask

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import alarms, calls, needs, reference, values
from campaigns.calls.known import Known
from campaigns.models import Alarm, Enrolment, Helped, Person
from campaigns.retry import Spoke

_TALKED = {Spoke.YES, Spoke.LATER, Spoke.OTHER}
_MOST_ASKED = 12
_NEWS_FOR = timedelta(days=14)
HALVES = {"": "Peu importe", "am": "Plutôt le matin", "pm": "Plutôt l’après-midi"}
_LONGEST_MANNER = _LONGEST_CONTACT = 200


class Contact(StrEnum):
    """Who to notify: asked once, and only where the campaign provides for it (call guide, 6)."""

    NOT_ASKED = ""
    ASKED = "asked"
    KNOWN = "known"  # said by a word, never who: the coordination alone needs it


@dataclass(frozen=True)
class Question:
    """One need somebody closed, as the volunteer reads it aloud, and what was answered so far."""

    need_id: int
    say: str
    helped: str
    words: str


def read(spoke: Spoke | None) -> calls.Aside:
    """What was answered on the page; what nobody could have said is left aside."""
    given = flask.request.form
    worries = {one.value: one for one in alarms.Worry}
    return calls.Aside(
        worry=worries.get(given.get("doute", "")),
        settled=_settled(given) if spoke in _TALKED else (),
        best_half=_told(given, "moment") if spoke in _TALKED else None,
        manner=_told(given, "facon") if spoke in _TALKED else None,
        contact=_contact(given) if spoke in _TALKED else "",
    )


def context(chosen: Enrolment, given: Mapping[str, str], *, known: Known) -> dict[str, object]:
    """What the page shows: the questions to ask, the doubts to tick, the news of an alarm."""
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    closed = needs.to_ask(session, chosen.person, campaign, at=now) if known.has_needs else []
    labels = reference.categories()
    person_id = chosen.person_id
    found = alarms.of_people(session, campaign, [person_id]) if known.has_alarm else {}
    alarm = found.get(person_id)
    return {
        "asked_back": [
            Question(
                need.id,
                f"{labels[need.category].label} : {needs.say_to_volunteer(need)}",
                given.get(f"aide-{need.id}", ""),
                given.get(f"aide-{need.id}-mots", ""),
            )
            for need in closed
        ],
        "helped_answers": list(Helped),
        "worries": list(alarms.Worry),
        "worry": given.get("doute", ""),
        "looked_for": alarm if _is_news(alarm) else None,
        "halves": HALVES,
        "how": _how(chosen.person, given),
        "contact": contact_of(chosen.person),
    }


@blueprint.context_processor
def news() -> dict[str, object]:
    """What came out of the alarms about one's own people. Asked by the sheet alone."""
    return {"found_again": _found_again}


def _found_again() -> list[Alarm]:
    since = gate.now() - _NEWS_FOR
    return alarms.told_to(gate.db(), gate.me(), gate.campaign(), since=since)


def _is_news(alarm: Alarm | None) -> bool:
    if alarm is None:
        return False
    return alarm.closed_at is None or alarm.closed_at > gate.now() - _NEWS_FOR


def _how(person: Person, given: Mapping[str, str]) -> dict[str, str]:
    """How the person likes to be called, as typed so far, and as it was when the page opened."""
    known = {"moment": person.best_half, "facon": person.manner}
    shown = {f"{name}-vu": given.get(f"{name}-vu", value) for name, value in known.items()}
    told = {name: given.get(name, shown[f"{name}-vu"]) for name in known}
    return shown | told | {"prevenir": given.get("prevenir", "")}


def contact_of(person: Person) -> Contact:
    """What the page asks of who to notify."""
    if not gate.campaign().asks_contact:
        return Contact.NOT_ASKED
    return Contact.KNOWN if person.notify_person else Contact.ASKED


def _contact(given: Mapping[str, str]) -> str:
    return values.readable(given.get("prevenir", ""))[:_LONGEST_CONTACT].strip()


def _told(given: Mapping[str, str], name: str) -> str | None:
    """What the volunteer changed; None when it is as the page showed it, or was not asked."""
    typed, shown = given.get(name), given.get(f"{name}-vu", "")
    if typed is None or typed == shown or (name == "moment" and typed not in HALVES):
        return None
    return values.readable(typed)[:_LONGEST_MANNER]


def _settled(given: Mapping[str, str]) -> tuple[needs.Settled, ...]:
    found = []
    for name, value in given.items():
        number = name.removeprefix("aide-")
        if name == number or not (number.isascii() and number.isdigit() and len(number) < 10):
            continue
        if value in {one.value for one in Helped}:
            words = given.get(f"{name}-mots", "").strip()[:300]
            found.append(needs.Settled(int(number), Helped(value), words))
    return tuple(sorted(found, key=lambda one: one.need_id)[:_MOST_ASKED])
