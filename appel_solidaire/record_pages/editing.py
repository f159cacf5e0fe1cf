"""Adding somebody no list holds, and correcting a record."""

from collections.abc import Sequence
from datetime import UTC, datetime

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.record_pages import reach
from appel_solidaire.record_pages.forms import PersonForm, filled, turn_of
from appel_solidaire.typed import put_back
from campaigns import records
from campaigns.models import Person
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


def new_person() -> str:
    """An empty form."""
    return _adding(PersonForm(formdata=None))


def add_person() -> Answer:
    """Add somebody; who may be known already is shown first."""
    form = PersonForm()
    if not form.validate():
        return _adding(form), 422
    given = form.given()
    if not form.anyway.data:
        mine = reach.territories()
        twins, elsewhere = records.twins(gate.db(), gate.campaign(), given, territories=mine)
        if twins or elsewhere:
            return _adding(form, twins, elsewhere), 422
    try:
        _keep_to_territories(form.insee)
        added = records.add(gate.db(), gate.campaign(), given, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _adding(form), 422
    _prioritise(added, form)
    flask.flash("La personne est ajoutée : la prochaine répartition en tient compte.", "ok")
    return reach.to("person", person_id=added.id)


def edit_person(person_id: int) -> str:
    """The form of a record."""
    someone = reach.found(person_id)
    form = filled(someone)
    enrolment = records.enrolment_of(gate.db(), gate.campaign(), someone)
    form.priority.data = turn_of(enrolment.priority if enrolment else 5)
    return _editing(someone, form)


def change_person(person_id: int) -> Answer:
    """Correct it; no later list undoes what is corrected here."""
    someone, form = reach.found(person_id), PersonForm()
    if not form.validate():
        return _editing(someone, form), 422
    try:
        _keep_to_territories(form.insee)
        count = records.change(
            gate.db(), someone, form.given(), seen=_seen(form), by=gate.me(), at=gate.now()
        )
        count += _prioritise(someone, form)
    except Refusal as refusal:
        put_back(form, refusal)
        return _editing(someone, form), 422
    if count:
        flask.flash("La fiche est corrigée. La prochaine liste gardera cette correction.", "ok")
    else:
        flask.flash("Rien n’a changé.", "ok")
    return reach.to("person", person_id=person_id)


def _prioritise(someone: Person, form: PersonForm) -> bool:
    """Keep their turn among those who wait; say whether it changed."""
    enrolment = records.enrolment_of(gate.db(), gate.campaign(), someone)
    if enrolment is None or turn_of(enrolment.priority) == form.priority.data:
        return False
    wanted = int(form.priority.data)
    records.prioritise(gate.db(), enrolment, priority=wanted, by=gate.me(), at=gate.now())
    return True


def _keep_to_territories(insee: str | None) -> None:
    """A coordinator places nobody where they could not see them again."""
    if not records.is_within(gate.db(), insee, territories=reach.territories()):
        raise Refusal(
            "Choisissez une commune de vos territoires : pour une autre, demandez à la "
            "coordination de la campagne.",
            field="town",
        )


def _seen(form: PersonForm) -> datetime:
    """When the form was shown; a lost field is no time at which anything stood."""
    try:
        return datetime.fromisoformat(form.seen.data or "")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _adding(form: PersonForm, twins: Sequence[Person] = (), elsewhere: int = 0) -> str:
    return reach.drawn("new", form=form, twins=twins, elsewhere=elsewhere)


def _editing(someone: Person, form: PersonForm) -> str:
    reach.note_opening(someone)  # a refusal names them as well
    return reach.drawn("edit", person=someone, form=form)
