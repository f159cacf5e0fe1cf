"""The journal, the state of its chain, the counts of what is kept."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import formats, gate
from appel_solidaire.web.dpo import blueprint
from campaigns import journal, overview

PAGE = 50


@blueprint.get("/", endpoint="home")
def page() -> str:
    """The newest acts, or those before the line ``avant``."""
    before = flask.request.args.get("avant", type=int)
    acts = overview.acts(gate.db(), before=before, limit=PAGE)
    return flask.render_template(
        "dpo/home.html",
        acts=acts,
        before=before,
        older=acts[-1].id if len(acts) == PAGE else None,
        check=overview.last_check(gate.db()),
        head=overview.head(gate.db()),
        kept=overview.kept(gate.db()),
    )


@blueprint.post("/verifier")
@gate.only_reads
def verify() -> Response:
    """Walk the whole chain; what was found is itself an act of the journal."""
    head = overview.head(gate.db())
    broken = list(journal.broken_links(gate.db()))
    found = {"count": overview.journal_length(gate.db()), "broken": len(broken)}
    if broken:
        found["first"] = broken[0]
    about = ("journalentry", head[0] if head else None)
    with gate.instance().database.unit() as session:  # the long walk is over: a short write
        journal.record(
            session, "journal_verified", about=about, by=gate.me(), at=gate.now(), **found
        )
    if broken:
        flask.flash(
            f"{formats.count(len(broken), 'ligne')} du journal ne "
            f"{'suit' if len(broken) == 1 else 'suivent'} pas la précédente : la première est "
            f"la n° {broken[0]}. Gardez une copie de la base et prévenez la direction.",
            "alert",
        )
    else:
        flask.flash("Chaque ligne du journal suit bien la précédente : rien n’a été changé.", "ok")
    return flask.redirect(flask.url_for("dpo.home"), 303)
