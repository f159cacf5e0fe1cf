"""Mailed links: looking at one spends nothing, the button does."""

import flask
import segno
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.public import blueprint
from appel_solidaire.web.public.forms import EnrolForm
from campaigns import accounts, journal, team
from campaigns.accounts.links import provisioning_uri
from campaigns.models import LinkKind, Role, SignInLink, User
from campaigns.refusal import Refusal


@blueprint.get("/entrer/<token>")
def enter(token: str) -> str | tuple[str, int] | Response:
    """The page behind the weekly link: one button."""
    link = accounts.find_link(gate.db(), token, at=gate.now())
    if link is None:
        return flask.render_template("public/link_dead.html"), 410
    user = gate.db().get_one(User, link.user_id)
    if link.kind is LinkKind.ENROL and user.role is not Role.VOLUNTEER:
        return flask.redirect(flask.url_for("public.enrol", token=token), 303)
    return flask.render_template(
        "public/enter.html",
        token=token,
        first_name=user.first_name,
        is_first=link.kind is LinkKind.ENROL,
    )


@blueprint.post("/entrer/<token>")
def enter_post(token: str) -> Response | tuple[str, int]:
    """Spend the link and open a session."""
    link = accounts.find_link(gate.db(), token, at=gate.now())
    user = gate.db().get(User, link.user_id) if link else None
    if (
        link is None
        or user is None
        or user.role is not Role.VOLUNTEER
        or not accounts.spend(gate.db(), link, at=gate.now())
    ):
        return flask.render_template("public/link_dead.html"), 410
    journal.record(gate.db(), "signed_in", about=user, by=user, at=gate.now(), kind=link.kind.value)
    gate.sign_in(user)
    return flask.redirect(flask.url_for("public.home"), 303)


@blueprint.get("/premiere-connexion/<token>")
def enrol(token: str) -> str | tuple[str, int]:
    """First sign-in of staff: choose a password, scan the second factor."""
    link = _enrolment(token)
    if link is None:
        return flask.render_template("public/link_dead.html"), 410
    return _enrol_page(token, link, EnrolForm(formdata=None))


@blueprint.post("/premiere-connexion/<token>")
def enrol_post(token: str) -> str | tuple[str, int] | Response:
    """Keep the password and the second factor, then open a session."""
    link = _enrolment(token)
    if link is None:
        return flask.render_template("public/link_dead.html"), 410
    form = EnrolForm()
    if not form.validate():
        return _enrol_page(token, link, form), 422
    try:
        user = accounts.finish_enrolment(
            gate.db(), link, password=form.password.data, code=form.code.data, at=gate.now()
        )
    except Refusal as refusal:
        put_back(form, refusal, otherwise="password")
        return _enrol_page(token, link, form), 422
    gate.sign_in(user)
    return flask.redirect(flask.url_for("public.home"), 303)


def _enrolment(token: str) -> SignInLink | None:
    link = accounts.find_link(gate.db(), token, at=gate.now())
    if link is None or link.kind is not LinkKind.ENROL:
        return None
    return link if gate.db().get_one(User, link.user_id).role is not Role.VOLUNTEER else None


def _enrol_page(token: str, link: SignInLink, form: EnrolForm) -> str:
    user = gate.db().get_one(User, link.user_id)
    seed = accounts.enrolment_seed(gate.db(), link)
    picture = segno.make(provisioning_uri(user, seed), error="m").svg_data_uri(scale=5, border=3)
    groups = " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))
    return flask.render_template(
        "public/enrol.html", token=token, form=form, user=user, picture=picture, seed=groups
    )


@blueprint.get("/ne-plus-recevoir/<token>")
def opt_out(token: str) -> str | tuple[str, int]:
    """Leave the weekly mail, or come back to it: a page with a button."""
    user = team.summary_reader(gate.db(), token)
    if user is None:
        return flask.render_template("public/link_dead.html"), 410
    return flask.render_template("public/opt_out.html", token=token, user=user, done=False)


@blueprint.post("/ne-plus-recevoir/<token>")
def opt_out_post(token: str) -> str | tuple[str, int]:
    """Stop the weekly mail, or send it again."""
    user = team.summary_reader(gate.db(), token)
    if user is None:
        return flask.render_template("public/link_dead.html"), 410
    if flask.request.form.get("recevoir") == "oui":
        team.return_to_summaries(gate.db(), user, by=user, at=gate.now())
    else:
        team.leave_summaries(gate.db(), user, at=gate.now())
    return flask.render_template("public/opt_out.html", token=token, user=user, done=True)
