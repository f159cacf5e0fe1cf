"""The urgent path: whom to ring, what to say, the coordination told at once and seen to come."""

from collections.abc import Sequence
from datetime import timedelta

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, lines
from campaigns import calls, care, needs, reference
from campaigns.models import CareKind, Need, Person
from campaigns.needs import Danger

NOBODY = "personne"
_RECENT = timedelta(hours=12)
_WHOM = "Choisissez de qui il s’agit, ou « Personne de ma feuille »."
_WHAT = "Choisissez ce que vous entendez."


@blueprint.get("/alerte")
def alert_anywhere() -> str:
    """Danger, from any page: about one of one's own people, or nobody."""
    return _page(_own_people())


@blueprint.post("/alerte")
def alert_anywhere_post() -> Response | tuple[str, int]:
    """Tell the coordination at once. About nobody, the caller is the one who is rung."""
    wanted = flask.request.form.get("person_id", "")
    if wanted == NOBODY:
        return _without_a_record()
    people = _own_people()
    whom = next((one for one in people if str(one.id) == wanted), None)
    return _sound(people, whom)


@blueprint.get("/appels/<int:line_id>/alerte")
def alert(line_id: int) -> str:
    """Danger during a call: about somebody of this household."""
    wanted = flask.request.args.get("personne", type=int)
    return _page(_at_the_line(line_id, wanted), chosen=wanted, line_id=line_id)


@blueprint.post("/appels/<int:line_id>/alerte")
def alert_post(line_id: int) -> Response | tuple[str, int]:
    """Tell the coordination at once."""
    wanted = flask.request.form.get("person_id", type=int)
    people = _at_the_line(line_id, wanted)
    whom = gate.found(next((one for one in people if one.id == wanted), None))
    return _sound(people, whom, line_id=line_id)


@blueprint.get("/alertes/<int:need_id>")
def alert_given(need_id: int) -> str:
    """An alert this caller gave: who takes care of it, what to say meanwhile, what comes after."""
    need = _mine(need_id)
    return flask.render_template(
        "volunteer/alert_given.html",
        need=need,
        danger=needs.alert.danger_of(need),
        line_id=flask.request.args.get("appel", type=int),
        **_around(),
    )


@blueprint.get("/alertes/<int:need_id>/etat")
def alert_state(need_id: int) -> str:
    """Who takes care of the alert, for the page that asks again every few seconds."""
    return flask.render_template(
        "volunteer/_alert_state.html", need=_mine(need_id), organisation=gate.organisation()
    )


def _sound(
    people: Sequence[Person], whom: Person | None, *, line_id: int | None = None
) -> Response | tuple[str, int]:
    heard, _, way_code = flask.request.form.get("cas", needs.ANY.code).partition(":")
    danger = needs.danger(heard)
    way = danger.way(way_code) if danger else None
    words = flask.request.form.get("mots", "").strip()[:300]
    if whom is None or danger is None or way is None:
        say = _WHOM if whom is None else _WHAT
        chosen = whom.id if whom else None
        page = _page(people, chosen=chosen, line_id=line_id, wrong=say, words=words, heard=danger)
        return page, 422
    need = needs.sound_alarm(
        gate.db(),
        whom,
        danger,
        way=way,
        words=words,
        campaign=gate.campaign(),
        by=gate.me(),
        at=gate.now(),
    )
    to = flask.url_for("volunteer.alert_given", need_id=need.id, appel=line_id)
    return flask.redirect(to, 303)


def _without_a_record() -> Response:
    """Nobody of one's own people: the coordination rings the caller, who tells them."""
    heard = flask.request.form.get("cas", "").partition(":")[0]
    danger = needs.danger(heard) or needs.ANY
    words = flask.request.form.get("mots", "").strip()
    care.ask(
        gate.db(),
        gate.campaign(),
        CareKind.TALK,
        by=gate.me(),
        at=gate.now(),
        words=f"Alerte, sans fiche. {danger.heard}. {words}".strip(),
    )
    flask.flash("La coordination est prévenue : elle vous rappelle.", "ok")
    return flask.redirect(flask.url_for("volunteer.care"), 303)


def _page(
    people: Sequence[Person],
    *,
    chosen: int | None = None,
    line_id: int | None = None,
    wrong: str = "",
    words: str = "",
    heard: Danger | None = None,
) -> str:
    given = needs.alert.given_by(gate.db(), gate.me(), gate.campaign(), since=gate.now() - _RECENT)
    return flask.render_template(
        "volunteer/alert.html",
        people=people,
        chosen=chosen or (people[0].id if line_id and people else None),
        line_id=line_id,
        dangers=_ordered(),
        any_danger=needs.ANY,
        given=given,
        wrong=wrong,
        words=words,
        heard=heard,
        nobody=NOBODY,
        **_around(),
    )


def _around() -> dict[str, object]:
    """Numbers that are the same whatever happens."""
    organisation = gate.organisation()
    return {
        "organisation": organisation,
        "departement": reference.departements()[organisation.departement].name,
    }


def _ordered() -> list[Danger]:
    return [one for one in needs.DANGERS if one is not needs.ANY]


def _own_people() -> Sequence[Person]:
    return calls.own.people(gate.db(), gate.me(), gate.campaign(), at=gate.now())


def _at_the_line(line_id: int, person_id: int | None) -> Sequence[Person]:
    """The household of a line, those nobody may call included."""
    line = lines.at_hand(line_id, person_id)
    return [one.person for one in calls.everybody_at(gate.db(), line, campaign=gate.campaign())]


def _mine(need_id: int) -> Need:
    found = needs.alert.mine(gate.db(), gate.me(), need_id, campaign=gate.campaign())
    return gate.found(found)
