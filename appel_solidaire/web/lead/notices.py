"""Notices before the calls: who can be told and how, what it says, the file that does it."""

from random import SystemRandom

import flask
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed
from campaigns import weeks
from campaigns.launching import notices as told
from campaigns.launching.notices import Channel, Notice
from campaigns.refusal import Refusal

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXAMPLE = "PRUNE 47"  # nobody's code: what the page shows
# What a file holds: the channel it tells by, and how it is written.
KINDS = {
    "lettres": (Channel.LETTER, "pdf", "Lettres à imprimer (PDF, une par foyer)"),
    "routeur": (Channel.LETTER, "xlsx", "Adresses pour l’imprimeur (classeur)"),
    "courriels": (Channel.MAIL, "xlsx", "Courriels : adresses et texte (classeur)"),
    "sms": (Channel.SMS, "xlsx", "SMS : mobiles et texte (classeur)"),
}


class NoticeForm(FlaskForm):
    """Which file, and what for."""

    kind = RadioField(
        "Quel fichier",
        choices=[SelectChoice(name, label) for name, (_, _, label) in KINDS.items()],
        default="lettres",
        validators=[AnyOf(list(KINDS), "Choisissez un fichier.")],
        validate_choice=False,
    )
    again = BooleanField("Refaire le fichier des personnes déjà prévenues ainsi")
    reason = StringField(
        "À quoi sert ce fichier",
        validators=[needed("Dites à quoi sert ce fichier."), at_most(told.LONGEST_REASON)],
        render_kw={"autocomplete": "off"},
    )


@blueprint.get("/avis")
def notices() -> str:
    """How many people can be told, and how; what the notices say."""
    return _page(NoticeForm(formdata=None))


@blueprint.post("/avis")
@gate.only_reads
def make_notices() -> flask.Response | tuple[str, int]:
    """Note the next people as told and give their file. The transaction ends before it is made;
    nothing of the file is kept."""
    form = NoticeForm()
    if not form.validate():
        return _page(form), 422
    channel, extension, _ = KINDS[form.kind.data]
    try:
        words = told.spoken(gate.db(), gate.campaign())
        if channel is Channel.SMS:
            told.sms(words, _EXAMPLE)  # too long for everybody: refused before anybody is noted
        with gate.instance().database.unit() as session:
            made = told.prepare(
                session,
                gate.campaign(),
                channel,
                again=form.again.data,
                reason=form.reason.data,
                random=SystemRandom(),
                by=gate.me(),
                at=gate.now(),
            )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    return _file(made, channel, extension, words)


def _file(
    made: list[Notice], channel: Channel, extension: str, words: told.Spoken
) -> flask.Response:
    """Named by its day: a file name is read by whoever passes by."""
    on = weeks.local_day(gate.now())
    if extension == "pdf":
        content, kind = told.pdf(made, words, on=on), "application/pdf"
    else:
        content, kind = told.workbook(made, channel, words), _WORKBOOK
    answer = flask.make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="avis-{on}.{extension}"'
    return answer


def _page(form: NoticeForm) -> str:
    session, campaign = gate.db(), gate.campaign()
    shown = None
    message = None
    refused = ""
    try:
        words = told.spoken(session, campaign)
        shown, message = told.mail(words, _EXAMPLE), told.sms(words, _EXAMPLE)
    except Refusal as refusal:
        refused = str(refusal)
    return flask.render_template(
        "lead/notices.html",
        campaign=campaign,
        form=form,
        reach=told.reach(session, campaign),
        channels=list(Channel),
        batch=told.BATCH,
        mail=shown,
        sms=message,
        refused=refused,
    )
