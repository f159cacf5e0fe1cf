"""The territories a coordinator answers for, and where they are a named reader."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import Ticks
from appel_solidaire.web.lead.member import one
from campaigns import directory, team
from campaigns.models import Role, User
from campaigns.refusal import Refusal


class CoverForm(FlaskForm):
    """Two lists of territories."""

    territories = Ticks("Territoires suivis")
    sensitive = Ticks("Territoires dont cette personne lit aussi les besoins sensibles")

    def offer(self) -> None:
        """Fill the lists of territories."""
        found = directory.territories(gate.db())
        self.territories.choices = [SelectChoice(str(each.id), each.name) for each in found]
        self.sensitive.choices = [SelectChoice(str(each.id), each.name) for each in found]


@blueprint.get("/equipe/<int:user_id>/territoires")
def cover_member(user_id: int) -> str:
    """What a coordinator answers for now."""
    user = _coordinator(user_id)
    named = {each.territory: each.reads_sensitive for each in _covered(user)}
    form = CoverForm(formdata=None)
    form.offer()
    found = [each for each in directory.territories(gate.db()) if each.name in named]
    form.territories.data = [str(each.id) for each in found]
    form.sensitive.data = [str(each.id) for each in found if named[each.name]]
    return _page(user, form)


@blueprint.post("/equipe/<int:user_id>/territoires")
def cover_member_post(user_id: int) -> Response | tuple[str, int]:
    """Change it: what they may read follows at once."""
    user, form = _coordinator(user_id), CoverForm()
    form.offer()
    if not form.validate():
        return _page(user, form), 422
    found = directory.territories(gate.db())
    try:
        team.cover(
            gate.db(),
            user,
            [each for each in found if str(each.id) in form.territories.data],
            sensitive=[each for each in found if str(each.id) in form.sensitive.data],
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(user, form), 422
    flask.flash("C’est noté : ce que cette personne peut lire a changé dès maintenant.", "ok")
    return flask.redirect(flask.url_for("lead.member", user_id=user.id), 303)


def _coordinator(user_id: int) -> User:
    user = one(user_id)
    return gate.found(user if user.role is Role.COORDINATOR else None)


def _covered(user: User) -> list[team.Covered]:
    return team.coverage_of(gate.db(), [user.id]).get(user.id, [])


def _page(user: User, form: CoverForm) -> str:
    return flask.render_template("lead/member_cover.html", user=user, form=form)
