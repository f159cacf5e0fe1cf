"""Somebody asks to see, correct or erase what is noted: kept for who protects the data."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.record_pages import looking, reach
from appel_solidaire.record_pages.forms import AskingForm
from campaigns import rights, weeks
from campaigns.models import Right
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


def note_asking(person_id: int) -> Answer:
    """Note a request received today; whoever protects the data answers it."""
    someone, form = reach.found(person_id), AskingForm(prefix="ask")
    if not form.validate():
        return looking.page(someone, asking=form), 422
    try:
        noted = rights.asking.note(
            gate.db(),
            someone,
            Right(form.right.data),
            channel=rights.Channel(form.channel.data),
            received_on=weeks.local_day(gate.now()),
            words=form.words.data or "",
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        return looking.page(someone, refused=refusal.say), 422
    flask.flash(
        f"C’est noté (D-{noted.id}) : la réponse est due avant le {noted.due_on:%d/%m/%Y}. "
        "La personne chargée des données est prévenue.",
        "ok",
    )
    return reach.to("person", person_id=person_id)
