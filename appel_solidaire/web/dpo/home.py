"""What is kept, whether the journal holds, what waits for the DPO."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import formats, gate, night
from appel_solidaire.web.dpo import blueprint
from campaigns import exposures, journal, overview, rights, scanning, weeks
from campaigns.journal import FaultKind, Verdict
from campaigns.models import JournalEntry

NEWEST = 8  # acts shown under the counts


@blueprint.get("/", endpoint="home")
def page() -> str:
    """What waits, the counts of what is kept, the state of the chain, the newest acts."""
    waiting, today = rights.asking.waiting(gate.db()), weeks.local_day(gate.now())
    late = [one for one in waiting if rights.clock.standing(one, today) is rights.Standing.LATE]
    return flask.render_template(
        "dpo/home.html",
        acts=overview.acts(gate.db(), limit=NEWEST),
        waiting_count=len(waiting),
        late_count=len(late),
        text_count=scanning.waiting_count(gate.db()),
        check=overview.last_check(gate.db()),
        head=journal.latest_head(gate.db()),
        kept=overview.kept(gate.db()),
        shown_count=len(exposures.told(gate.db(), today=today)[0]),
    )


@blueprint.post("/verifier")
@gate.only_reads
def verify() -> Response:
    """Walk the whole chain; what was found is itself an act of the journal."""
    try:
        kept = night.kept_heads(night.heads_file(gate.instance().config))
    except night.Unreadable as fault:
        flask.flash(
            f"Le fichier des repères ne se lit pas ({fault}) : quelqu’un l’a changé, ou le disque "
            "est plein. La chaîne a été vérifiée sans lui.",
            "alert",
        )
        kept = []
    verdict = journal.verify(gate.db(), kept=kept)
    with gate.instance().database.unit() as session:  # the long walk is over: a short write
        journal.record(
            session,
            "journal_verified",
            about=JournalEntry,
            by=gate.me(),
            at=gate.now(),
            **found(verdict),
        )
    flask.flash(*told(verdict))
    return flask.redirect(flask.url_for("dpo.home"), 303)


def found(verdict: Verdict) -> dict[str, int]:
    """What the journal keeps of a verification: counts and a line's number."""
    counts = {"count": verdict.count, "broken": len(verdict.faults)}
    return counts | ({"first": verdict.faults[0].entry_id} if verdict.faults else {})


def told(verdict: Verdict) -> tuple[str, str]:
    """The result as a sentence, and its colour."""
    if verdict.is_whole:
        heads = formats.count(verdict.heads, "repère comparé", "repères comparés")
        return (
            f"Chaque ligne du journal suit bien la précédente ({heads}) : rien n’a été changé.",
            "ok",
        )
    first = verdict.faults[0]
    kinds = {fault.kind for fault in verdict.faults}
    if kinds == {FaultKind.KEY}:
        say = "Le journal a été écrit avec une autre clé que celle de cette installation."
    elif kinds == {FaultKind.CUT}:
        say = (
            "Des lignes manquent à la fin du journal : la ligne "
            f"n° {first.entry_id}, notée ailleurs, n’y est plus."
        )
    else:
        say = (
            f"{formats.count(len(verdict.faults), 'anomalie')} dans le journal : la première est à "
            f"la ligne n° {first.entry_id} ({first.kind.label})."
        )
    return f"{say} Gardez une copie de la base et prévenez la direction.", "alert"
