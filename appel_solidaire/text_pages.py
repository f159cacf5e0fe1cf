"""Texts found by night, read again by the DPO or by the coordination of the campaign.

The audiences ignore one another, so what they share stands here: ``register`` gives a folder these
pages, drawn in its own layout.
"""

from collections.abc import Callable
from datetime import timedelta

import flask
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from appel_solidaire import gate
from campaigns import journal, overview, scanning, weeks
from campaigns.coach import Kind
from campaigns.models import Role, TextFinding
from campaigns.refusal import Refusal

PAGE = 30
_SAME_VISIT = timedelta(minutes=15)
_MONTH = timedelta(days=30)
Answer = Response | tuple[str, int]


class CleanForm(FlaskForm):
    """The text said differently, and which text was on the page."""

    text = TextAreaField("Le texte, dit autrement")
    seen = HiddenField()


def register(blueprint: flask.Blueprint) -> None:
    """Add the pages to an audience's folder, under « textes »."""
    blueprint.get("/textes")(texts)
    blueprint.get("/textes/<int:finding_id>", endpoint="text")(text_page)
    blueprint.post("/textes/<int:finding_id>/nettoyer")(clean_text)
    blueprint.post("/textes/<int:finding_id>/garder")(keep_text)


def may_read() -> bool:
    """Whether texts of every territory are this reader's business."""
    return gate.me().role in {Role.DPO, Role.COORDINATION}


def texts() -> str:
    """What waits, without a word of it; what was found in the last month, in counts."""
    _only_who_may()
    after = flask.request.args.get("apres", default=0, type=int)
    session, now = gate.db(), gate.now()
    found = scanning.waiting(session, after=after, limit=PAGE + 1)
    return flask.render_template(
        "texts/list.html",
        layout=_layout(),
        rows=[(one, _what(one), _kinds(one), overview.reference_of(one)) for one in found[:PAGE]],
        count=scanning.waiting_count(session),
        onward=found[PAGE - 1].id if len(found) > PAGE else None,
        after=after,
        counts=scanning.counts(session, since=now - _MONTH, until=now + timedelta(seconds=1)),
        since=weeks.local_day(now - _MONTH),
    )


def text_page(finding_id: int) -> str:
    """One text, what was found marked. Opening it is journaled."""
    found = _found(finding_id)
    about, by, at = (found.object_kind, found.object_id), gate.me(), gate.now()
    if not journal.was_noted(gate.db(), "text_opened", about=about, by=by, since=at - _SAME_VISIT):
        with gate.instance().database.unit() as session:
            journal.record(session, "text_opened", about=about, by=by, at=at)
    return _page(found)


def clean_text(finding_id: int) -> Answer:
    """Say it differently."""

    def act(found: TextFinding, form: CleanForm) -> str:
        text, seen = form.text.data or "", form.seen.data or ""
        scanning.clean(gate.db(), found, text=text, seen=seen, by=gate.me(), at=gate.now())
        return "C’est dit autrement. Ce qui était écrit avant n’est plus gardé."

    return _do(finding_id, act)


def keep_text(finding_id: int) -> Answer:
    """It is useful to the service."""

    def act(found: TextFinding, form: CleanForm) -> str:
        seen = form.seen.data or ""
        scanning.keep_as_it_is(gate.db(), found, seen=seen, by=gate.me(), at=gate.now())
        return "Le texte est gardé comme il est."

    return _do(finding_id, act)


def _do(finding_id: int, act: Callable[[TextFinding, CleanForm], str]) -> Answer:
    found, form = _found(finding_id), CleanForm()
    try:
        say = act(found, form)
    except Refusal as refusal:
        return _page(found, form=form, refused=refusal.say), 422
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for(".texts"), 303)


def _page(found: TextFinding, *, form: CleanForm | None = None, refused: str = "") -> str:
    shown = gate.found(scanning.shown(gate.db(), found))
    page = form or CleanForm(formdata=None, text=shown.softer)
    page.seen.data = shown.seen
    return flask.render_template(
        "texts/text.html",
        layout=_layout(),
        shown=shown,
        reference=overview.reference_of(found),
        form=page,
        refused=refused,
    )


def _found(finding_id: int) -> TextFinding:
    _only_who_may()
    return gate.found(scanning.finding(gate.db(), finding_id))


def _what(found: TextFinding) -> str:
    place = scanning.KINDS.get(found.object_kind)
    return place.fields.get(found.field, found.field) if place else found.object_kind


def _kinds(found: TextFinding) -> list[str]:
    return [Kind(kind).label for kind in found.kinds.split()]


def _only_who_may() -> None:
    if not may_read():
        raise Forbidden("Ces textes sont relus par la coordination de la campagne.")


def _layout() -> str:
    return f"texts/_{flask.request.blueprint}.html"
