"""The page of one call, put together from what the domain knows of the household."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field

from appel_solidaire import gate
from appel_solidaire.web.volunteer import filling, report, surroundings
from appel_solidaire.web.volunteer.filling import NeedBlock
from appel_solidaire.web.volunteer.forms import CallForm, Given, NeedForm
from appel_solidaire.web.volunteer.surroundings import Around
from campaigns import calls, needs, reference, sheets
from campaigns.calls import known as knowing
from campaigns.models import Call, Enrolment, Line, Phone
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
    present: list[Enrolment] | None = None,
) -> str:
    """The page as it opens: empty, as it was left half-written, or saying it was saved already."""
    db, me = gate.db(), gate.me()
    known = knowing.of(db, line, chosen, by=me)
    person_id = chosen.person_id
    draft = calls.drafts.find(db, line, person_id=person_id, by=me) if known.has_draft else None
    if draft is not None:
        return _half_written(line, person_id, draft, shown=shown, held=held)
    around = surroundings.of(
        line,
        person_id,
        given=flask.request.form,
        seen=_seen(),
        shown=shown,
        present=present,
        known=known,
    )
    made = _made(around) if known.has_calls else None
    start, untouched = Start(made=made), None if made else _untouched(around)
    return _page(around, start, held=held, untouched=untouched)


def _made(around: Around) -> Call | None:
    """The report saved today already, unless another call is wanted."""
    if "encore" in flask.request.args:
        return None
    return calls.again.made_today(
        gate.db(), around.chosen, around.line, by=gate.me(), at=gate.now()
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
    around = surroundings.of(
        line,
        person_id or form.person_id.data,
        given=dict(start.draft.sent) if start.draft else flask.request.form,
        seen=None if trouble.again else _seen(start),
        shown=shown,
    )
    form.show(around.offer)
    form.person_id.data = around.chosen.person_id
    field = _field_of(form, trouble.refusal)
    if field is not None and trouble.refusal is not None:
        field.errors = [trouble.refusal.say]
    return _page(
        around,
        start,
        held=held,
        trouble=trouble,
        form=form,
        blocks=blocks(line, form) if need_blocks is None else need_blocks,
        refused_field=field,
    )


def _half_written(
    line: Line,
    person_id: int,
    draft: calls.drafts.Kept,
    *,
    shown: Phone | None,
    held: sheets.locks.Held | None,
) -> str:
    given: Given = MultiDict(draft.sent)
    form = CallForm(formdata=given)
    if not 16 <= len(form.key.data or "") <= 64:  # a draft may hold anything
        form.key.data = secrets.token_urlsafe(24)
    return show(
        line,
        form,
        person_id=person_id,
        need_blocks=blocks(line, form, given),
        shown=shown,
        held=held,
        start=Start(draft=draft, seen=given.get("vu", type=int)),
    )


def _page(
    around: Around,
    start: Start,
    *,
    held: sheets.locks.Held | None,
    trouble: Trouble | None = None,
    untouched: Markup | None = None,
    form: CallForm | None = None,
    blocks: Sequence[NeedBlock] = (),
    refused_field: Field | None = None,
) -> str:
    trouble = trouble or Trouble()
    return flask.render_template(
        "volunteer/call.html",
        line=around.line,
        present=around.present,
        chosen=around.chosen,
        person=around.chosen.person,
        phones=around.phones,
        shown=around.shown,
        held=held,
        untouched=untouched,
        form=form,
        errors=form.errors if form else {},
        blocks=blocks,
        refusal=trouble.refusal,
        refused_field=refused_field,
        condition_questions=CONDITION_QUESTIONS,
        **_told(trouble, start),
        **around.told,
        **(_touched(around, form) if form else {}),
    )


def _untouched(around: Around) -> Markup:
    """The report as it opens, with nothing answered."""
    person, known = around.chosen.person, around.told
    dialled = _dialled(around)
    return report.untouched(
        report.Opened(
            offer=around.offer,
            no_message=known["no_message"],
            is_informed=around.chosen.informed_at is not None,
            has_several=len(around.phones) > 1,
            best_half=known["how"]["moment"],
            rang_back=_rang_back(),
            contact=known["contact"],
        ),
        line_id=around.line.id,
        person_id=person.id,
        key=secrets.token_urlsafe(24),
        seen=known["seen"],
        dialled=dialled,
        dials=report.dials(around.phones, dialled),
        helped=report.helped(known),
        manner=known["how"]["facon"],
    )


def _touched(around: Around, form: CallForm) -> dict[str, object]:
    """What the form of the report takes when something was answered, or refused."""
    known, dialled = around.told, _dialled(around, form)
    return {
        "answers": report.answers(form, around.offer, no_message=known["no_message"]),
        "blank": report.blank(around.line.id, form.need_count.data or 0),
        "dialled": dialled,
        "dials": report.dials(around.phones, dialled),
        "has_several": len(around.phones) > 1,
        "helped": report.helped(known),
        "is_informed": around.chosen.informed_at is not None,
        "most_needs": filling.MOST_NEEDS,
        "rang_back": bool(form.rang_back.data) or _rang_back(),
    }


def _dialled(around: Around, form: CallForm | None = None) -> int | str:
    """The number shown, else the one the report named, else the first; empty without any."""
    if around.shown:
        return around.shown.id
    named = form.phone_id.data if form else None
    return named or (around.phones[0].id if around.phones else "")


def _rang_back() -> bool:
    return bool(flask.request.args.get("rappel"))


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


def _seen(start: Start | None = None) -> int | None:
    """The last call the page showed, as it says itself; None on a page that just opens."""
    return (start.seen if start else None) or flask.request.form.get("vu", type=int)


def blocks(line: Line, form: CallForm, given: Given | None = None) -> list[NeedBlock]:
    """The needs of the page with what each would do; ``given`` when a draft holds them."""
    return blocks_of(line, filling.need_forms(form.need_count.data or 0, given), form)


def blocks_of(line: Line, forms: Sequence[NeedForm], form: CallForm) -> list[NeedBlock]:
    """These needs with their questions and where they would go."""
    if not forms:
        return []
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    chosen = _of(present, form.person_id.data or 0)
    return [_block(chosen, need) for need in forms]


def block(line: Line, form: NeedForm, person_id: int) -> NeedBlock:
    """One need with its questions and where it would go."""
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    return _block(_of(present, person_id), form)


def _of(present: Sequence[Enrolment], person_id: int) -> Enrolment | None:
    return next((item for item in present if item.person_id == person_id), None)


def _block(chosen: Enrolment | None, form: NeedForm) -> NeedBlock:
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
