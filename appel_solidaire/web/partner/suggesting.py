"""A mairie proposes somebody to call, by its own link, with that person’s agreement."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from appel_solidaire import gate
from appel_solidaire.web.partner import blueprint
from campaigns.models import Campaign, Office
from campaigns.records import mairies, suggested
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]
_PLAIN = {"autocomplete": "off"}


def _text(label: str, most: int, needed: str = "") -> StringField:
    validators = [Length(max=most, message=f"{most} signes au plus.")]
    if needed:
        validators.insert(0, InputRequired(message=needed))
    return StringField(label, validators=validators, render_kw=_PLAIN)


class SuggestForm(FlaskForm):
    """Who, how to reach them, and their agreement."""

    last_name = _text("Nom", 120, "Indiquez le nom de la personne.")
    first_name = _text("Prénom", 120)
    phone = _text("Téléphone", 40, "Indiquez un numéro où joindre la personne.")
    commune = SelectField("Commune", choices=[], validate_choice=False)
    agreed = BooleanField(
        "La personne est d’accord pour être appelée",
        validators=[InputRequired(message="Sans son accord, nous ne l’appelons pas.")],
    )
    agreed_on = DateField(
        "Quel jour a-t-elle donné son accord ?",
        validators=[Optional()],
    )
    said_by = _text(
        "Qui l’a recueilli, et comment ?", 120, "Dites qui a recueilli cet accord, et comment."
    )
    words = TextAreaField(
        "Ce qu’il est utile de savoir pour le premier appel",
        validators=[Length(max=300, message="300 signes au plus : gardez l’essentiel.")],
        render_kw={"rows": 2, "maxlength": 300},
    )

    def offer(self, office: Office) -> None:
        """Offer the communes this office answers for."""
        self.commune.choices = [
            SelectChoice("", "Choisissez…"),
            *(SelectChoice(one.insee, one.name) for one in mairies.communes_of(gate.db(), office)),
        ]

    def proposal(self) -> suggested.Proposal:
        """What was typed."""
        offered = {choice.value for choice in self.commune.choices}
        chosen = self.commune.data or ""
        return suggested.Proposal(
            last_name=self.last_name.data or "",
            first_name=self.first_name.data or "",
            phone=self.phone.data or "",
            insee=chosen if chosen and chosen in offered else None,
            agreed_on=self.agreed_on.data,
            said_by=self.said_by.data or "",
            words=self.words.data or "",
        )


@blueprint.get("/proposer/<token>")
def suggest(token: str) -> Answer | str:
    """The form of one office."""
    found = mairies.behind(gate.db(), token)
    if found is None:
        return _dead()
    form = SuggestForm(formdata=None)
    return _page(token, form, *found)


@blueprint.post("/proposer/<token>")
def suggest_post(token: str) -> Answer:
    """Keep the proposal: the coordination decides."""
    found = mairies.behind(gate.db(), token)
    if found is None:
        return _dead()
    office, campaign = found
    form = SuggestForm()
    form.offer(office)
    if not form.validate():
        return _page(token, form, office, campaign), 422
    try:
        made = suggested.propose(gate.db(), campaign, office, form.proposal(), at=gate.now())
    except Refusal as refusal:
        if refusal.field and refusal.field in form:
            form[refusal.field].errors = [str(refusal)]
        else:
            form.form_errors.append(str(refusal))
        return _page(token, form, office, campaign), 422
    return flask.redirect(flask.url_for("partner.suggestion_kept", number=made.id), 303)


@blueprint.get("/proposition-recue/<int:number>")
def suggestion_kept(number: int) -> str:
    """The proposal was kept; its reference says nothing of the person."""
    return flask.render_template("partner/suggested.html", number=number)


def _page(token: str, form: SuggestForm, office: Office, _campaign: Campaign) -> str:
    form.offer(office)
    return flask.render_template(
        "partner/suggest.html",
        token=token,
        form=form,
        office=office,
        organisation=gate.organisation(),
    )


def _dead() -> tuple[str, int]:
    page = flask.render_template("partner/suggest_dead.html", organisation=gate.organisation())
    return page, 410
