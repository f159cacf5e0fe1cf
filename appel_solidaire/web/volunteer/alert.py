"""The urgent path: whom to ring, what to say, the coordination told at once and seen to come."""

from collections.abc import Sequence
from datetime import timedelta

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, lines
from campaigns import calls, care, clocks, directory, needs, reference
from campaigns.models import Line, Need, Person
from campaigns.needs import Danger
from campaigns.refusal import Refusal

NOBODY = "personne"
_RECENT = timedelta(hours=12)
_WHOM = "Choisissez de qui il s’agit, ou « Personne de ma feuille »."
_WHAT = "Choisissez ce que vous entendez."


@blueprint.app_context_processor
def danger_numbers() -> dict[str, object]:
    """What a page of refusal says when an alert did not leave."""
    return {"danger_lines": needs.danger_lines, "is_alert": care.sounding.is_alert}


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
    people = _household(lines.at_hand(line_id, wanted))
    return _page(people, chosen=wanted, line_id=line_id)


@blueprint.post("/appels/<int:line_id>/alerte")
def alert_post(line_id: int) -> Response | tuple[str, int]:
    """Tell the coordination at once."""
    wanted = flask.request.form.get("person_id", type=int)
    # A line that left the sheet since the person was opened is found again, as for a report.
    people = _household(lines.of_report(line_id, wanted))
    whom = gate.found(next((one for one in people if one.id == wanted), None))
    return _sound(people, whom, line_id=line_id)


@blueprint.get("/alertes/<int:need_id>")
def alert_given(need_id: int) -> str:
    """An alert this caller gave: who takes care of it, what to say meanwhile, what comes after."""
    return _given(_mine(need_id))


@blueprint.post("/alertes/<int:need_id>/erreur")
def alert_mistaken(need_id: int) -> Response | tuple[str, int]:
    """Pressed by mistake: taken back, as long as nobody has opened it."""
    need = _mine(need_id)
    try:
        needs.withdrawing.withdraw(gate.db(), need, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _given(need, refusal.say), 422
    flask.flash(
        f"L’alerte {need.reference} est retirée. La coordination lira que c’était une erreur.", "ok"
    )
    return flask.redirect(flask.url_for("volunteer.alert_anywhere"), 303)


def _given(need: Need, wrong: str = "") -> str:
    return flask.render_template(
        "volunteer/alert_given.html",
        need=need,
        wrong=wrong,
        may_withdraw=needs.withdrawing.may_be_withdrawn(gate.db(), need),
        danger=needs.alert.danger_of(need),
        line_id=flask.request.args.get("appel", type=int),
        **_around(),
    )


@blueprint.get("/alertes/<int:need_id>/etat")
def alert_state(need_id: int) -> str:
    """Who takes care of the alert, for the page that asks again every few seconds."""
    return flask.render_template("volunteer/_alert_state.html", need=_mine(need_id), **_around())


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
    care.sounding.sound(
        gate.db(), gate.campaign(), danger.heard, words, by=gate.me(), at=gate.now()
    )
    flask.flash("La coordination est prévenue. Les numéros des secours restent ici.", "ok")
    return flask.redirect(flask.url_for("volunteer.alert_anywhere"), 303)


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
        given_without_a_record=care.sounding.given_by(
            gate.db(), gate.campaign(), gate.me(), at=gate.now()
        ),
        wrong=wrong,
        words=words,
        heard=heard,
        nobody=NOBODY,
        **_around(),
    )


def _around() -> dict[str, object]:
    """Numbers that are the same whatever happens, and whether anybody is at work to answer."""
    organisation, now = gate.organisation(), gate.now()
    return {
        "organisation": organisation,
        "is_open": clocks.is_open(now, directory.opening_of(gate.db(), now.year)),
        "departement": reference.departements()[organisation.departement].name,
    }


def _ordered() -> list[Danger]:
    return [one for one in needs.DANGERS if one is not needs.ANY]


def _own_people() -> Sequence[Person]:
    """Nobody before the training of a campaign that asks for it: the names come with the calls."""
    if gate.campaign().training_required and gate.me().trained_at is None:
        return ()
    return calls.own.people(gate.db(), gate.me(), gate.campaign(), at=gate.now())


def _household(line: Line) -> Sequence[Person]:
    """The household of a line, those nobody may call included."""
    return [one.person for one in calls.everybody_at(gate.db(), line, campaign=gate.campaign())]


def _mine(need_id: int) -> Need:
    found = needs.alert.mine(gate.db(), gate.me(), need_id, campaign=gate.campaign())
    return gate.found(found)
