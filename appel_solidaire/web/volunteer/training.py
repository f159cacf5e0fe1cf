"""First days: ten minutes to read, five questions, the charter. Until then no real name is shown
in a campaign that asks for it."""

from typing import Any

import flask
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import BooleanField

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import journal, training
from campaigns.accounts.sessions import ABSOLUTE
from campaigns.refusal import Refusal

# What has no real name on it, or must never be closed: danger first. Beginnings of endpoints.
_OPEN = (
    "training",
    "rehearsal",
    "quiz",
    "charter",
    "own",
    "read_guide",
    "availability",
    "habits",
    "absence",
    "alert",
    "offline",
    "open_campaign",
)
_FIRST = "Encore un moment : la formation d’abord, les vrais noms ensuite."
_CHARTER = "Encore un moment : la charte d’abord, votre feuille ensuite."


class CharterForm(FlaskForm):
    """One box: the commitment of who calls."""

    agreed = BooleanField("J’ai lu cette charte et je la respecterai")


@blueprint.before_request
def close_names() -> Response | None:
    """Where training is required, lead to it whoever has not finished; a text is given back."""
    page = (flask.request.endpoint or "").rpartition(".")[2]
    if page.startswith(_OPEN) or training.is_ready(gate.me(), at=gate.now()):
        return None
    if not gate.campaigns() or not gate.campaign().training_required:
        return None
    if page == "call_post" and _was_calling():
        return None
    if flask.request.method not in gate.SAFE:
        raise Forbidden(
            "Cette campagne demande la formation avant les vrais appels. Rien n’a été enregistré ; "
            "ce que vous aviez écrit est recopié ci-dessous."
        )
    say = _CHARTER if gate.me().trained_at else _FIRST
    if "fait" in flask.request.args:  # the page that would have said it is closed
        say = f"Votre compte rendu est enregistré. {say}"
    flask.flash(say, "warm")
    return flask.redirect(flask.url_for("volunteer.training_home"), 303)


def _was_calling() -> bool:
    """Whether the page of this person was open before the names closed: the charter may turn a
    year old, or a campaign begin to ask for the training, in the middle of a call."""
    person_id = flask.request.form.get("person_id", type=int)
    return person_id is not None and journal.was_noted(
        gate.db(),
        "person_opened",
        about=("person", person_id),
        by=gate.me(),
        since=gate.now() - ABSOLUTE,
    )


@blueprint.context_processor
def invitation() -> dict[str, Any]:  # Any: what a template takes
    """The sheet offers the training to whoever has not done it."""
    return {"owes_training": lambda: not training.is_ready(gate.me(), at=gate.now())}


@blueprint.get("/formation")
def training_home() -> str:
    """The steps, what is done, and the next one."""
    joined = gate.campaigns()
    return flask.render_template(
        "volunteer/training.html",
        progress=training.progress(gate.db(), gate.me(), at=gate.now()),
        pages=_pages(),
        scenarios=training.SCENARIOS,
        Step=training.Step,
        is_required=bool(joined) and gate.campaign().training_required,
    )


@blueprint.get("/formation/lire/<int:number>")
def training_reading(number: int) -> str:
    """One page to read; ``number`` counts from 1."""
    pages = _pages()
    if not 1 <= number <= len(pages):
        flask.abort(404)
    page = pages[number - 1]
    # The text ships with the product and was cleaned (nh3) when made from Markdown.
    html = Markup(page.html)  # noqa: S704  # nosec B704  cleaned above
    return flask.render_template(
        "volunteer/training_reading.html", page=page, html=html, count=len(pages)
    )


@blueprint.get("/formation/quiz")
def quiz() -> str:
    """Five questions, with what was answered so far explained."""
    return _quiz()


@blueprint.post("/formation/quiz")
def quiz_post() -> Response | tuple[str, int]:
    """Keep the answers; explain the wrong ones, or go on to the next step."""
    try:
        tried = training.answer(gate.db(), gate.me(), flask.request.form, at=gate.now())
    except Refusal as refusal:
        return _quiz(refusal=refusal), 422
    if tried.is_passed:
        flask.flash("Cinq sur cinq. Vous savez l’essentiel.", "ok")
        return _onward()
    return flask.redirect(flask.url_for("volunteer.quiz"), 303)


@blueprint.get("/formation/charte")
def charter() -> str:
    """The charter, and the box to tick."""
    return _charter(CharterForm(formdata=None))


@blueprint.post("/formation/charte")
def charter_post() -> Response | tuple[str, int]:
    """Note the commitment."""
    form = CharterForm()
    try:
        training.accept_charter(gate.db(), gate.me(), agreed=form.agreed.data, at=gate.now())
    except Refusal as refusal:
        form.agreed.errors = [refusal.say]
        return _charter(form), 422
    flask.flash("Merci. Votre engagement est noté, pour un an.", "ok")
    return _onward()


def _onward() -> Response:
    """To the next thing to do."""
    left = training.progress(gate.db(), gate.me(), at=gate.now())
    if left.missing and left.missing[0] is training.Step.CHARTER:
        return flask.redirect(flask.url_for("volunteer.charter"), 303)
    return flask.redirect(flask.url_for("volunteer.training_home"), 303)


def _pages() -> list[training.Page]:
    return training.pages(reader=gate.me(), organisation=gate.organisation())


def _quiz(*, refusal: Refusal | None = None) -> str:
    current = training.quiz(gate.db(), gate.me(), at=gate.now())
    ticked = {one.question.code: one.chosen for one in current.asked}
    if refusal is not None:
        ticked |= {code: flask.request.form.get(code) for code in ticked}
    return flask.render_template(
        "volunteer/training_quiz.html", quiz=current, ticked=ticked, refusal=refusal
    )


def _charter(form: CharterForm) -> str:
    me = gate.me()
    return flask.render_template(
        "volunteer/training_charter.html",
        form=form,
        html=Markup(training.charter_html()),  # noqa: S704  # nosec B704  ships, and cleaned (nh3)
        is_in_force=training.charter_in_force(me, at=gate.now()),
    )
