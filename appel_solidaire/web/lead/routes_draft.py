"""The draft of the routing table: changed row by row, tried on past needs, then published."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.typed import accepted, put_back
from appel_solidaire.web.lead import blueprint, routes_words
from appel_solidaire.web.lead.routes_forms import PublishForm, RouteForm
from campaigns import reference, routing
from campaigns import routes as tables
from campaigns.models import RouteRow, RouteTable
from campaigns.reference import Category
from campaigns.refusal import Refusal


@blueprint.post("/orientation/brouillon/commencer")
def start_routes() -> Response:
    """Begin a draft from the table in force, or go on with the one there is."""
    tables.start(gate.db(), gate.campaign(), by=gate.me(), at=gate.now())
    return flask.redirect(flask.url_for("lead.route_draft"), 303)


@blueprint.get("/orientation/brouillon")
def route_draft() -> Response | str:
    """The draft by kind of need, what differs from the table in force marked."""
    draft = tables.draft_of(gate.db(), gate.campaign())
    return _draft_page(draft) if draft else _back()


@blueprint.get("/orientation/brouillon/<code>")
def route_category(code: str) -> Response | str:
    """The rows of one kind of need, and the form of a row."""
    category = gate.found(reference.categories().get(code))
    draft = tables.draft_of(gate.db(), gate.campaign())
    if draft is None:
        return _back()
    return _category_page(draft, category, _asked(draft, category))


@blueprint.post("/orientation/brouillon/<code>")
def save_route(code: str) -> Response | tuple[str, int]:
    """Add or change a row."""
    category = gate.found(reference.categories().get(code))
    session, form = gate.db(), RouteForm()
    draft = tables.draft_of(session, gate.campaign())
    is_gone = draft is None
    # Published or abandoned by another lead meanwhile: what was typed goes into a new one.
    draft = draft or tables.start(session, gate.campaign(), by=gate.me(), at=gate.now())
    if not form.validate():
        return _category_page(draft, category, form), 422
    try:
        _keep(draft, form, code)
    except Refusal as refusal:
        if isinstance(refusal, tables.Overtaken):
            _point_at(form, refusal.row)
        put_back(form, refusal)
        return _category_page(draft, category, form), 422
    said = (
        "Le brouillon venait d’être publié ou abandonné : en voici un nouveau. " if is_gone else ""
    )
    flask.flash(
        f"{said}C’est écrit dans le brouillon. Rien ne change avant sa publication.",
        "warm" if is_gone else "ok",
    )
    return flask.redirect(flask.url_for("lead.route_category", code=code), 303)


@blueprint.post("/orientation/brouillon/<code>/<int:row_id>/retirer")
def remove_route(code: str, row_id: int) -> Response | tuple[str, int]:
    """Take a row away."""
    category = gate.found(reference.categories().get(code))
    draft = tables.draft_of(gate.db(), gate.campaign())
    if draft is None:
        return _back()
    form = _blank()
    try:
        tables.drafting.drop_row(
            gate.db(),
            draft,
            row_id,
            seen=flask.request.form.get("seen", ""),
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _category_page(draft, category, form), 422
    flask.flash("La ligne est retirée du brouillon.", "ok")
    return flask.redirect(flask.url_for("lead.route_category", code=code), 303)


@blueprint.get("/orientation/brouillon/essai")
def try_routes() -> Response | str:
    """The last needs sent again on paper: what would go elsewhere, and why."""
    draft = tables.draft_of(gate.db(), gate.campaign())
    return _trial_page(draft, PublishForm(formdata=None)) if draft else _back()


@blueprint.post("/orientation/brouillon/publier")
def publish_routes() -> Response | tuple[str, int]:
    """Put the draft in force."""
    draft = tables.draft_of(gate.db(), gate.campaign())
    if draft is None:
        return _back()
    form = PublishForm()
    if not accepted(
        form,
        lambda: tables.publish(
            gate.db(),
            gate.campaign(),
            note=form.note.data or "",
            seen=form.seen.data or "",
            by=gate.me(),
            at=gate.now(),
        ),
    ):
        return _trial_page(draft, form), 422
    flask.flash("La nouvelle table est en vigueur : les prochains besoins la suivent.", "ok")
    return flask.redirect(flask.url_for("lead.routes"), 303)


@blueprint.post("/orientation/brouillon/abandonner")
def drop_routes() -> Response:
    """Throw the draft away."""
    if tables.draft_of(gate.db(), gate.campaign()) is None:
        return _back()
    try:
        seen = flask.request.form.get("seen", "")
        tables.drafting.drop(gate.db(), gate.campaign(), seen=seen, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        flask.flash(refusal.say, "warm")
        return flask.redirect(flask.url_for("lead.route_draft"), 303)
    flask.flash("Le brouillon est abandonné ; la table en vigueur ne change pas.", "ok")
    return flask.redirect(flask.url_for("lead.routes"), 303)


def _back() -> Response:
    """To the table in force, when there is no draft."""
    flask.flash("Il n’y a pas de brouillon : il a été publié ou abandonné.", "warm")
    return flask.redirect(flask.url_for("lead.routes"), 303)


def _keep(draft: RouteTable, form: RouteForm, code: str) -> None:
    number, rule = form.row.data or "", form.rule(code)
    if number.isascii() and number.isdigit() and len(number) < 10:
        tables.drafting.change_row(
            gate.db(),
            draft,
            int(number),
            rule,
            seen=form.seen.data or "",
            by=gate.me(),
            at=gate.now(),
        )
    else:
        tables.drafting.add_row(gate.db(), draft, rule, by=gate.me(), at=gate.now())


def _point_at(form: RouteForm, row: RouteRow | None) -> None:
    """Saving again replaces the row as it is by now, or adds one when it is gone."""
    form.row.data = str(row.id) if row else ""
    form.seen.data = tables.fingerprint([tables.rule_of(row)]) if row else ""


def _blank() -> RouteForm:
    return RouteForm(formdata=None, data={"rank": 1, "condition": routing.ALWAYS})


def _asked(draft: RouteTable, category: Category) -> RouteForm:
    """The form of the row named in the address, else of a new one."""
    asked = flask.request.args.get("ligne", "")
    for row in draft.rows:
        if str(row.id) == asked and row.category == category.code:
            form = RouteForm(formdata=None, obj=row)
            form.mode.data = row.mode.value
            _point_at(form, row)
            return form
    return _blank()


def _draft_page(draft: RouteTable) -> str:
    session, campaign = gate.db(), gate.campaign()
    rules, before = tables.of_rows(draft.rows), tables.in_force(session, campaign)
    words = routes_words.Words(session)
    return flask.render_template(
        "lead/routes_draft.html",
        draft=draft,
        seen=tables.fingerprint(rules),
        families=routes_words.families(rules, words, before=before),
        changed=[
            reference.categories()[code]
            for code, differs in routes_words.changes(rules, before).items()
            if differs
        ],
        orphans=[reference.categories()[code].label for code in tables.orphans(rules)],
        wanting_count=len(tables.wanting(session, rules)),
    )


def _category_page(draft: RouteTable, category: Category, form: RouteForm) -> str:
    session, words = gate.db(), routes_words.Words(gate.db())
    form.offer(words)
    rows = [row for row in draft.rows if row.category == category.code]
    return flask.render_template(
        "lead/routes_category.html",
        category=category,
        form=form,
        lines=routes_words.lines_of(rows, words),
        edited=form.row.data,
        destinations=tables.destinations.offered(session),
        places=words.places.values(),
    )


def _trial_page(draft: RouteTable, form: PublishForm) -> str:
    rules = tables.of_rows(draft.rows)
    form.seen.data = tables.fingerprint(rules)
    return flask.render_template(
        "lead/routes_trial.html",
        form=form,
        trial=tables.try_out(gate.db(), gate.campaign(), rules),
        most=tables.trying.LAST,
    )
