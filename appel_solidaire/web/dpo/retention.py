"""How long each thing is kept, what would go today, and the purges that were made."""

from typing import Any  # what a report holds

import flask
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from appel_solidaire import gate, purging
from appel_solidaire.web.dpo import blueprint
from campaigns import retention
from campaigns.models import PurgeRun
from campaigns.refusal import Refusal
from campaigns.retention.passes import Cutoffs

Answer = Response | tuple[str, int]
_NONE = {"rule": "", "days": "", "say": "", "field": ""}
_AT_ONCE = 1_000  # records whose tables are counted each time the page opens
_WORDS = {"shells": "Fiches vides"}
# What other rooms let go by themselves, sooner than any rule here.
_ALONE = (
    ("Exports", "48 heures après leur préparation"),
    ("Brouillons de comptes rendus", "une semaine après la fin de leur semaine"),
    (
        "Empreintes d’opposition",
        "gardées tant qu’une liste peut ramener la personne : elles ne disent rien d’elle",
    ),
)


@blueprint.get("/conservation", endpoint="retention")
def retention_rules() -> str:
    """The rules in force, what they would take today, the last purges."""
    return _page()


@blueprint.post("/conservation/raccourcir/<string:rule>")
def shorten_retention(rule: str) -> Answer:
    """Keep something for less long, once the DPO said they know that it cannot be undone."""
    if rule not in retention.rules.BY_KEY:
        raise NotFound
    days = flask.request.form.get("days", "")[:10]
    try:
        if flask.request.form.get("sure") != "oui":
            raise Refusal(
                "Cochez la case : une durée raccourcie ne peut plus être rallongée.", field="sure"
            )
        retention.rules.shorten(gate.db(), rule, days, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        problem = {"rule": rule, "days": days, "say": str(refusal), "field": refusal.field or ""}
        return _page(problem=problem), 422
    flask.flash(f"La durée est maintenant de {int(days)} jours.", "ok")
    return flask.redirect(flask.url_for("dpo.retention"), 303)


@blueprint.post("/conservation/nuit")
def switch_retention_night() -> Answer:
    """Purge every night, or no longer."""
    on = flask.request.form.get("on") == "oui"
    try:
        retention.rules.switch_night(gate.db(), on=on, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(say=str(refusal)), 422
    say = (
        "La purge se fait chaque nuit, à partir de deux heures."
        if on
        else "La purge de nuit est arrêtée : elle se fait ici, quand vous la lancez."
    )
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("dpo.retention"), 303)


@blueprint.post("/conservation/purger")
@gate.only_reads
def start_purge() -> Answer:
    """Begin a purge; a worker does it in short passes, and signs its report."""
    if flask.request.form.get("sure") != "oui":
        say = "Cochez la case : ce qui est purgé ne revient pas, même d’une sauvegarde."
        return _page(problem=_NONE | {"say": say, "field": "sure"}), 422
    try:
        purging.begin(gate.instance(), by_id=gate.me().id)
    except Refusal as refusal:
        return _page(say=str(refusal)), 422
    flask.flash("La purge est lancée. Son rapport signé paraîtra ci-dessous.", "ok")
    return flask.redirect(flask.url_for("dpo.retention"), 303)


@blueprint.get("/conservation/rapports/<int:run_id>")
def purge_report(run_id: int) -> str:
    """The signed report of a purge, to be read, printed and kept."""
    run = gate.found(retention.runs.find(gate.db(), run_id))
    return flask.render_template(
        "dpo/retention_report.html",
        run=run,
        rows=_told(run.done.get("tables", {})),
        files=run.report.get("files", {}),
        forgotten=run.report.get("forgotten", []),
        before=run.report.get("before", {}),
        after=run.report.get("after", {}),
        is_sound=retention.runs.is_sound(gate.db(), run),
        labels=retention.labels.TABLES,
    )


def _page(*, say: str = "", problem: dict[str, str] | None = None) -> str:
    session = gate.db()
    found = retention.rules.in_force(session)
    cuts = Cutoffs(found.days, gate.now())
    latest = retention.runs.latest(session)
    people = retention.passes.people_due(session, cuts)
    is_whole = sum(people.values()) <= _AT_ONCE or flask.request.args.get("detail") == "oui"
    rehearsal = retention.passes.rehearse(session, cuts, record_by_record=is_whole)
    return flask.render_template(
        "dpo/retention.html",
        lasting=retention.labels.lasting,
        rules=retention.rules.RULES,
        found=found,
        changed_by=retention.rules.changed_by(session, found),
        rehearsal=_told(rehearsal),
        people=people,
        is_whole=is_whole,
        total=len(rehearsal | {rule: count for rule, count in people.items() if count}),
        next_days=retention.passes.next_days(session, found.days, after=gate.now()),
        files=purging.old_files(gate.instance(), cuts),
        running=retention.runs.unfinished(session),
        latest=[(run, _people(run)) for run in latest if run.finished_at],
        alone=_ALONE,
        say=say,
        problem=problem or _NONE,
    )


def _told(tables: dict[str, Any]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Counts by rule and table, in plain words."""
    order = (*retention.passes.ORDER, retention.passes.LAST)
    words = {rule.key: rule.what for rule in retention.rules.RULES} | _WORDS
    return [
        (
            words[rule],
            sorted((retention.labels.TABLES[name], count) for name, count in tables[rule].items()),
        )
        for rule in order
        if tables.get(rule)
    ]


def _people(run: PurgeRun) -> int:
    return len(run.report.get("forgotten", []))
