"""The call: prepare, talk, report. One page, which works without JavaScript."""

from dataclasses import replace

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate, opening
from appel_solidaire.web.volunteer import blueprint, coaching, filling, lines, page
from appel_solidaire.web.volunteer.filling import NeedBlock
from appel_solidaire.web.volunteer.forms import CallForm, NeedForm
from appel_solidaire.web.volunteer.page import Trouble
from campaigns import calls, journal, sheets, weeks
from campaigns.models import Call, Enrolment, Line, Phone
from campaigns.refusal import Refusal
from campaigns.routing import CONDITION_QUESTIONS

CHECK = "Rien n’est encore enregistré : vérifiez où partent ces besoins, puis enregistrez."


@blueprint.get("/appels/<int:line_id>")
def call(line_id: int) -> str | Response:
    """The page of one call."""
    line = lines.own(line_id)
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    if not present or not gate.campaign().is_running:
        return flask.redirect(flask.url_for("volunteer.sheet"), 303)
    wanted = flask.request.args.get("personne", type=int)
    chosen = next((one for one in present if one.person_id == wanted), present[0])
    return page.begin(line, chosen, present=present, held=_open(line, chosen))


@blueprint.post("/appels/<int:line_id>")
@gate.writes_late
def call_post(line_id: int) -> str | Response | tuple[str, int]:
    """Keep the report, or give the page back with what is missing.

    A line that moved meanwhile keeps it too: nobody should tell their news twice.
    """
    form = CallForm()
    line = lines.in_report(line_id, form.person_id.data)
    needed: list[NeedBlock] = []
    if not _may_be_kept_at_once(form):
        if (begun := coaching.page_after(line, form)) is not None:
            return begun
        needed = page.blocks(line, form)
        if (refused := _page_instead(line, form, needed)) is not None:
            return refused
    try:
        ready = _prepare(line, form, needed)
        if not gate.write(stands=lambda: calls.stands(gate.db(), ready)):
            line = lines.of_report(line_id, form.person_id.data)
            ready = _prepare(line, form, needed)
        logged = _keep(ready)
    except _MadeMeanwhile as meanwhile:
        trouble, status = Trouble(again=meanwhile.call), 422
    except calls.Conflict as conflict:
        trouble, status = Trouble(conflict=conflict), 409
    except Refusal as refusal:
        trouble, status = Trouble(refusal=refusal), 422
    else:
        return flask.redirect(_after(line, logged), 303)
    return page.show(line, form, need_blocks=needed, trouble=trouble), status


def _may_be_kept_at_once(form: CallForm) -> bool:
    """Whether nothing is to be read or shown before: most reports say that nobody answered."""
    given = flask.request.form
    is_save = given.get("action", "enregistrer") == "enregistrer"
    return is_save and not form.need_count.data and "relire" not in given and form.validate()


def _page_instead(line: Line, form: CallForm, needed: list[NeedBlock]) -> tuple[str, int] | None:
    """The page given back when something is missing or is to be read once more."""
    if not form.validate() or not all(block.form.validate() for block in needed):
        return page.show(line, form, need_blocks=needed), 422
    if not all(block.is_seen for block in needed):
        return page.show(line, form, need_blocks=needed, trouble=Trouble(say=CHECK)), 422
    if coaching.is_to_reread(form, needed):
        trouble = Trouble(say=coaching.REREAD)
        return page.show(line, form, need_blocks=needed, trouble=trouble), 422
    return None


