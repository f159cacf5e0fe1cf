"""Somebody rings the coordination: find them in seconds, say who called, note what they say."""

from datetime import datetime

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, TextAreaField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from appel_solidaire import gate, opening, record_pages
from appel_solidaire.web.coordinator import blueprint
from campaigns import alarms, calls, records, reference, weeks
from campaigns.models import Call, Person, StopReason, Wish
from campaigns.refusal import Refusal
from campaigns.retry import Mood

MOST = 12


class HeardForm(FlaskForm):
    """What somebody says who rings."""

    said = RadioField(
        "Que dit-elle ?",
        choices=[
            *(SelectChoice(one.value, f"Elle va : {one.label.lower()}") for one in Mood),
            SelectChoice(calls.ringing.LATER, "Elle préfère être rappelée plus tard"),
            SelectChoice(calls.ringing.STOP, "Elle ne veut plus être appelée"),
        ],
        validators=[InputRequired("Dites ce qu’elle souhaite, ou comment elle va.")],
    )
    asked_day = DateField("Quel jour ?", validators=[Optional()])
    asked_time = TimeField("À quelle heure ?", validators=[Optional()])
    wish = RadioField(
        "Souhaite-t-elle être rappelée ensuite ?",
        choices=[
            SelectChoice("", "Comme avant"),
            *(SelectChoice(one.value, one.label) for one in Wish if one is not Wish.NEVER),
        ],
        default="",
        validators=[Optional()],
    )
    note = TextAreaField(
        "À savoir la prochaine fois",
        validators=[Length(max=500, message="500 signes au plus : gardez l’essentiel.")],
        render_kw={"rows": 2, "maxlength": 500},
    )


@blueprint.get("/rappels")
def ringing() -> str:
    """Who is ringing: a number, a name or a reference."""
    return _search("", None)


@blueprint.post("/rappels")
@gate.only_reads
def find_ringing() -> str:
    """Those who answer, with who called them last; what was typed stands in no address."""
    text = flask.request.form.get("cherche", "")[:120]
    found = records.find(
        gate.db(), gate.campaign(), text, territories=record_pages.reach.territories()
    )
    return _search(text, found)


@blueprint.get("/rappels/<int:person_id>")
def ringing_person(person_id: int) -> str:
    """The answer to « m’avez-vous appelée ? », and what they say now. Opening it is journaled."""
    person = record_pages.reach.found(person_id)
    return page(person, HeardForm(formdata=None))


@blueprint.post("/rappels/<int:person_id>")
def note_ringing(person_id: int) -> Response | tuple[str, int]:
    """Note the call: it is no attempt, and a waiting line is freed."""
    person, form = record_pages.reach.found(person_id), HeardForm()
    if not form.validate():
        return page(person, form), 422
    try:
        logged = calls.ringing.heard(
            gate.db(),
            gate.campaign(),
            person,
            said=form.said.data,
            wish=form.wish.data or None,
            asked=_asked(form),
            note=form.note.data or "",
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        name = {"asked": "asked_day"}.get(refusal.field or "", refusal.field or "")
        if name in form:
            form[name].errors = [refusal.say]
            return page(person, form), 422
        return page(person, form, refused=refusal.say), 422
    flask.flash(f"C’est noté. {logged.report.said}", "ok")
    return flask.redirect(flask.url_for("coordinator.ringing"), 303)


def _asked(form: HeardForm) -> datetime | None:
    if form.said.data != calls.ringing.LATER or form.asked_day.data is None:
        return None
    day, hour = form.asked_day.data, form.asked_time.data
    if not 2000 <= day.year <= 2100:
        raise Refusal("Vérifiez l’année de ce jour.", field="asked")
    return weeks.at(day, hour.hour if hour else 10, hour.minute if hour else 0)


def _search(text: str, found: records.Found | None) -> str:
    people = found.people[:MOST] if found else ()
    return flask.render_template(
        "coordinator/ringing.html",
        text=text,
        found=found,
        rows=[(one, _last(one)) for one in people],
        has_more=bool(found and (found.has_more or len(found.people) > MOST)),
        outcomes=reference.outcomes(),
    )


def _last(person: Person) -> Call | None:
    return next(iter(_made(person)), None)


def _made(person: Person) -> list[Call]:
    """The last calls somebody made to them: not those they made, nor one noted by mistake."""
    last = calls.last_calls(gate.db(), person, gate.campaign(), limit=6)
    return [one for one in last if calls.is_attempt(one)][:3]


def page(
    person: Person,
    form: HeardForm,
    *,
    refused: str = "",
    doubt: str = "",
    unsure: Refusal | None = None,
) -> str:
    """Render who rings; ``doubt`` and ``unsure`` are a worry just written, and why it stays."""
    opening.note(person.id)  # a refusal shows them as well
    looked_for = alarms.of_people(gate.db(), gate.campaign(), [person.id]).get(person.id)
    return flask.render_template(
        "coordinator/ringing_person.html",
        person=person,
        form=form,
        refused=refused,
        doubt=doubt,
        unsure=unsure,
        looked_for=looked_for if looked_for and looked_for.closed_at is None else None,
        is_dead=person.stop is StopReason.DIED,
        past=_made(person),
        line=calls.ringing.last_line(gate.db(), gate.campaign(), person, at=gate.now()),
        outcomes=reference.outcomes(),
        organisation=gate.organisation(),
    )
