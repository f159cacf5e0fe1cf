"""What happens on a Tuesday: one button each. It moves the least, says what moved, tells who."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint, member, weeks
from campaigns import sheets
from campaigns import weeks as calendar
from campaigns.models import Role, User
from campaigns.refusal import Refusal
from campaigns.sheets import moving


@blueprint.post("/feuilles/<week>/reequilibrer")
def rebalance_week(week: str) -> Response | tuple[str, int]:
    """Move what some can no longer call this week to those who have room."""
    if weeks.known(week) != calendar.current(gate.now()):
        flask.abort(404)
    try:
        moved = moving.rebalance(gate.db(), gate.campaign(), by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return weeks.page(week, refusal=refusal), 422
    weeks.tell(week)
    flask.flash(moved.say, "ok")
    return flask.redirect(flask.url_for("lead.week", week=week), 303)


@blueprint.post("/feuilles/<week>/depublier")
def undo_week(week: str) -> Response | tuple[str, int]:
    """Take back a publication nobody has started."""
    plan = gate.found(sheets.of(gate.db(), gate.campaign(), weeks.known(week)))
    try:
        moving.unpublish(gate.db(), plan, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return weeks.page(week, refusal=refusal), 422
    flask.flash("La publication est annulée : les feuilles sont de nouveau une proposition.", "ok")
    return flask.redirect(flask.url_for("lead.week", week=week), 303)


@blueprint.post("/feuilles/<week>/refaire")
def redeal_week(week: str) -> Response | tuple[str, int]:
    """Deal a published week again: what somebody started stays, all the rest moves freely."""
    plan = gate.found(sheets.of(gate.db(), gate.campaign(), weeks.known(week)))
    if plan.published_at is None or calendar.ends_at(week) <= gate.now():
        return weeks.page(week, refusal=Refusal("Ces feuilles ne sont pas en cours.")), 422
    sheets.redeal(gate.db(), gate.campaign(), week, at=gate.now())
    weeks.tell(week)
    flask.flash("Les feuilles sont refaites. Ce qui était commencé n’a pas bougé.", "ok")
    return flask.redirect(flask.url_for("lead.week", week=week), 303)


@blueprint.post("/equipe/<int:user_id>/absence")
def member_away(user_id: int) -> Response | tuple[str, int]:
    """Note days without calls; what cannot be called any more goes to others at once."""
    user = _volunteer(user_id)
    form = member.AbsenceForm()
    if not form.validate():
        return member.page(user, absence=form), 422
    try:
        moved = moving.absent(
            gate.db(),
            gate.campaign(),
            user,
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal, otherwise="last_on")
        return member.page(user, absence=form), 422
    return _said(user, moved)


@blueprint.post("/equipe/<int:user_id>/retour")
def member_back(user_id: int) -> Response:
    """End an absence before its day."""
    user = _volunteer(user_id)
    return _said(
        user, moving.back_early(gate.db(), gate.campaign(), user, by=gate.me(), at=gate.now())
    )


@blueprint.post("/equipe/<int:user_id>/suspendre")
def suspend_member(user_id: int) -> Response:
    """Cut somebody's access at once; their calls go to others."""
    user = _volunteer(user_id)
    return _said(
        user, moving.suspend(gate.db(), gate.campaign(), user, by=gate.me(), at=gate.now())
    )


@blueprint.post("/equipe/<int:user_id>/reprendre")
def resume_member(user_id: int) -> Response:
    """Give somebody their access back."""
    user = _volunteer(user_id)
    return _said(user, moving.resume(gate.db(), gate.campaign(), user, by=gate.me(), at=gate.now()))


@blueprint.post("/equipe/<int:user_id>/feuille")
def give_sheet(user_id: int) -> Response:
    """Give a volunteer who arrives during the week a sheet."""
    user = _volunteer(user_id)
    return _said(user, moving.join(gate.db(), gate.campaign(), user, by=gate.me(), at=gate.now()))


def _volunteer(user_id: int) -> User:
    user = member.one(user_id)
    if user.role is not Role.VOLUNTEER:
        flask.abort(404)
    return user


def _said(user: User, moved: moving.Moved) -> Response:
    """Tell those who have a sheet since then, say what moved, and show the volunteer again."""
    gate.db().flush()  # the mails count what the act just wrote
    weeks.tell(calendar.current(gate.now()))
    flask.flash(moved.say, "ok")
    return flask.redirect(flask.url_for("lead.member", user_id=user.id), 303)
