"""The page of one call, put together from what the domain knows of the household."""

import secrets
from dataclasses import dataclass
from typing import cast

import flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field

from appel_solidaire import gate
from appel_solidaire.web.volunteer import aside, filling
from appel_solidaire.web.volunteer.filling import NeedBlock
from appel_solidaire.web.volunteer.forms import CallForm, Given, NeedForm
from campaigns import calls, exposures, guide, needs, reference, sheets, weeks
from campaigns.guide import Script
from campaigns.models import Call, Enrolment, Line, Need, Phone
from campaigns.refusal import Refusal
from campaigns.retry import Spoke
from campaigns.routing import CONDITION_QUESTIONS


@dataclass(frozen=True)
class Start:
    """How the page opens: with what had been begun, or after a report of the same day."""

    draft: calls.drafts.Kept | None = None
    made: Call | None = None
    seen: int | None = None


@dataclass(frozen=True)
class Trouble:
    """Why a report was not kept, shown on top of the page that gives the text back."""

    refusal: Refusal | None = None
    conflict: calls.Conflict | None = None
    say: str = ""
    again: Call | None = None  # logged from another page meanwhile


def begin(
    line: Line,
    chosen: Enrolment,
    *,
    shown: Phone | None = None,
    held: sheets.locks.Held | None = None,
) -> str:
    """The page as it opens: empty, as it was left half-written, or saying it was saved already."""
    db, me, now = gate.db(), gate.me(), gate.now()
    draft = calls.drafts.find(db, line, person_id=chosen.person_id, by=me)
    if draft is not None:
        given: Given = MultiDict(draft.sent)
        form = CallForm(formdata=given)
        needed = blocks(line, form, given)
        start = Start(draft=draft, seen=given.get("vu", type=int))
    else:
        form, needed = CallForm(formdata=None), []
        form.need_count.data = 0
        is_wanted = "encore" in flask.request.args
        made = None if is_wanted else calls.again.made_today(db, chosen, line, by=me, at=now)
        start = Start(made=made)
    if not 16 <= len(form.key.data or "") <= 64:  # a draft may hold anything
        form.key.data = secrets.token_urlsafe(24)
    return show(
        line,
        form,
        person_id=chosen.person_id,
        need_blocks=needed,
        shown=shown,
        held=held,
        start=start,
    )


def show(
    line: Line,
    form: CallForm,
    *,
    person_id: int | None = None,
    need_blocks: list[NeedBlock] | None = None,
    shown: Phone | None = None,
    held: sheets.locks.Held | None = None,
    trouble: Trouble | None = None,
    start: Start | None = None,
) -> str:
    """The whole page: who, the last time, the guide, the report."""
    trouble, start = trouble or Trouble(), start or Start()
    form.offer(calls.rules.of(gate.campaign(), gate.now().year))
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    chosen = _chosen(present, person_id or form.person_id.data)
    form.person_id.data = chosen.person_id
    field = _field_of(form, trouble.refusal)
    if field is not None and trouble.refusal is not None:
        field.errors = [trouble.refusal.say]
    return flask.render_template(
        "volunteer/call.html",
        line=line,
        form=form,
        present=present,
        chosen=chosen,
        person=chosen.person,
        phones=[phone for phone in chosen.person.phones if phone.invalid_at is None],
        shown=shown,
        held=held,
        blocks=blocks(line, form) if need_blocks is None else need_blocks,
        refusal=trouble.refusal,
        refused_field=field,
        **_told(trouble, start),
        blank=_blank(form),
        most_needs=filling.MOST_NEEDS,
        condition_questions=CONDITION_QUESTIONS,
        **aside.context(chosen, dict(start.draft.sent) if start.draft else flask.request.form),
        **_background(chosen, len(present), seen=None if trouble.again else _seen(start)),
    )


