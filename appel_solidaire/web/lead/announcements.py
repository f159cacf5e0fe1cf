"""What the lead says to all volunteers, who read it, and the room where they help one another."""

from datetime import timedelta

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed
from campaigns import coach, weeks
from campaigns.announcing import naming, room, saying
from campaigns.refusal import Refusal

_USUAL = timedelta(days=6)


class AnnouncementForm(FlaskForm):
    """A short word, and until when; ``seen`` is the text whose doubts were shown already."""

    text = TextAreaField(
        "Votre mot",
        validators=[needed("Écrivez le mot à dire aux volontaires."), at_most(saying.LONGEST)],
        render_kw={"rows": 4, "maxlength": saying.LONGEST},
    )
    until = DateField("Affiché jusqu’au", validators=[InputRequired("Choisissez le dernier jour.")])
    seen = HiddenField()


class RoomForm(FlaskForm):
    """The address of the room."""

    url = StringField(
        "Adresse de la salle d’entraide",
        validators=[at_most(room.LONGEST)],
        render_kw={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"},
    )


@blueprint.get("/annonces")
def announcements() -> str:
    """What was said, who read it, and the form to say something."""
    return _page()


@blueprint.post("/annonces")
def announce() -> Response | tuple[str, int]:
    """Say it; once only, the page comes back with the words to read again."""
    form = AnnouncementForm()
    if not form.validate():
        return _page(form), 422
    doubts = _doubts(form.text.data)
    if doubts and form.seen.data != _plain(form.text.data):
        form.seen.data = _plain(form.text.data)
        return _page(form, doubts=doubts), 422
    try:
        saying.say(
            gate.db(),
            gate.campaign(),
            form.text.data,
            until=form.until.data,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    flask.flash("C’est dit : chaque volontaire le lit au-dessus de sa feuille.", "ok")
    return _back()


@blueprint.post("/annonces/<int:announcement_id>/retirer")
def withdraw_announcement(announcement_id: int) -> Response:
    """Take it away from every sheet."""
    found = gate.found(saying.one(gate.db(), gate.campaign(), announcement_id))
    saying.withdraw(gate.db(), found, by=gate.me(), at=gate.now())
    flask.flash("L’annonce est retirée de toutes les feuilles.", "ok")
    return _back()


@blueprint.post("/annonces/salle")
def open_room() -> Response | tuple[str, int]:
    """Show the way to the room, or show it no more."""
    form = RoomForm()
    if not form.validate():
        return _page(room_form=form), 422
    try:
        room.open_at(gate.db(), gate.campaign(), form.url.data or "", by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(room_form=form), 422
    is_open = bool(gate.campaign().help_room_url)
    said = (
        "Les volontaires voient la salle d’entraide." if is_open else "La salle n’est plus montrée."
    )
    flask.flash(said, "ok")
    return _back()


def _doubts(text: str) -> list[tuple[str, str]]:
    """The words that had better not be read by everybody, and what they are."""
    told = [(one.found, one.kind.label.lower()) for one in coach.advise(_plain(text))]
    return [*told, *((name, "le nom de quelqu’un") for name in naming.called(text))]


def _plain(text: str) -> str:
    """A text with the ends of line a hidden field sends back the same."""
    return " ".join(text.split())


def _page(
    form: AnnouncementForm | None = None,
    *,
    doubts: list[tuple[str, str]] | None = None,
    room_form: RoomForm | None = None,
) -> str:
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    today = weeks.local_day(now)
    told = saying.told(session, campaign, at=now)
    return flask.render_template(
        "lead/announcements.html",
        campaign=campaign,
        form=form or AnnouncementForm(formdata=None, data={"until": today + _USUAL}),
        room=room_form or RoomForm(formdata=None, data={"url": campaign.help_room_url}),
        doubts=doubts or [],
        shown=[one for one in told if one.is_shown],
        past=[one for one in told if not one.is_shown],
        reader_count=saying.reader_count(session, campaign),
    )


def _back() -> Response:
    return flask.redirect(flask.url_for("lead.announcements"), 303)
