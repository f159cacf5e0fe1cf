"""Nothing is lost: the report kept as it is typed, and what a browser needs without a network."""

import flask
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, lines
from campaigns import calls, reference, weeks

_NOT_TYPED = frozenset({"csrf_token", "action"})


@blueprint.context_processor
def offline() -> dict[str, str]:
    """What the pages of volunteers tell their script: the week of the key."""
    return {"offline_week": weeks.current(gate.now())}


@blueprint.post("/appels/<int:line_id>/brouillon")
@gate.only_reads
def keep_draft(line_id: int) -> str:
    """Keep the report as it is typed: in one short transaction, and nothing else."""
    form = flask.request.form
    person_id = form.get("person_id", default=0, type=int)
    line = lines.at_hand(line_id, person_id)
    sent = [(name, value) for name in form for value in form.getlist(name)]
    with gate.unit() as session:
        is_kept = calls.drafts.keep(
            session,
            line,
            person_id=person_id,
            sent=[(name, value) for name, value in sent if name not in _NOT_TYPED],
            by=gate.me(),
            at=gate.now(),
        )
    return flask.render_template("volunteer/_draft_kept.html", is_kept=is_kept)


@blueprint.post("/appels/<int:line_id>/brouillon/effacer")
def drop_draft(line_id: int) -> Response:
    """Start the report afresh."""
    line = lines.own(line_id)
    person_id = flask.request.form.get("person_id", type=int)
    calls.drafts.drop(gate.db(), line.id, person_id=person_id, by=gate.me())
    to = flask.url_for("volunteer.call", line_id=line.id, personne=person_id)
    return flask.redirect(to, 303)


@blueprint.get("/hors-ligne")
def offline_page() -> str:
    """What waits for the network. The browser keeps this page: it names nobody."""
    urgent = [line for line in reference.help_lines() if len(line.number) <= 3]
    return flask.render_template("volunteer/offline.html", me=None, lines=urgent)


@blueprint.get("/hors-ligne/jeton")
def offline_token() -> dict[str, object]:
    """A fresh token for reports that waited, and whose browser this is now. Not a gesture."""
    return {
        "jeton": generate_csrf(),
        "qui": gate.me().id,
        "semaine": weeks.current(gate.now()),
    }


@blueprint.post("/hors-ligne/cle")
@gate.only_reads
def offline_key() -> dict[str, object]:
    """The key of one's own week, which the browser can use and never read again."""
    now = gate.now()
    week = flask.request.form.get("semaine", default=weeks.current(now))
    key = calls.offline.key_of(gate.db(), gate.me(), week, at=now)
    return {
        "cle": key.secret,
        "qui": gate.me().id,
        "semaine": key.week,
        "duree": int(key.life.total_seconds()),
    }