class _MadeMeanwhile(Exception):  # noqa: N818  something to say, not a fault
    """A call was logged from another page since this one was opened: said once, then kept too."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.id)
        self.call = call


def _prepare(line: Line, form: CallForm, needed: list[NeedBlock]) -> calls.Ready:
    """Read the report and what it meets, and write nothing."""
    ready = calls.prepare(
        gate.db(),
        line,
        filled=replace(filling.filled(form, needed), guide_id=_guide_shown()),
        campaign=gate.campaign(),
        by=gate.me(),
        at=gate.now(),
    )
    seen = flask.request.form.get("vu", type=int)
    made = None if seen is None else calls.again.made_since(gate.db(), ready, seen=seen)
    if made is not None:
        raise _MadeMeanwhile(made)
    return ready


def _guide_shown() -> int:
    """The version of the guide that was on the page: another may be published meanwhile."""
    written = flask.request.form.get("guide", "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def _keep(ready: calls.Ready) -> calls.Logged:
    """Keep the report, free the household, and tell who else has to do with it."""
    session, line, person_id, me = gate.db(), ready.line, ready.filled.person_id, gate.me()
    logged = calls.keep(session, ready)
    if logged.met.is_drafted:
        calls.drafts.drop(session, line.id, person_id=person_id, by=me)
    if logged.met.is_held:
        sheets.locks.leave(session, line.household_id, by=me)
    seen = flask.request.form.get("vu", default=0, type=int)
    calls.tell_the_others(
        session, logged, line, person_id=person_id, seen=seen, by=me, at=gate.now()
    )
    return logged


def _after(line: Line, logged: calls.Logged) -> str:
    """Where to go next. It is looked for by the next page: nobody holds the pen meanwhile."""
    if line.sheet.volunteer_id != gate.me().id:
        return flask.url_for("volunteer.sheet", fait=logged.report.id)
    return flask.url_for("volunteer.onward", line_id=line.id, fait=logged.report.id)


@blueprint.get("/appels/<int:line_id>/suite")
def onward(line_id: int) -> Response:
    """To the next member of the household, else to the next line, else to the sheet."""
    line, report_id = lines.own(line_id), flask.request.args.get("fait", type=int)
    hard = calls.own.hard_call(gate.db(), report_id, by=gate.me()) if report_id else None
    if hard is not None:
        return flask.redirect(flask.url_for("volunteer.care", appel=hard), 303)
    left = _still_at(line)
    if left is not None:
        to = flask.url_for(
            "volunteer.call", line_id=line.id, personne=left.person_id, fait=report_id
        )
        return flask.redirect(to, 303)
    week = weeks.current(gate.now())
    following = sheets.next_line(
        gate.db(), gate.me(), gate.campaign(), week=week, now=gate.now(), after=line.id
    )
    if following is None:
        return flask.redirect(flask.url_for("volunteer.sheet", fait=report_id), 303)
    to = flask.url_for("volunteer.call", line_id=following.line.id, fait=report_id)
    return flask.redirect(to, 303)


@blueprint.post("/appels/<int:line_id>/numero")
def number(line_id: int) -> str:
    """Show a number: on demand, and noted."""
    line = lines.own(line_id)
    sheets.locks.take(gate.db(), line.household_id, by=gate.me(), at=gate.now())
    phone = gate.found(_phone(line, flask.request.form.get("phone_id", type=int)))
    journal.record(gate.db(), "number_shown", about=phone, by=gate.me(), at=gate.now())
    if "HX-Request" in flask.request.headers:
        return flask.render_template("volunteer/_number.html", line=line, phone=phone, shown=phone)
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    chosen = next(one for one in present if one.person_id == phone.person_id)
    return page.begin(line, chosen, present=present, shown=phone)


@blueprint.post("/appels/<int:line_id>/besoin")
@gate.only_reads
def need_block(line_id: int) -> str:
    """One need of the page with its questions and where it would go. Keeps nothing."""
    person_id = flask.request.form.get("person_id", default=0, type=int)
    line = lines.at_hand(line_id, person_id)
    form = NeedForm(flask.request.form.get("numero", default=0, type=int))
    return flask.render_template(
        "volunteer/_need.html",
        line=line,
        block=page.block(line, form, person_id),
        condition_questions=CONDITION_QUESTIONS,
    )


@blueprint.post("/appels/<int:line_id>/effet")
@gate.only_reads
def effect(line_id: int) -> str:
    """What saving would entail, said before saving. Keeps nothing."""
    form = CallForm()
    line = lines.at_hand(line_id, form.person_id.data)
    form.offer(calls.rules.of(gate.campaign(), gate.now().year))
    try:
        say = calls.foresee(
            gate.db(),
            line,
            filling.filled(form, page.blocks(line, form)),
            campaign=gate.campaign(),
            at=gate.now(),
        )
    except Refusal as refusal:
        say = refusal.say
    return flask.render_template("volunteer/_effect.html", say=say)


def _open(line: Line, present: Enrolment) -> sheets.locks.Held | None:
    """Say that this household is being called, and give the colleague who was first, if any.

    Reading somebody's page is an act; reading it again within the quarter of an hour is not.
    """
    me, now, is_noted = gate.me(), gate.now(), opening.is_noted(present.person_id)
    if is_noted and "X-Copy" in flask.request.headers:
        return None  # the browser keeps the page just opened for a bad network: nobody calls
    if not is_noted:
        opening.slow_down(present.person_id)
    with gate.unit() as session:
        if not is_noted:
            about = ("person", present.person_id)
            journal.record(session, "person_opened", about=about, by=me, at=now)
        return sheets.locks.take(session, line.household_id, by=me, at=now)


def _phone(line: Line, phone_id: int | None) -> Phone | None:
    for enrolment in calls.at_the_line(gate.db(), line, campaign=gate.campaign()):
        if phone_id is not None:
            found = calls.number_to_dial(gate.db(), enrolment.person, phone_id)
            if found is not None:
                return found
    return None


def _still_at(line: Line) -> Enrolment | None:
    """The member of the household to be called now on this line, if anybody is left."""
    if line.closed_at is not None or (line.next_at is not None and line.next_at > gate.now()):
        return None
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    return next((item for item in present if calls.waits_now(item, line, at=gate.now())), None)
