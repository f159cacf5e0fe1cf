"""What is typed about a request: what is asked, what was done, what is sure."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from campaigns import rights
from campaigns.models import Right

_MOST = Length(max=rights.asking.MOST_WORDS, message="300 signes au plus.")


class NoteForm(FlaskForm):
    """A request that came by letter, by mail, at a desk or during a call."""

    right = SelectField(
        "Que demande-t-elle ?",
        choices=[
            SelectChoice("", "Choisissez…"),
            SelectChoice(Right.ACCESS.value, "voir ce qui est noté (accès)"),
            SelectChoice(Right.CORRECTION.value, "faire corriger (rectification)"),
            SelectChoice(Right.OBJECTION.value, "ne plus être appelée (opposition)"),
            SelectChoice(Right.ERASURE.value, "faire effacer (effacement)"),
        ],
        validators=[InputRequired("Choisissez ce que la personne demande.")],
    )
    channel = SelectField(
        "Comment est-ce arrivé ?",
        choices=[SelectChoice(one.value, one.label) for one in rights.Channel],
        default=rights.Channel.LETTER.value,
    )
    received_on = DateField(
        "Reçue le",
        validators=[InputRequired("Indiquez le jour où la demande est arrivée.")],
        render_kw={"autocomplete": "off"},
    )
    words = StringField("Précision", validators=[_MOST], render_kw={"autocomplete": "off"})


class ReasonForm(FlaskForm):
    """A sentence: what was done, why more time, why not."""

    reason = TextAreaField(
        "En une phrase",
        validators=[InputRequired("Écrivez une phrase."), _MOST],
        render_kw={"rows": 2, "maxlength": rights.asking.MOST_WORDS},
    )


class ObjectionForm(FlaskForm):
    """To what somebody objects."""

    calls = BooleanField("Ne plus l’appeler, dans aucune campagne")
    mayor = BooleanField("Ne plus transmettre ses coordonnées au maire")


class RecordForm(FlaskForm):
    """The whole record leaves: to the right person."""

    known = BooleanField(
        "C’est bien elle : son identité est vérifiée",
        validators=[InputRequired("Vérifiez d’abord l’identité, puis cochez la case.")],
    )


class EraseForm(FlaskForm):
    """The last word before nothing is left."""

    sure = BooleanField(
        "Son identité est vérifiée : effacer ses données",
        validators=[InputRequired("Cochez la case : un effacement ne se défait pas.")],
    )
    left_register = BooleanField("La mairie l’a retirée de son registre")
    objects = BooleanField("Elle ne veut plus être appelée : aucune liste ne la ramènera")
