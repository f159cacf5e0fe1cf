"""One member of the team: what is noted, a new invitation, the end of an account."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import put_back
from appel_solidaire.web.lead.team import VolunteerForm
from campaigns import overview, team
from campaigns.models import Role, User
from campaigns.refusal import Refusal


@blueprint.get("/equipe/<int:user_id>")
def member(user_id: int) -> str:
    """Somebody's page."""
    user = _one(user_id)
    return _page(user, _filled(user))


@blueprint.post("/equipe/<int:user_id>")
def change_member(user_id: int) -> Response | tuple[str, int]:
    """Change what is noted of a volunteer."""
    user = _one(user_id)
    if user.role is not Role.VOLUNTEER:
        flask.abort(404)
    form = VolunteerForm()
    form.offer()
    del form.email
    if not form.validate():
        return _page(user, form), 422
    try:
        team.change_volunteer(gate.db(), user, form.profile(), by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(user, form), 422
    flask.flash("C’est noté. La prochaine répartition en tient compte.", "ok")
    return flask.redirect(flask.url_for("lead.member", user_id=user.id), 303)


@blueprint.post("/equipe/<int:user_id>/inviter")
def invite(user_id: int) -> Response:
    """Send one person a new link; the former ones stop working."""
    user = _one(user_id)
    team.invite_all(gate.db(), [user], by=gate.me(), at=gate.now())
    flask.flash("Le lien part dans la minute.", "ok")
    return flask.redirect(flask.url_for("lead.team"), 303)


@blueprint.post("/equipe/<int:user_id>/fermer")
def disable(user_id: int) -> Response:
    """Close an account at once."""
    user = _one(user_id)
    team.close_account(gate.db(), user, by=gate.me(), at=gate.now())
    flask.flash("Le compte est fermé.", "ok")
    return flask.redirect(flask.url_for("lead.team"), 303)


def _one(user_id: int) -> User:
    return gate.found(team.one(gate.db(), gate.campaign(), user_id))


def _filled(user: User) -> VolunteerForm:
    halves = team.half_days_of(gate.db(), [user.id]).get(user.id, ())
    form = VolunteerForm(
        formdata=None,
        obj=user,
        data={
            "half_days": [f"{day}-{half}" for day, half in halves],
            "territory": str(user.territory_id or ""),
        },
    )
    form.offer()
    del form.email
    return form


def _page(user: User, form: VolunteerForm) -> str:
    return flask.render_template(
        "lead/member.html",
        user=user,
        form=form,
        is_volunteer=user.role is Role.VOLUNTEER,
        state=overview.member_states(gate.db(), [user.id])[user.id],
        covered=team.coverage_of(gate.db(), [user.id]).get(user.id, []),
    )
