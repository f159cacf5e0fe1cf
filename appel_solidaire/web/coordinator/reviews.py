"""Reports read again: one at a time, with a kind remark or « rien à redire, merci » in one key."""

from collections.abc import Sequence
from typing import Any

import flask
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from campaigns import access, reference
from campaigns.care import reviewing
from campaigns.refusal import Refusal


class RemarkForm(FlaskForm):
    """A remark chosen among those proposed, or written."""

    proposed = RadioField("Une remarque à choisir", validate_choice=False)
    remark = TextAreaField(
        "Vos mots",
        validators=[
            Length(
                max=reviewing.REMARK_LENGTH,
                message=f"Raccourcissez : {reviewing.REMARK_LENGTH} caractères au plus.",
            )
        ],
    )

    def offer(self, remarks: Sequence[str]) -> None:
        """Fill the remarks proposed."""
        self.proposed.choices = [SelectChoice(str(at), words) for at, words in enumerate(remarks)]

    def chosen(self) -> str:
        """What was written, else the remark ticked, else nothing."""
        by_number = {str(at): words for at, words in enumerate(reviewing.remarks())}
        written = (self.remark.data or "").strip()
        return written or by_number.get(self.proposed.data or "", "")


def may_review() -> bool:
    """Whether who asks is the coordination of the campaign: reviews are theirs."""
    return access.is_coordination(gate.me())


@blueprint.context_processor
def reviews_menu() -> dict[str, Any]:  # Any: what a template takes
    """The menu names this page to those it is for."""
    return {"may_review": may_review}


@blueprint.get("/relectures")
def reviews() -> str:
    """The next report to read again; ``apres`` passes one over, ``fait`` thanks for the last."""
    _only_coordination()
    after = flask.request.args.get("apres", default=0, type=int)
    return _page(reviewing.to_read(gate.db(), gate.campaign(), after=after))


@blueprint.get("/relectures/<int:review_id>")
def review(review_id: int) -> str:
    """One report to read again."""
    return _page(_reading(review_id))


@blueprint.post("/relectures/<int:review_id>")
def review_post(review_id: int) -> Response | str | tuple[str, int]:
    """Keep the remark, or bring it back to be adapted."""
    reading, form = _reading(review_id), RemarkForm()
    action = flask.request.form.get("action")
    if action == "adapter":
        form.remark.data = form.chosen()
        return _page(reading, form)
    words = "" if action == "merci" else form.chosen()
    if action != "merci" and not words:
        form.remark.errors = [
            "Choisissez une remarque, écrivez la vôtre, ou dites « Rien à redire, merci »."
        ]
        return _page(reading, form), 422
    if not form.validate():
        return _page(reading, form), 422
    try:
        reviewing.read(gate.db(), reading.review, remark=words, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(reading, form, refusal=refusal), 422
    return flask.redirect(flask.url_for("coordinator.reviews", apres=review_id), 303)


def _only_coordination() -> None:
    if not may_review():
        raise Forbidden("La relecture des comptes rendus revient à la coordination de la campagne.")


def _reading(review_id: int) -> reviewing.Reading:
    """The report, which does not exist for the coordinators of some territories."""
    asked = reviewing.one(gate.db(), gate.campaign(), review_id) if may_review() else None
    return gate.found(asked)


def _page(
    reading: reviewing.Reading | None,
    form: RemarkForm | None = None,
    *,
    refusal: Refusal | None = None,
) -> str:
    form = form or RemarkForm(formdata=None)
    form.offer(reviewing.remarks())
    return flask.render_template(
        "coordinator/reviews.html",
        reading=reading,
        form=form,
        refusal=refusal,
        waiting=reviewing.waiting_count(gate.db(), gate.campaign()),
        tallies=reviewing.tallies(gate.db(), gate.campaign()),
        outcomes=reference.outcomes(),
        categories=reference.categories(),
    )
