"""A partner's link: looking spends nothing and shows nobody, the button opens, a click answers."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from appel_solidaire import gate
from appel_solidaire.web.partner import blueprint
from campaigns import needs
from campaigns.models import Referral
from campaigns.needs import PartnerAnswer
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


class OneAnswer(RadioField):
    """The four answers; another one is refused in French."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is not one of the four."""
        try:
            super().pre_validate(form)
        except ValidationError as fault:
            raise ValidationError("Choisissez l’une des quatre réponses.") from fault


class AnswerForm(FlaskForm):
    """One click, and a few words where they are needed."""

    answer = OneAnswer(
        "Votre réponse",
        choices=[SelectChoice(item.value, item.label) for item in PartnerAnswer],
        validators=[InputRequired(message="Choisissez l’une des quatre réponses.")],
    )
    words = TextAreaField(
        "En quelques mots",
        validators=[Length(max=300, message="300 signes au plus : gardez l’essentiel.")],
        render_kw={"rows": 3, "maxlength": 300},
    )

    def chosen(self) -> PartnerAnswer:
        """The answer chosen."""
        return next(item for item in PartnerAnswer if item.value == self.answer.data)


@blueprint.get("/besoins/<token>")
def door(token: str) -> str | tuple[str, int]:
    """A page with a button. It changes nothing and names nobody: mail scanners look too."""
    if _referral(token) is None:
        return _dead()
    return flask.render_template("partner/door.html", token=token, organisation=gate.organisation())


@blueprint.post("/besoins/<token>")
def open_post(token: str) -> str | tuple[str, int]:
    """Open the need: it counts as read, by somebody nobody has authenticated."""
    referral = _referral(token)
    if referral is None:
        return _dead()
    needs.open_by_partner(gate.db(), referral, at=gate.now())
    return _page(token, referral, AnswerForm(formdata=None))


@blueprint.post("/besoins/<token>/repondre")
def answer_post(token: str) -> Answer:
    """Keep the answer."""
    referral = _referral(token)
    if referral is None:
        return _dead()
    form = AnswerForm()
    if not form.validate():
        return _page(token, referral, form), 422
    try:
        needs.answer(gate.db(), referral, form.chosen(), words=form.words.data or "", at=gate.now())
    except Refusal as refusal:
        form[refusal.field or "answer"].errors = [str(refusal)]
        return _page(token, referral, form), 422
    return flask.redirect(flask.url_for("partner.thanks"), 303)


@blueprint.get("/merci")
def thanks() -> str:
    """The answer was kept."""
    return flask.render_template("partner/thanks.html")


def _referral(token: str) -> Referral | None:
    return needs.find_referral(gate.db(), token, at=gate.now())


def _page(token: str, referral: Referral, form: AnswerForm) -> str:
    return flask.render_template(
        "partner/need.html",
        token=token,
        form=form,
        view=needs.for_partner(referral),
        organisation=gate.organisation(),
    )


def _dead() -> tuple[str, int]:
    page = flask.render_template("partner/dead.html", organisation=gate.organisation())
    return page, 410
