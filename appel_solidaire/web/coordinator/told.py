"""What somebody tells the coordination by telephone: a need, or a worry about a person."""

from collections.abc import Mapping
from typing import Any

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from appel_solidaire import gate, opening
from appel_solidaire.record_pages import reach
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator import ringing as pages
from appel_solidaire.web.coordinator.forms import PICK, Choice, short
from campaigns import alarms, needs, records, reference
from campaigns.models import Agreement, Person
from campaigns.refusal import Refusal
from campaigns.routing import CONDITION_QUESTIONS

Answer = Response | tuple[str, int] | str
_AGREEMENTS = {
    Agreement.YES: "Oui",
    Agreement.NO: "Non",
    Agreement.VITAL: "Urgence vitale, sans attendre",
}


class ToldForm(FlaskForm):
    """A need told by telephone."""

    category = Choice(
        "De quoi s’agit-il ?", validators=[InputRequired(message="Choisissez de quoi il s’agit.")]
    )
    text = short(
        "Ce qu’il faut savoir pour l’aider",
        500,
        needed="Écrivez en une phrase ce qu’il faut savoir pour l’aider.",
    )
    agreement = RadioField(
        "Est-elle d’accord pour que ce soit transmis ?",
        choices=[SelectChoice(one.value, words) for one, words in _AGREEMENTS.items()],
        validators=[InputRequired(message="Dites si elle est d’accord.")],
    )
    ring_back = StringField(
        "Quand peut-on la rappeler ?",
        validators=[Length(max=120, message="120 signes au plus.")],
        render_kw={"maxlength": 120},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # passed on to WTForms as they are
        super().__init__(*args, **kwargs)
        every = reference.categories().values()
        self.category.choices = [
            PICK,
            *(SelectChoice(one.code, one.label, optgroup=one.family) for one in every),
        ]

    def draft(self, sent: Mapping[str, str]) -> needs.Draft:
        """The need as typed, with the answers to the questions the page asked."""
        asked = (one.id for one in reference.questions() if one.category == self.category.data)
        return needs.Draft(
            self.category.data,
            text=self.text.data or "",
            agreement=Agreement(self.agreement.data),
            answers={
                name: said for name in asked if (said := _said(sent, f"q-{name}")) is not None
            },
            facts={name: _said(sent, f"f-{name}") for name in CONDITION_QUESTIONS},
            ring_back=self.ring_back.data or "",
        )


def _said(sent: Mapping[str, str], name: str) -> bool | None:
    return {"oui": True, "non": False}.get(sent.get(name, ""))


@blueprint.get("/rappels/<int:person_id>/besoin")
def tell_need(person_id: int) -> str:
    """Where a need told by telephone is written. Opening the page is journaled."""
    person = reach.found(person_id)
    return _page(person, ToldForm(formdata=None))


@blueprint.post("/rappels/<int:person_id>/besoin")
def raise_need(person_id: int) -> Answer:
    """Show what is still asked and where the need goes; once seen, send it there."""
    person, form, sent = reach.found(person_id), ToldForm(), flask.request.form
    if not form.validate():
        return _page(person, form), 422
    draft = form.draft(sent)
    if sent.get("vu") != draft.category:
        preview = needs.preview(gate.db(), person, draft, campaign=gate.campaign())
        return _page(person, form, preview=preview)
    try:
        raised = needs.raise_(
            gate.db(),
            draft,
            campaign=gate.campaign(),
            person=person,
            call=None,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        return _page(person, form, refused=refusal.say), 422
    return _sent(raised.id, raised.reference)


@blueprint.post("/rappels/<int:person_id>/doute")
def open_alarm(person_id: int) -> Answer:
    """Somebody worries about them: look for them, step by step."""
    person, words = reach.found(person_id), flask.request.form.get("doute", "")
    db, campaign = gate.db(), gate.campaign()
    enrolment = gate.found(records.enrolment_of(db, campaign, person))
    try:
        made = alarms.doubt(db, enrolment, campaign, say=words, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return pages.page(person, pages.HeardForm(formdata=None), doubt=words, unsure=refusal), 422
    flask.flash(
        f"La levée de doute {made.reference} est ouverte : qui essayer est ci-dessous.", "ok"
    )
    return flask.redirect(flask.url_for("coordinator.alarm", alarm_id=made.id), 303)


def _sent(need_id: int, name: str) -> Response:
    """On to the need, or to the list when only named people read needs of this kind."""
    gate.db().flush()  # whether it may be read is asked of the database
    seen = needs.with_story(gate.db(), gate.me(), need_id, gate.campaign(), at=gate.now())
    if seen is None:
        flask.flash(f"Le besoin {name} est envoyé à qui peut lire ce sujet.", "ok")
        return flask.redirect(flask.url_for("coordinator.ringing"), 303)
    flask.flash(f"Le besoin {name} est noté.", "ok")
    return flask.redirect(flask.url_for("coordinator.need", need_id=need_id), 303)


def _page(
    person: Person, form: ToldForm, *, preview: needs.Preview | None = None, refused: str = ""
) -> str:
    """Render the need being told; ``preview`` is what is still asked, and where it would go."""
    opening.note(person.id)  # a refusal names them as well
    return flask.render_template(
        "coordinator/tell_need.html",
        person=person,
        form=form,
        preview=preview,
        refused=refused,
        condition_questions=CONDITION_QUESTIONS,
    )
