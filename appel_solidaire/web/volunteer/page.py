"""The page of one call, put together from what the domain knows of the household."""

from dataclasses import dataclass
from typing import cast

import flask
from markupsafe import Markup
from wtforms import Field

from appel_solidaire import gate
from appel_solidaire.web.volunteer import filling
from appel_solidaire.web.volunteer.filling import NeedBlock
from appel_solidaire.web.volunteer.forms import CallForm, NeedForm
from campaigns import calls, guide, launch, needs, reference, sheets, weeks
from campaigns.guide import Script
from campaigns.models import Enrolment, Line, Need, Phone
from campaigns.refusal import Refusal
from campaigns.retry import Spoke
from campaigns.routing import CONDITION_QUESTIONS


@dataclass(frozen=True)
class Trouble:
    """Why a report was not kept, shown on top of the page that gives the text back."""

    refusal: Refusal | None = None
    conflict: calls.Conflict | None = None
    say: str = ""


def show(
    line: Line,
    form: CallForm,
    *,
    person_id: int | None = None,
    need_blocks: list[NeedBlock] | None = None,
    shown: Phone | None = None,
    held: sheets.locks.Held | None = None,
    trouble: Trouble | None = None,
) -> str:
    """The whole page: who, the last time, the guide, the report."""
    trouble = trouble or Trouble()
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
        conflict=trouble.conflict,
        say=trouble.say,
        condition_questions=CONDITION_QUESTIONS,
        **_background(chosen),
    )


def _background(chosen: Enrolment) -> dict[str, object]:
    """What is known before the call: the week, the last calls, the needs, the guide."""
    db, campaign, week = gate.db(), gate.campaign(), weeks.current(gate.now())
    past = needs.of_person(db, chosen.person, campaign)
    report_id = flask.request.args.get("fait", type=int)
    last = calls.last_calls(db, chosen.person, campaign)
    return {
        "week": week,
        # The last call this page has shown: what a colleague saves after it is told.
        "seen": flask.request.form.get("vu", last[0].id if last else 0, type=int),
        "queue": sheets.queue(db, gate.me(), campaign, week=week, now=gate.now()),
        "past_calls": last,
        "past_needs": [(item, needs.say_to_volunteer(item)) for item in past],
        "outcomes": reference.outcomes(),
        "categories": reference.categories(),
        "script": _script(chosen, past[0] if past else None),
        "clean": Markup,  # the guide's HTML was cleaned (nh3) when made from Markdown
        "report": calls.told(db, report_id, by=gate.me()) if report_id else None,
    }


def _script(chosen: Enrolment, last_need: Need | None) -> Script:
    return guide.script(
        launch.guide(gate.db(), gate.campaign()).markdown,
        person=chosen.person,
        caller=gate.me(),
        organisation=gate.organisation(),
        is_first_call=chosen.informed_at is None,
        last_need=reference.categories()[last_need.category].label if last_need else None,
    )


def blocks(line: Line, form: CallForm) -> list[NeedBlock]:
    """The needs of the page with what each would do."""
    return [
        block(line, need, form.person_id.data or 0)
        for need in filling.need_forms(form.need_count.data or 0)
    ]


def block(line: Line, form: NeedForm, person_id: int) -> NeedBlock:
    """One need with its questions and where it would go."""
    present = calls.at_the_line(gate.db(), line, campaign=gate.campaign())
    chosen = next((item for item in present if item.person_id == person_id), None)
    answers, facts = filling.read_answers(form)
    bare = NeedBlock(form, None, answers, facts)
    if chosen is None or form.category.data not in reference.categories():
        return bare
    return NeedBlock(form, needs.preview(gate.db(), chosen.person, bare.draft()), answers, facts)


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
