"""Who calls somebody, when the coordination decides it rather than the week’s split."""

from datetime import date

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from appel_solidaire import gate
from appel_solidaire.record_pages import reach
from appel_solidaire.typed import Day, put_back
from campaigns import pairing, sheets, team, weeks
from campaigns.models import PairingKind, Person, User
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]
_KINDS = (
    SelectChoice(PairingKind.RESERVED.value, "Toujours cette voix, quand elle est là"),
    SelectChoice(PairingKind.NEVER.value, "Jamais cette voix"),
)


class VoiceForm(FlaskForm):
    """Who calls, or never does, why and until when."""

    kind = RadioField(
        "Que décidez-vous ?",
        choices=_KINDS,
        validators=[InputRequired(message="Choisissez ce que vous décidez.")],
    )
    volunteer = SelectField(
        "Quel volontaire ?", validators=[InputRequired(message="Choisissez un volontaire.")]
    )
    reason = StringField(
        "Pourquoi ?",
        validators=[
            InputRequired(message="Dites pourquoi en quelques mots."),
            Length(max=200, message="200 signes au plus."),
        ],
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )
    last_on = Day("Jusqu’à quel jour ?", validators=[Optional()])


def voices() -> str:
    """Everything decided about who calls whom, in the reader’s reach."""
    found = pairing.of_campaign(
        gate.db(), gate.campaign(), territories=reach.territories(), today=_today()
    )
    return reach.drawn("voices", found=found, most=pairing.MOST)


def voice(person_id: int) -> str:
    """What is decided of who calls somebody, and the form to decide more."""
    someone = reach.found(person_id)
    return _page(someone, _form(formdata=None))


def choose_voice(person_id: int) -> Answer:
    """Reserve somebody for a volunteer, or keep them from one."""
    someone, form = reach.found(person_id), _form()
    if not form.validate():
        return _page(someone, form), 422
    who = team.one(gate.db(), gate.campaign(), int(form.volunteer.data))
    volunteer, kind = gate.found(who), PairingKind(form.kind.data)
    try:
        pairing.decide(
            gate.db(),
            someone,
            volunteer,
            kind=kind,
            reason=form.reason.data or "",
            last_on=form.last_on.data,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal, otherwise="kind")
        return _page(someone, form), 422
    flask.flash(_said(someone, volunteer, kind), "ok")
    return reach.to("voice", person_id=person_id)


def free_voice(person_id: int, pairing_id: int) -> Answer:
    """Take a decision back: the split chooses again."""
    someone = reach.found(person_id)
    decided = gate.found(pairing.one(gate.db(), someone, pairing_id))
    pairing.end(gate.db(), someone, decided, by=gate.me(), at=gate.now())
    flask.flash("C’est levé : la prochaine répartition choisit de nouveau.", "ok")
    return reach.to("voice", person_id=person_id)


def _said(someone: Person, volunteer: User, kind: PairingKind) -> str:
    """What the decision entails; who is kept away leaves the sheets of this week at once."""
    if kind is PairingKind.RESERVED:
        return (
            "C’est noté. Cela vaut dès la prochaine répartition ; les feuilles déjà publiées ne "
            "changent pas."
        )
    moved = sheets.moving.keep_apart(
        gate.db(),
        gate.campaign(),
        volunteer,
        household=someone.household_id,
        by=gate.me(),
        at=gate.now(),
    )
    return f"C’est noté. {moved.say}".strip()


def _form(**how: None) -> VoiceForm:
    form = VoiceForm(prefix="voix", **how)
    people = team.volunteers(gate.db(), gate.campaign(), today=_today())
    form.volunteer.choices = [
        SelectChoice("", "Choisissez…"),
        *(SelectChoice(str(one.user.id), one.user.full_name) for one in people),
    ]
    return form


def _page(someone: Person, form: VoiceForm) -> str:
    reach.note_opening(someone)  # a refusal names them as well
    decided = pairing.of_person(gate.db(), someone, today=_today())
    return reach.drawn("voice", person=someone, decided=decided, form=form)


def _today() -> date:
    return weeks.local_day(gate.now())
