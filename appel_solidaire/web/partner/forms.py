"""Forms of a partner's pages: the spoken code, the one answer."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from campaigns.models import Office
from campaigns.needs import PartnerAnswer


class DoorForm(FlaskForm):
    """The button alone; with a spoken code where the office asks for one."""


class CodeForm(DoorForm):
    """The code the coordination tells by telephone."""

    code = StringField(
        "Code à six chiffres",
        validators=[InputRequired(message="Tapez le code que la coordination vous a dit.")],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 12},
    )


class OneAnswer(RadioField):
    """The four answers; another one is refused in French."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is not one of the four."""
        try:
            super().pre_validate(form)
        except ValidationError as fault:
            raise ValidationError("Choisissez l’une des quatre réponses.") from fault


class Proposed(SelectField):
    """An office of the list, or none; another one is refused in French."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what the list does not hold."""
        try:
            super().pre_validate(form)
        except ValidationError as fault:
            raise ValidationError("Choisissez dans la liste.") from fault


class AnswerForm(FlaskForm):
    """One click, and a few words where they are needed."""

    code = HiddenField()
    answer = OneAnswer(
        "Votre réponse",
        choices=[SelectChoice(item.value, item.label) for item in PartnerAnswer],
        validators=[InputRequired(message="Choisissez l’une des quatre réponses.")],
    )
    proposed = Proposed("Qui est compétent ?", default="", choices=[])
    words = TextAreaField(
        "En quelques mots",
        validators=[Length(max=300, message="300 signes au plus : gardez l’essentiel.")],
        render_kw={"rows": 3, "maxlength": 300},
    )

    def offer(self, offices: Sequence[Office]) -> None:
        """Offer the offices that may be named instead."""
        self.proposed.choices = [
            SelectChoice("", "Je ne sais pas, ou hors de cette liste"),
            *(SelectChoice(str(office.id), office.name) for office in offices),
        ]
        self._offices = {str(office.id): office.id for office in offices}

    def chosen(self) -> PartnerAnswer:
        """The answer chosen."""
        return next(item for item in PartnerAnswer if item.value == self.answer.data)

    def proposed_id(self) -> int | None:
        """The id of the office named instead, if any."""
        return self._offices.get(self.proposed.data or "")
