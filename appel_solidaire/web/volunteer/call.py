"""The call: prepare, talk, report. One page, which works without JavaScript."""

import secrets
from typing import cast

import flask
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import Field

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, filling
from appel_solidaire.web.volunteer.filling import NeedBlock
from appel_solidaire.web.volunteer.forms import CallForm, NeedForm
from campaigns import access, calls, guide, journal, launch, needs, reference, sheets, weeks
from campaigns.models import Enrolment, Line, Phone
from campaigns.refusal import Refusal
from campaigns.retry import Spoke
from campaigns.routing import CONDITION_QUESTIONS

CHECK = "Rien n’est encore enregistré : vérifiez où partent ces besoins, puis enregistrez."


@blueprint.get("/appels/<int:line_id>")
def call(line_id: int) -> str | Response:
    """The page of one call."""
    line = _line(line_id)
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    if not present:
        return flask.redirect(flask.url_for("volunteer.sheet"), 303)
    form = CallForm(formdata=None)
    form.key.data = secrets.token_urlsafe(24)
    form.need_count.data = 0
    return _page(line, form, person_id=flask.request.args.get("personne", type=int))


@blueprint.post("/appels/<int:line_id>")
def call_post(line_id: int) -> str | Response | tuple[str, int]:
    """Keep the report, or give the page back with what is missing."""
    line = _line(line_id)
    form = CallForm()
    form.offer(calls.rules_of(gate.now().year))
    if flask.request.form.get("action") == "ajouter":
        form.need_count.data = (form.need_count.data or 0) + 1
        return _page(line, form)
    blocks = _blocks(line, form)
    if not form.validate() or not all(block.form.validate() for block in blocks):
        return _page(line, form, blocks=blocks), 422
    if not all(block.is_seen for block in blocks):
        return _page(line, form, blocks=blocks, say=CHECK), 422
    try:
        logged = calls.log(
            gate.db(),
            line,
            filled=filling.filled(form, blocks),
            campaign=gate.campaign(),
            by=gate.me(),
            at=gate.now(),
        )
    except calls.Conflict as conflict:
        return _page(line, form, blocks=blocks, conflict=conflict), 409
    except Refusal as refusal:
        return _page(line, form, blocks=blocks, refusal=refusal), 422
    return _onward(line, logged.report.id)


@blueprint.post("/appels/<int:line_id>/numero")
def number(line_id: int) -> str:
    """Show a number: on demand, and noted."""
    line = _line(line_id)
    phone = gate.found(_phone(line, flask.request.form.get("phone_id", type=int)))
    journal.record(gate.db(), "number_shown", about=phone, by=gate.me(), at=gate.now())
    if "HX-Request" in flask.request.headers:
        return flask.render_template("volunteer/_number.html", line=line, phone=phone, shown=phone)
    form = CallForm(formdata=None)
    form.key.data = secrets.token_urlsafe(24)
    form.need_count.data = 0
    return _page(line, form, shown=phone, person_id=phone.person_id)


@blueprint.post("/appels/<int:line_id>/besoin")
def need_block(line_id: int) -> str:
    """One need of the page with its questions and where it would go. Keeps nothing."""
    line = _line(line_id)
    form = NeedForm(flask.request.form.get("numero", default=0, type=int))
    person_id = flask.request.form.get("person_id", default=0, type=int)
    return flask.render_template(
        "volunteer/_need.html",
        line=line,
        block=_block(line, form, person_id),
        condition_questions=CONDITION_QUESTIONS,
    )


@blueprint.post("/appels/<int:line_id>/effet")
def effect(line_id: int) -> str:
    """What saving would entail, said before saving. Keeps nothing."""
    line = _line(line_id)
    form = CallForm()
    form.offer(calls.rules_of(gate.now().year))
    try:
        say = calls.foresee(
            gate.db(),
            line,
            filling.filled(form, _blocks(line, form)),
            campaign=gate.campaign(),
            at=gate.now(),
        )
    except Refusal as refusal:
        say = refusal.say
    return flask.render_template("volunteer/_effect.html", say=say)


@blueprint.post("/appels/<int:line_id>/passer")
def skip(line_id: int) -> Response:
    """Give this line back without a call."""
    line = _line(line_id)
    knows = flask.request.form.get("raison") == "connait"
    calls.skip(gate.db(), line, knows=knows, by=gate.me(), at=gate.now())
    flask.flash("C’est noté : cette fiche sera confiée à quelqu’un d’autre.", "ok")
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


@blueprint.get("/appels/<int:line_id>/alerte")
def alert(line_id: int) -> str:
    """Danger: which number to ring, what to say, and the button that tells the coordination."""
    line = _line(line_id)
    return flask.render_template(
        "volunteer/alert.html",
        line=line,
        present=calls.at_the_line(gate.db(), line, campaign=gate.campaign()),
        lines=reference.help_lines(),
        organisation=gate.organisation(),
        told="fait" in flask.request.args,
    )


