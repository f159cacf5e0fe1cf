"""Where needs go: the table in force, what it leaves out, what answers teach, its history."""

from io import BytesIO

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint, routes_words
from campaigns import directory
from campaigns import routes as tables
from campaigns.refusal import Refusal
from importers import routes as reading

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 5  # lines of what is missing, before the page that holds them all


@blueprint.get("/orientation")
def routes() -> str:
    """The table in force, in words."""
    return _page()


@blueprint.get("/orientation/manques")
def route_gaps() -> str:
    """Everything the table leaves to the coordination, and what to do about each."""
    session, campaign = gate.db(), gate.campaign()
    draft = tables.draft_of(session, campaign) if flask.request.args.get("brouillon") else None
    rules = tables.of_rows(draft.rows) if draft else tables.in_force(session, campaign)
    return flask.render_template(
        "lead/routes_gaps.html", wanting=tables.wanting(session, rules), is_draft=draft is not None
    )


@blueprint.get("/orientation.xlsx")
def routes_workbook() -> flask.Response:
    """The table as a workbook, which may be changed and imported again."""
    session, campaign = gate.db(), gate.campaign()
    draft = tables.draft_of(session, campaign) if flask.request.args.get("brouillon") else None
    rules = tables.of_rows(draft.rows) if draft else tables.in_force(session, campaign)
    content = BytesIO(reading.workbook(session, rules))
    return flask.send_file(
        content, mimetype=_WORKBOOK, as_attachment=True, download_name="orientation.xlsx"
    )


@blueprint.post("/orientation/propositions")
def accept_route() -> Response | tuple[str, int]:
    """Write what partners' answers suggest into the draft."""
    key = flask.request.form.get("proposition", "")
    try:
        tables.learning.accept(gate.db(), gate.campaign(), key, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(refusal), 422
    flask.flash("C’est écrit dans le brouillon : essayez-le avant de le publier.", "ok")
    return flask.redirect(flask.url_for("lead.route_draft"), 303)


@blueprint.post("/orientation/propositions/ecarter")
def dismiss_route() -> Response | tuple[str, int]:
    """Set aside what partners' answers suggest, for a while, and say why."""
    posted, now = flask.request.form, gate.now()
    try:
        found = tables.learning.proposed(
            gate.db(), gate.campaign(), posted.get("proposition", ""), at=now
        )
        until = tables.dismissing.dismiss(
            gate.db(),
            gate.campaign(),
            found.key,
            why=posted.get("raison", ""),
            by=gate.me(),
            at=now,
        )
    except Refusal as refusal:
        return _page(refusal), 422
    flask.flash(f"Cette proposition est écartée jusqu’au {until:%d/%m/%Y}.", "ok")
    return flask.redirect(flask.url_for("lead.routes"), 303)


@blueprint.post("/orientation/retour/<int:table_id>")
def restore_routes(table_id: int) -> Response | tuple[str, int]:
    """Go back to a table that was replaced; 0 is the one that ships with the house."""
    if table_id:
        gate.found(tables.one(gate.db(), gate.campaign(), table_id))
    try:
        tables.go_back(gate.db(), gate.campaign(), table_id, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(refusal), 422
    flask.flash("L’ancienne table est de nouveau en vigueur pour les prochains besoins.", "ok")
    return flask.redirect(flask.url_for("lead.routes"), 303)


def _page(refusal: Refusal | None = None) -> str:
    session, campaign = gate.db(), gate.campaign()
    rules = tables.in_force(session, campaign)
    words = routes_words.Words(session)
    wanting = tables.wanting(session, rules)
    history = tables.history(session, campaign)
    return flask.render_template(
        "lead/routes.html",
        campaign=campaign,
        refusal=refusal,
        families=routes_words.families(rules, words),
        wanting=wanting[:_SHOWN],
        wanting_count=len(wanting),
        has_offices=directory.search(session, directory.Search(), limit=2).total > 1,
        proposals=tables.proposals(session, campaign, at=gate.now()),
        reasons=tables.dismissing.Why,
        words=words,
        draft=tables.draft_of(session, campaign),
        current=next((one for one in history if one.state == "published"), None),
        history=[one for one in history if one.state != "published"],
    )
