"""Forms of a need's page. Each carries the version the page showed; views give the choices."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from campaigns.models import NeedState, Result

PICK = SelectChoice("", "Choisissez…")


class Choice(SelectField):
    """A list to choose from, which refuses in French what is not in it."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what the list does not hold."""
        try:
            super().pre_validate(form)
        except ValidationError as fault:
            raise ValidationError("Choisissez dans la liste.") from fault


def short(label: str, most: int, *, needed: str = "") -> TextAreaField:
    """A text of a few lines, with its cap in French."""
    validators = [Length(max=most, message=f"{most} signes au plus : gardez l’essentiel.")]
    if needed:
        validators.insert(0, InputRequired(message=needed))
    return TextAreaField(label, validators=validators, render_kw={"rows": 2, "maxlength": most})


class ActForm(FlaskForm):
    """What every act carries."""

    version = HiddenField()

    def shown_version(self) -> int:
        """The version the page showed; -1, which never is one, when the field was lost."""
        told = self.version.data or ""
        return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else -1


class MoveForm(ActForm):
    """How far a need has come."""

    state = Choice("Où en est-on ?", validators=[InputRequired(message="Choisissez une étape.")])
    say = short("Ce qui s’est passé", 300)

    def offer(self, states: list[NeedState]) -> None:
        """Offer the steps that follow."""
        self.state.choices = [
            PICK,
            *(SelectChoice(state.value, state.label.capitalize()) for state in states),
        ]

    def chosen(self) -> NeedState:
        """The step chosen."""
        return next(state for state in NeedState if state.value == self.state.data)


class ReferForm(ActForm):
    """Where else a need is sent."""

    destination = Choice("À qui ?", validators=[InputRequired(message="Choisissez à qui.")])
    reason = short("Pourquoi", 300, needed="Dites pourquoi vous l’envoyez ailleurs, en une phrase.")

    def offer(self, groups: dict[str, list[tuple[str, str]]]) -> None:
        """Offer destinations, grouped."""
        self.destination.choices = [
            PICK,
            *(
                SelectChoice(code, name, optgroup=group)
                for group, offices in groups.items()
                for code, name in offices
            ),
        ]


class HandOverForm(ActForm):
    """Which colleague goes on with it."""

    to = Choice(
        "À quel ou quelle collègue ?", validators=[InputRequired(message="Choisissez qui.")]
    )

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Offer colleagues, as (id, name)."""
        self.to.choices = [PICK, *(SelectChoice(user_id, name) for user_id, name in people)]


class CloseForm(ActForm):
    """How a need ends."""

    result = Choice("Résultat", validators=[InputRequired(message="Choisissez un résultat.")])
    note = short(
        "Ce qui a été fait",
        500,
        needed="Écrivez en une phrase ce qui a été fait : la personne qui a appelé le lira.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # passed on to WTForms as they are
        super().__init__(*args, **kwargs)
        self.result.choices = [
            PICK,
            *(SelectChoice(item.value, item.label.capitalize()) for item in Result),
        ]

    def chosen(self) -> Result:
        """The result chosen."""
        return next(result for result in Result if result.value == self.result.data)