@blueprint.post("/appels/<int:line_id>/alerte")
def alert_post(line_id: int) -> Response:
    """Tell the coordination at once."""
    line = _line(line_id)
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    wanted = flask.request.form.get("person_id", type=int)
    person = gate.found(next((item.person for item in present if item.person_id == wanted), None))
    needs.sound_alarm(
        gate.db(), campaign=gate.campaign(), person=person, by=gate.me(), at=gate.now()
    )
    return flask.redirect(flask.url_for("volunteer.alert", line_id=line.id, fait=1), 303)


def _line(line_id: int) -> Line:
    return gate.found(access.line_of(gate.db(), gate.me(), line_id, campaign=gate.campaign()))


def _phone(line: Line, phone_id: int | None) -> Phone | None:
    for enrolment in calls.at_the_line(gate.db(), line, campaign=gate.campaign()):
        if phone_id is not None:
            found = calls.number_to_dial(gate.db(), enrolment.person, phone_id)
            if found is not None:
                return found
    return None


def _blocks(line: Line, form: CallForm) -> list[NeedBlock]:
    return [
        _block(line, need, form.person_id.data or 0)
        for need in filling.need_forms(form.need_count.data or 0)
    ]


def _block(line: Line, form: NeedForm, person_id: int) -> NeedBlock:
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    chosen = next((item for item in present if item.person_id == person_id), None)
    answers, facts = filling.read_answers(form)
    block = NeedBlock(form, None, answers, facts)
    if chosen is None or form.category.data not in reference.categories():
        return block
    return NeedBlock(form, needs.preview(gate.db(), chosen.person, block.draft()), answers, facts)


def _onward(line: Line, report_id: int) -> Response:
    """To the next member of the household, else to the next line, else to the sheet."""
    if line.closed_at is None and (line.next_at is None or line.next_at <= gate.now()):
        present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
        left = [item for item in present if calls.waits_now(item, line, at=gate.now())]
        if left:
            return flask.redirect(
                flask.url_for(
                    "volunteer.call", line_id=line.id, personne=left[0].person_id, fait=report_id
                ),
                303,
            )
    following = sheets.next_line(
        gate.db(),
        gate.me(),
        gate.campaign(),
        week=weeks.current(gate.now()),
        now=gate.now(),
        after=line.id,
    )
    if following is None:
        return flask.redirect(flask.url_for("volunteer.sheet", fait=report_id), 303)
    return flask.redirect(
        flask.url_for("volunteer.call", line_id=following.line.id, fait=report_id), 303
    )


def _page(
    line: Line,
    form: CallForm,
    *,
    person_id: int | None = None,
    blocks: list[NeedBlock] | None = None,
    shown: Phone | None = None,
    refusal: Refusal | None = None,
    conflict: calls.Conflict | None = None,
    say: str = "",
) -> str:
    db, campaign = gate.db(), gate.campaign()
    form.offer(calls.rules_of(gate.now().year))
    present = calls.at_the_line(db, line, campaign=campaign)
    enrolment = _chosen(present, person_id or form.person_id.data)
    form.person_id.data = enrolment.person_id
    field = _field_of(form, refusal)
    if field is not None and refusal is not None:
        field.errors = [refusal.say]
    past = needs.of_person(db, enrolment.person, campaign)
    script = guide.script(
        launch.guide(db, campaign).markdown,
        person=enrolment.person,
        caller=gate.me(),
        organisation=gate.organisation(),
        is_first_call=enrolment.informed_at is None,
        last_need=reference.categories()[past[0].category].label if past else None,
    )
    week = weeks.current(gate.now())
    report_id = flask.request.args.get("fait", type=int)
    return flask.render_template(
        "volunteer/call.html",
        line=line,
        form=form,
        present=present,
        chosen=enrolment,
        person=enrolment.person,
        phones=[phone for phone in enrolment.person.phones if phone.invalid_at is None],
        shown=shown,
        blocks=blocks if blocks is not None else _blocks(line, form),
        past_calls=calls.last_calls(db, enrolment.person, campaign),
        past_needs=[(item, needs.say_to_volunteer(item)) for item in past],
        outcomes=reference.outcomes(),
        categories=reference.categories(),
        script=script,
        clean=Markup,  # the guide's HTML was cleaned (nh3) when made from Markdown
        condition_questions=CONDITION_QUESTIONS,
        queue=sheets.queue(db, gate.me(), campaign, week=week, now=gate.now()),
        week=week,
        report=calls.told(db, report_id, by=gate.me()) if report_id else None,
        refusal=refusal,
        refused_field=field,
        conflict=conflict,
        say=say,
    )


def _field_of(form: CallForm, refusal: Refusal | None) -> Field | None:
    """The field of the page a refusal is about: the domain names answers, the page has fields."""
    if refusal is None or refusal.field is None:
        return None
    spoke = Spoke(form.spoke.data) if form.spoke.data else None
    if refusal.field == "situation" and spoke is not None:
        return form.situation_for(spoke)
    if refusal.field == "asked":
        return cast("Field", form.asked_day)
    found: Field | None = form._fields.get(refusal.field)
    return found


def _chosen(present: list[Enrolment], person_id: int | None) -> Enrolment:
    if not present:
        raise Refusal("Cette fiche vient d’être fermée : il n’y a plus personne à appeler ici.")
    return next((item for item in present if item.person_id == person_id), present[0])
