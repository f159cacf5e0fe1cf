"""An office's link, twice a year: what we hold about it, « tout est juste », or what to correct."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice, SelectMultipleField
from wtforms.validators import Length

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.partner import blueprint
from campaigns import directory, reference
from campaigns.directory import Correction
from campaigns.models import Office
from campaigns.records import mairies
from campaigns.refusal import Refusal

_PHONE = {"inputmode": "tel", "autocomplete": "off"}


def _at_most(length: int) -> Length:
    return Length(max=length, message=f"{length} signes au plus : gardez l’essentiel.")


class OfficeForm(FlaskForm):
    """What an office may put right itself."""

    hours = StringField("Vos horaires", validators=[_at_most(200)])
    phone = StringField("Votre téléphone", validators=[_at_most(40)], render_kw=_PHONE)
    on_call_phone = StringField(
        "Votre téléphone d’astreinte", validators=[_at_most(40)], render_kw=_PHONE
    )
    note = TextAreaField(
        "Votre adresse, et ce qu’il faut savoir",
        validators=[_at_most(300)],
        render_kw={"rows": 2},
    )
    topics = SelectMultipleField(
        "Les besoins dont vous vous occupez",
        choices=[SelectChoice(one.code, one.label) for one in reference.categories().values()],
        validate_choice=False,
    )

    def correction(self) -> Correction:
        """What was typed, as the domain takes it."""
        return Correction(
            hours=self.hours.data or "",
            phone=self.phone.data or "",
            on_call_phone=self.on_call_phone.data or "",
            note=self.note.data or "",
            topics=tuple(one for one in self.topics.data or [] if one in reference.categories()),
        )


@blueprint.get("/annuaire/<token>")
def confirm_door(token: str) -> str | tuple[str, int]:
    """What we hold about an office. Looking changes and spends nothing: mail scanners look too."""
    office = _office(token)
    if office is None:
        return _dead()
    form = OfficeForm(formdata=None, obj=office)
    form.topics.data = office.topics.split()
    return _page(token, office, form)


@blueprint.post("/annuaire/<token>/juste")
def confirm_post(token: str) -> Response | tuple[str, int]:
    """« Tout est juste »."""
    office = _office(token)
    if office is None:
        return _dead()
    directory.confirming.confirm(gate.db(), office, at=gate.now())
    return flask.redirect(flask.url_for("partner.confirmed"), 303)


@blueprint.post("/annuaire/<token>/corriger")
def correct_post(token: str) -> Response | tuple[str, int]:
    """Take what the office puts right."""
    office = _office(token)
    if office is None:
        return _dead()
    form = OfficeForm()
    if not form.validate():
        return _page(token, office, form), 422
    try:
        directory.confirming.correct(gate.db(), office, form.correction(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal, otherwise="note")
        return _page(token, office, form), 422
    return flask.redirect(flask.url_for("partner.confirmed"), 303)


@blueprint.get("/annuaire-merci")
def confirmed() -> str:
    """The answer was kept."""
    return flask.render_template("partner/confirmed.html")


def _office(token: str) -> Office | None:
    return directory.confirming.find(gate.db(), token, at=gate.now())


def _page(token: str, office: Office, form: OfficeForm) -> str:
    return flask.render_template(
        "partner/confirm.html",
        token=token,
        office=office,
        **_held(office),
        form=form,
        organisation=gate.organisation(),
        proposing=mairies.offered_to(gate.db(), office),
    )


def _held(office: Office) -> dict[str, object]:
    """What the routing knows of an office, in its own words: for whom, for what, how it is told."""
    own = reference.commune(office.insee) if office.insee else None
    served = [own.name] if own else []
    served += [one.name for one in directory.communes_of(gate.db(), office)]
    deputy = directory.one(gate.db(), office.deputy_id) if office.deputy_id else None
    known = office.topics.split()
    return {
        "serves": served or [directory.SCOPES.get(office.scope, "")],
        "topics": [one.label for one in reference.categories().values() if one.code in known],
        "channel": directory.CHANNELS.get(office.channel, "").partition(":")[0].strip(),
        "deputy": deputy.name if deputy else None,
    }


def _dead() -> tuple[str, int]:
    page = flask.render_template("partner/confirm_dead.html", organisation=gate.organisation())
    return page, 410
