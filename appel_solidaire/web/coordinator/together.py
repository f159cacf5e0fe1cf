"""Several needs at once: those ticked in the inbox, one act, and what could not be done."""

from collections.abc import Callable

import flask

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint, place
from appel_solidaire.web.coordinator import need as pages
from campaigns import needs, reference
from campaigns.models import Need, User
from campaigns.needs import together, working
from campaigns.needs.inbox import chosen
from campaigns.refusal import Refusal

Answer = str | tuple[str, int]
Act = Callable[[Need, int], None]
_TOWNS = 6  # communes whose own services are offered; beyond, those of the département are
DONE = {
    "prendre": "Vous vous occupez de",
    "confier": "Confié :",
    "orienter": "Envoyé :",
    "commission": "À la commission :",
}


@blueprint.post("/plusieurs")
@gate.only_reads
def several() -> Answer:
    """Show the needs ticked, and what may be done with all of them."""
    return _page()


@blueprint.post("/plusieurs/faire")
def do_several() -> Answer:
    """Do one act on each need ticked; those that cannot say why."""
    form = flask.request.form
    try:
        act = _act(form.get("acte", ""))
        outcome = together.each(
            gate.db(), gate.me(), gate.campaign(), _versions(), act, at=gate.now()
        )
    except Refusal as refusal:
        shown = _page(refusal)
        return shown if isinstance(shown, tuple) else (shown, 422)
    html = flask.render_template(
        "coordinator/several_done.html",
        outcome=outcome,
        said=DONE[form["acte"]],
        back=place.back(),
    )
    return html, 200 if outcome.done else 422


def _act(name: str) -> Act:
    form, session, me, now = flask.request.form, gate.db(), gate.me(), gate.now()
    reason = form.get("reason", "")
    if name == "prendre":
        return lambda need, version: needs.take(session, need, by=me, version=version, at=now)
    if name == "commission":
        return lambda need, version: working.send_to_review(
            session, need, by=me, version=version, at=now
        )
    if name == "confier":
        to = next((user for user in _colleagues() if str(user.id) == form.get("to")), None)
        if to is None:
            raise Refusal("Choisissez à qui les confier.", field="to")
        return lambda need, version: needs.hand_over(
            session, need, to, by=me, version=version, at=now
        )
    if name == "orienter":
        destination = form.get("destination", "")
        if not destination:
            raise Refusal("Choisissez à qui les envoyer.", field="destination")
        if not reason.strip():
            raise Refusal("Dites pourquoi vous les envoyez, en une phrase.", field="reason")
        return lambda need, version: needs.refer_again(
            session, need, destination, reason=reason, by=me, version=version, at=now
        )
    raise Refusal("Choisissez ce qu’il faut faire de ces besoins.")


def _versions() -> dict[int, int]:
    """The needs ticked, « number:version » each; what is written otherwise does not count."""
    found = {}
    for written in flask.request.form.getlist("choix")[: together.MOST + 1]:
        number, _, version = written.partition(":")
        if all(one.isascii() and one.isdigit() and len(one) < 10 for one in (number, version)):
            found[int(number)] = int(version)
    return found


def _ticked() -> list[Need]:
    ids = list(_versions())[: together.MOST]
    return chosen(gate.db(), gate.me(), gate.campaign(), ids, at=gate.now())


def _colleagues() -> list[User]:
    """Who may be given one of the needs ticked, each once."""
    apart = {(one.territory_id, one.is_sensitive): one for one in _ticked()}
    found = (user for one in apart.values() for user in needs.colleagues(gate.db(), one))
    return list({user.id: user for user in found}.values())


def _destinations(ticked: list[Need]) -> dict[str, dict[str, str]]:
    """Where the needs ticked may be sent: what each of their communes offers, by group."""
    by_town = {one.person.insee: one for one in ticked}
    groups: dict[str, dict[str, str]] = {}
    for one in list(by_town.values())[:_TOWNS]:
        for group, offices in pages.destinations(one).items():
            groups.setdefault(group, {}).update(offices)
    return groups


def _page(refusal: Refusal | None = None) -> Answer:
    ticked, versions = _ticked(), _versions()
    if not ticked:
        html = flask.render_template(
            "coordinator/several.html", ticked=[], refusal=refusal, back=place.back()
        )
        return html, 422
    return flask.render_template(
        "coordinator/several.html",
        ticked=ticked,
        # The version the inbox showed, not the one of now: somebody may have moved it meanwhile.
        shown=versions,
        refusal=refusal,
        back=place.back(),
        place=place.Place.of(flask.request.form),
        categories=reference.categories(),
        colleagues=_colleagues(),
        destinations=_destinations(ticked),
        form=flask.request.form,
    )