def _told(trouble: Trouble, start: Start) -> dict[str, object]:
    """What the page says first: why nothing was kept, what was begun, what is saved already."""
    return {
        "conflict": trouble.conflict,
        "say": trouble.say,
        "again": trouble.again,
        "draft": start.draft,
        "made": start.made,
        "may_correct": "volunteer.correct" in flask.current_app.view_functions,
    }


def _blank(form: CallForm) -> NeedBlock | None:
    """The need the page adds by itself; none once there are as many as it takes."""
    count = form.need_count.data or 0
    if not 0 <= count < filling.MOST_NEEDS:
        return None
    return NeedBlock(NeedForm(count, MultiDict()), None, {}, {})


def _seen(start: Start) -> int | None:
    """The last call the page showed, as it says itself; None on a page that just opens."""
    return start.seen or flask.request.form.get("vu", type=int)


def _background(chosen: Enrolment, at_home: int, *, seen: int | None) -> dict[str, object]:
    """What is known before the call: the week, the last calls, the needs, the guide."""
    db, campaign, week = gate.db(), gate.campaign(), weeks.current(gate.now())
    past = needs.of_person(db, chosen.person, campaign)
    report_id = flask.request.args.get("fait", type=int)
    last = calls.last_calls(db, chosen.person, campaign)
    return {
        "week": week,
        # The last call this page has shown: what a colleague saves after it is told.
        "seen": seen if seen is not None else (last[0].id if last else 0),
        "progress": _progress(week),
        "out_of_hours": calls.rules.out_of_hours(campaign, at=gate.now()),
        "past_calls": last,
        "past_needs": [(item, needs.say_to_volunteer(item)) for item in past],
        "exposed": exposures.of_person(campaign, chosen.person, today=weeks.local_day(gate.now())),
        "outcomes": reference.outcomes(),
        "categories": reference.categories(),
        "script": _script(chosen, at_home, past[0] if past else None),
        "clean": Markup,  # the guide's HTML was cleaned (nh3) when made from Markdown
        "no_message": not calls.may_leave_message(
            db, chosen, calls.rules.of(campaign, gate.now().year)
        ),
        "report": calls.told(db, report_id, by=gate.me()) if report_id else None,
    }


def _progress(week: str) -> tuple[int, int]:
    """Households of one's sheet, and how many are done; nobody suspended has any."""
    me = gate.me()
    mine = sheets.counts(gate.db(), gate.campaign(), week, of=me)
    return (0, 0) if me.suspended_at else mine.get(me.id, (0, 0))


def _script(chosen: Enrolment, at_home: int, last_need: Need | None) -> Script:
    today = weeks.local_day(gate.now())
    used = guide.versions.in_use(gate.db(), gate.campaign(), today=today)
    return guide.script(
        used.markdown,
        person=chosen.person,
        caller=gate.me(),
        organisation=gate.organisation(),
        situation=guide.placing.situation_of(chosen, gate.campaign(), today=today, at_home=at_home),
        switches=used.switches,
        last_need=reference.categories()[last_need.category].label if last_need else None,
    )


def blocks(line: Line, form: CallForm, given: Given | None = None) -> list[NeedBlock]:
    """The needs of the page with what each would do; ``given`` when a draft holds them."""
    return [
        block(line, need, form.person_id.data or 0)
        for need in filling.need_forms(form.need_count.data or 0, given)
    ]


def block(line: Line, form: NeedForm, person_id: int) -> NeedBlock:
    """One need with its questions and where it would go."""
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    chosen = next((item for item in present if item.person_id == person_id), None)
    answers, facts = filling.read_answers(form)
    bare = NeedBlock(form, None, answers, facts)
    if chosen is None or form.category.data not in reference.categories():
        return bare
    preview = needs.preview(gate.db(), chosen.person, bare.draft(), campaign=gate.campaign())
    return NeedBlock(form, preview, answers, facts)


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
        raise Refusal("Cette fiche vient d’être fermée : il n’y a plus personne à appeler ici.")
    return next((item for item in present if item.person_id == person_id), present[0])
