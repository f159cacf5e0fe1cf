"""Nothing is lost: the report kept as it is typed, and what a browser needs without a network."""

import flask
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, lines
from campaigns import calls, needs, weeks

_INSTEAD = "a-la-place"
_NOT_TYPED = frozenset({"csrf_token", "action", _INSTEAD})
_SAID = "X-Said"  # as offline/vault.js names it


@blueprint.context_processor
def offline() -> dict[str, str]:
    """What the pages of volunteers tell their script: the week of the key."""
    return {"offline_week": weeks.current(gate.now())}


@blueprint.after_request
def say_plainly(response: Response) -> Response:
    """Tell a script that it is the service that answers, and where a page would have gone.

    A redirection is closed to scripts: that of a sign-in page or of a portal of the network would
    look like a report saved.
    """
    if _SAID in flask.request.headers:
        response.headers[_SAID] = "1"
        if response.status_code == 303 and flask.request.method == "POST":
            response.headers[_SAID] = response.headers.pop("Location")
            response.status_code = 204
            response.set_data(b"")
    return response


@blueprint.post("/appels/<int:line_id>/brouillon")
@gate.only_reads
def keep_draft(line_id: int) -> str | tuple[str, int]:
    """Keep the report as it is typed: in one short transaction, and nothing else."""
    form = flask.request.form
    person_id = form.get("person_id", default=0, type=int)
    line = lines.at_hand(line_id, person_id)
    sent = [(name, value) for name in form for value in form.getlist(name)]
    try:
        with gate.unit() as session:
            is_kept = calls.drafts.keep(
                session,
                line,
                person_id=person_id,
                sent=[(name, value) for name, value in sent if name not in _NOT_TYPED],
                instead=_INSTEAD in form,
                by=gate.me(),
                at=gate.now(),
            )
    except calls.drafts.AnotherBegun as another:
        return str(another), 409
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
    return flask.render_template(
        "volunteer/offline.html",
        me=None,
        lines=needs.danger_lines(),
        organisation=gate.organisation(),
    )


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
