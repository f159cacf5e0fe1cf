"""The journal, searched by person, by who did it, by act, by days."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.dpo import blueprint
from campaigns import journal as chain
from campaigns import launch, overview, records
from campaigns.models import Person
from campaigns.overview import Wanted

PAGE = 50
_SAME_VISIT = timedelta(minutes=15)
_LONGEST = 120
_NAMES = ("personne", "acteur", "acte", "du", "au")


@blueprint.get("/journal")
def journal() -> str:
    """The acts asked for, the newest first, those before the line ``avant``."""
    wanted, problem = _wanted(flask.request.args)
    if wanted.person_id is not None:
        _note_search(wanted.person_id)
    return _page(wanted, problem=problem)


@blueprint.post("/journal")
@gate.only_reads
def search_journal() -> Response | tuple[str, int]:
    """Find who is meant: a name stands in no address, their number may."""
    form = flask.request.form
    text = form.get("personne", "").strip()[:_LONGEST]
    asked = {name: form.get(name, "") for name in _NAMES[1:] if form.get(name)}
    if not text:
        return flask.redirect(_address(asked), 303)
    people = _people(text)
    if len(people) == 1:
        asked["personne"] = str(people[0].id)
        return flask.redirect(_address(asked), 303)
    problem = "" if people else "Personne de ce nom ou de ce numéro. Essayez « P-12 » ou un nom."
    return _page(_wanted(form)[0], text=text, people=people, asked=asked, problem=problem), 422


def _address(asked: dict[str, str]) -> str:
    return flask.url_for("dpo.journal", _external=False, **asked)


def _people(text: str) -> Sequence[Person]:
    """Those who answer, in any campaign; somebody enrolled twice is one person."""
    found: dict[int, Person] = {}
    for campaign in launch.all_campaigns(gate.db()):
        for person in records.find(gate.db(), campaign, text, territories=None).people:
            found.setdefault(person.id, person)
    return list(found.values())


def _page(
    wanted: Wanted,
    *,
    text: str = "",
    people: Sequence[Person] = (),
    asked: dict[str, str] | None = None,
    problem: str = "",
) -> str:
    before = flask.request.args.get("avant", type=int)
    acts = overview.acts(gate.db(), before=before, limit=PAGE, wanted=wanted)
    kept = {key: value for key, value in flask.request.args.items() if key in _NAMES and value}
    return flask.render_template(
        "dpo/journal.html",
        acts=acts,
        before=before,
        older=acts[-1].id if len(acts) == PAGE else None,
        kept=kept,
        wanted=wanted,
        text=text or (f"P-{wanted.person_id}" if wanted.person_id else ""),
        people=people,
        asked=asked or {},
        problem=problem,
        actors=overview.actors(gate.db()),
        families=overview.FAMILIES,
        actions=sorted(overview.ACTIONS.items(), key=lambda one: one[1]),
    )


def _wanted(values: Mapping[str, str]) -> tuple[Wanted, str]:
    """What the address asks, and what of it cannot be read."""
    act = values.get("acte", "")
    days: dict[str, date | None] = {}
    problem = ""
    for name in ("du", "au"):
        days[name] = None
        if values.get(name):
            try:
                days[name] = date.fromisoformat(values[name])
            except ValueError:
                problem = "Cette date n’existe pas : choisissez-la dans le calendrier."
    person, actor = values.get("personne", ""), values.get("acteur", "")
    known = act in overview.FAMILIES or act in overview.ACTIONS
    wanted = Wanted(
        person_id=_number(person),
        actor_id=_number(actor),
        act=act if known else "",
        since=days["du"],
        until=days["au"],
    )
    return wanted, problem


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _note_search(person_id: int) -> None:
    """Reading all that was done about somebody is an act about them, noted once a visit."""
    about, by, at = ("person", person_id), gate.me(), gate.now()
    if chain.was_noted(gate.db(), "journal_searched", about=about, by=by, since=at - _SAME_VISIT):
        return
    with gate.instance().database.unit() as session:
        chain.record(session, "journal_searched", about=about, by=by, at=at)
