"""Signing in with a password and a second factor; asking for a new link; signing out."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.public import blueprint
from appel_solidaire.web.public.forms import LinkForm, SignInForm
from campaigns import accounts, journal, team
from campaigns.refusal import Refusal

WRONG = "L’adresse, le mot de passe ou le code ne va pas. Vérifiez les trois, puis réessayez."


@blueprint.get("/connexion")
def sign_in() -> str | Response:
    """The sign-in page."""
    if gate.visitor() is not None:
        return flask.redirect(flask.url_for("public.home"), 303)
    return flask.render_template("public/sign_in.html", form=SignInForm(), link_form=LinkForm())


@blueprint.post("/connexion")
@gate.only_reads
def sign_in_post() -> str | Response | tuple[str, int]:
    """Check password and code; the same answer whatever is wrong."""
    form = SignInForm()
    if not form.validate():
        return _again(form, 422)
    email, address = _typed(form), flask.request.remote_addr or ""
    if accounts.is_throttled(gate.db(), email=email, address=address, at=gate.now()):
        flask.abort(429)
    user = accounts.by_email(gate.db(), email)
    # The slow check first, while nothing is held; then one short transaction, whatever it answers.
    is_right = accounts.password_matches(user, form.password.data)
    with gate.instance().database.unit() as session:
        is_right = is_right and accounts.spend_code(session, user, form.code.data, at=gate.now())
        if user is not None and is_right:
            accounts.clear_failures(session, email=email, address=address)
            journal.record(session, "signed_in", about=user, by=user, at=gate.now())
            gate.sign_in(user, session)
        else:
            accounts.note_failure(session, email=email, address=address, at=gate.now())
    if is_right:
        return flask.redirect(flask.url_for("public.home"), 303)
    form.email.errors = [WRONG]
    return _again(form, 422)


@blueprint.post("/lien")
def ask_link() -> str | Response | tuple[str, int]:
    """Send a volunteer a link that lives ten minutes. Says the same for an unknown address."""
    form = LinkForm()
    if not form.validate():
        return flask.render_template(
            "public/sign_in.html", form=SignInForm(formdata=None), link_form=form
        ), 422
    address = flask.request.remote_addr or ""
    email = _typed(form)
    if accounts.is_throttled(gate.db(), email=email, address=address, at=gate.now(), kind="link"):
        flask.abort(429)
    accounts.note_failure(gate.db(), email=email, address=address, at=gate.now(), kind="link")
    team.send_new_link(gate.db(), email=email, at=gate.now())
    return flask.redirect(flask.url_for("public.link_sent"), 303)


@blueprint.get("/lien/envoye")
def link_sent() -> str:
    """What to do now that a link may have been sent."""
    return flask.render_template("public/link_sent.html")


@blueprint.post("/deconnexion")
def sign_out() -> Response:
    """Close the session everywhere."""
    gate.sign_out()
    return flask.redirect(flask.url_for("public.sign_in"), 303)


def _typed(form: SignInForm | LinkForm) -> str:
    try:
        return accounts.normal_email(form.email.data or "")
    except Refusal:
        return (form.email.data or "").strip().lower()[:254]


def _again(form: SignInForm, code: int) -> tuple[str, int]:
    page = flask.render_template(
        "public/sign_in.html", form=form, link_form=LinkForm(formdata=None)
    )
    return page, code
