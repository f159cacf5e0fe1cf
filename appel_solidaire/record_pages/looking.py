"""Finding somebody, and their record on one page."""

from datetime import date

import flask

from appel_solidaire import gate
from appel_solidaire.record_pages import reach
from appel_solidaire.record_pages.forms import AskingForm, StopForm
from campaigns import calls, pairing, quality, records, reference, weeks
from campaigns.models import Person
from campaigns.overview import best_time


def people() -> str:
    """Search for somebody by name, number or reference."""
    return _search("", None)


@gate.only_reads
def find_people() -> str:
    """Those who answer; the name asked for stands in no address."""
    text = flask.request.form.get("cherche", "")[:120]
    found = records.find(gate.db(), gate.campaign(), text, territories=reach.territories())
    return _search(text, found)


def _search(text: str, found: records.Found | None) -> str:
    waiting = quality.counts(gate.db(), gate.campaign(), territories=reach.territories())
    return reach.drawn("people", text=text, found=found, to_check=sum(waiting.values()))


def person(person_id: int) -> str:
    """Somebody's record. Opening it is journaled: who read whom."""
    return page(reach.found(person_id))


def page(
    someone: Person,
    *,
    refused: str = "",
    other: str = "",
    form: StopForm | None = None,
    asking: AskingForm | None = None,
) -> str:
    """The record, with what may be decided about it; a refusal shows it as well."""
    reach.note_opening(someone)
    session, campaign = gate.db(), gate.campaign()
    today = weeks.local_day(gate.now())
    return reach.drawn(
        "person",
        person=someone,
        age=_age(someone.birth_date, today),
        enrolment=records.enrolment_of(session, campaign, someone),
        hint=best_time.hints_of_people(session, campaign, [someone.id], on=today).get(
            someone.id, ""
        ),
        sources=records.sources_of(session, someone),
        household=records.household_of(session, someone),
        cases=quality.of_person(session, someone),
        corrections=quality.of_record(session, someone),
        calls=[
            (call, reference.outcomes()[call.outcome].label)
            for call in calls.last_calls(session, someone, campaign, limit=10)
        ],
        voices=pairing.of_person(session, someone, today=today),
        form=form or StopForm(formdata=None),
        asking=asking or AskingForm(formdata=None, prefix="ask"),
        refused=refused,
        other=other[:12],
    )


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
