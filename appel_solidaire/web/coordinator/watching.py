"""« Levées de doute »: who falls silent, whom to try in which order, and how it ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import flask
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from appel_solidaire import gate
from appel_solidaire.record_pages import reach
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator.forms import PICK, ActForm, Choice, short
from campaigns import access, alarms, calls, directory, journal, reference, weeks
from campaigns.models import Alarm, AlarmEnding, Person, Rung
from campaigns.needs import signals
from campaigns.records import suggested
from campaigns.refusal import Refusal
from campaigns.routing import Destination

Answer = Response | tuple[str, int]
RATE_OVER = timedelta(days=90)
SAME_VISIT = timedelta(minutes=15)


class TryForm(ActForm):
    """One try: who was asked, what came of it."""

    rung = Choice("Qui avez-vous essayé ?", validators=[InputRequired(message="Choisissez qui.")])
    reached = BooleanField("Quelqu’un a répondu")
    say = short("Ce que cela a donné", 300, needed="Écrivez en quelques mots ce que cela a donné.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # passed on to WTForms as they are
        super().__init__(*args, **kwargs)
        every = [SelectChoice(one.value, _upper(one.label)) for one in Rung]
        self.rung.choices = [PICK, *every]


class EndForm(ActForm):
    """How an alarm ends."""

    ending = Choice(
        "Comment cela finit ?", validators=[InputRequired(message="Choisissez la fin.")]
    )
    until = DateField("Jusqu’à quel jour", validators=[Optional()])
    note = short("Ce qu’il faut savoir", 500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # passed on to WTForms as they are
        super().__init__(*args, **kwargs)
        every = [SelectChoice(one.value, _upper(one.label)) for one in AlarmEnding]
        self.ending.choices = [PICK, *every]


def _upper(label: str) -> str:
    return label[:1].upper() + label[1:]


@blueprint.context_processor
def watch() -> dict[str, Any]:
    """What stands on top of the inbox: alarms, signals, proposals. Asked by that page alone."""
    return {"watch": _watch}


def _watch() -> dict[str, Any]:
    session, user, campaign, now = gate.db(), gate.me(), gate.campaign(), gate.now()
    rows = alarms.inbox(session, user, campaign, at=now, limit=3)
    return {
        "rows": rows,
        "count": len(rows) if len(rows) < 3 else alarms.open_count(session, user, campaign, at=now),
        "cards": signals.cards(session, user, campaign, at=now),
        "proposed": suggested.waiting_count(session, campaign)
        if access.is_coordination(user)
        else 0,
    }


@blueprint.get("/levees-de-doute")
def alarm_list() -> str:
    """The alarms open, those closed last, and who expected a call nobody made."""
    session, user, campaign, now = gate.db(), gate.me(), gate.campaign(), gate.now()
    rows = alarms.inbox(session, user, campaign, at=now)
    return flask.render_template(
        "coordinator/alarms.html",
        rows=rows,
        count=alarms.open_count(session, user, campaign, at=now),
        heard=alarms.heard_since(session, rows),
        closed=alarms.closed(session, user, campaign, at=now),
        rate=alarms.rate(session, user, campaign, since=now - RATE_OVER, at=now),
        expecting=alarms.expecting(
            session,
            campaign,
            territories=reach.territories(),
            today=weeks.local_day(now),
        ),
        in_heat=alarms.heat.is_on(campaign, weeks.local_day(now)),
        campaign=campaign,
    )


@blueprint.get("/levees-de-doute/<int:alarm_id>")
def alarm(alarm_id: int) -> str:
    """One alarm. Opening it is journaled: contacts are read in alarms only."""
    shown = _found(alarm_id)
    about, by, at = ("alarm", alarm_id), gate.me(), gate.now()
    if not journal.was_noted(gate.db(), "alarm_read", about=about, by=by, since=at - SAME_VISIT):
        with gate.instance().database.unit() as session:
            journal.record(session, "alarm_read", about=about, by=by, at=at)
    return _page(shown)


@blueprint.post("/levees-de-doute/<int:alarm_id>/prendre")
def take_alarm(alarm_id: int) -> Answer:
    """Say « je m’en occupe »."""

    def act(found: Alarm, form: ActForm) -> str:
        version = form.shown_version()
        alarms.take(gate.db(), found, by=gate.me(), version=version, at=gate.now())
        return f"Vous vous occupez de la levée de doute {found.reference}."

    return _do(alarm_id, ActForm(), act)


@blueprint.post("/levees-de-doute/<int:alarm_id>/essayer")
def note_try(alarm_id: int) -> Answer:
    """Note one try."""

    def act(found: Alarm, form: TryForm) -> str:
        alarms.note_try(
            gate.db(),
            found,
            Rung(form.rung.data),
            reached=form.reached.data,
            say=form.say.data or "",
            by=gate.me(),
            at=gate.now(),
        )
        return "L’essai est noté, avec l’heure et votre nom."

    return _do(alarm_id, TryForm(), act)


@blueprint.post("/levees-de-doute/<int:alarm_id>/clore")
def close_alarm(alarm_id: int) -> Answer:
    """Close an alarm with what was found."""

    def act(found: Alarm, form: EndForm) -> str:
        alarms.close(
            gate.db(),
            found,
            AlarmEnding(form.ending.data),
            note=form.note.data or "",
            until=form.until.data,
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return (
            f"La levée de doute {found.reference} est close. La personne qui appelle d’habitude "
            "le lira."
        )

    return _do(alarm_id, EndForm(), act)


@blueprint.errorhandler(alarms.Changed)
def alarm_changed(fault: alarms.Changed) -> tuple[str, int]:
    """Somebody changed the alarm meanwhile: say who, give the text back."""
    html = flask.render_template(
        "coordinator/alarm_changed.html",
        fault=fault,
        given_back=flask.request.form.get("note", "").strip(),
    )
    return html, 409


def _found(alarm_id: int) -> Alarm:
    return gate.found(alarms.one(gate.db(), gate.me(), alarm_id, gate.campaign(), at=gate.now()))


def _page(shown: Alarm, sent: ActForm | None = None, refused: str = "") -> str:
    """Render an alarm; ``sent`` is the form to be corrected, ``refused`` a sentence."""
    session, campaign = gate.db(), gate.campaign()
    ladder = alarms.ladder(shown)
    trying = sent if isinstance(sent, TryForm) else TryForm(formdata=None)
    if trying is not sent:
        untried = next((step.rung for step in ladder if not step.tries), None)
        trying.rung.data = untried.value if untried else ""
    return flask.render_template(
        "coordinator/alarm.html",
        alarm=shown,
        person=shown.person,
        ladder=ladder,
        town_offices=_town_offices(shown.person),
        heard=alarms.heard_since(session, [shown]).get(shown.id),
        last_heard=alarms.last_heard(session, shown),
        calls=[
            (call, reference.outcomes()[call.outcome].label)
            for call in calls.last_calls(session, shown.person, campaign, limit=6)
        ],
        trying=trying,
        end=sent if isinstance(sent, EndForm) else EndForm(formdata=None),
        sent=sent,
        refused=refused,
    )


def _town_offices(person: Person) -> list[Destination]:
    """The CCAS and the mairie of where they live, when the directory knows their telephone."""
    found = directory.Directory(gate.db())
    offices = [found(f"{stem}_{person.insee}") for stem in ("CCAS", "MAIRIE")]
    return [one for one in offices if one and one.phone]


def _do(alarm_id: int, form: Any, act: Callable[[Alarm, Any], str]) -> Answer:  # Any: its own form
    """Find, check, act; back to the alarm."""
    found = _found(alarm_id)
    if not form.validate():
        return _page(found, form), 422
    try:
        said = act(found, form)
    except Refusal as refusal:
        if refusal.field and refusal.field in form:
            form[refusal.field].errors = [str(refusal)]
            return _page(found, form), 422
        return _page(found, form, refused=str(refusal)), 422
    flask.flash(said, "ok")
    return flask.redirect(flask.url_for("coordinator.alarm", alarm_id=alarm_id), 303)
