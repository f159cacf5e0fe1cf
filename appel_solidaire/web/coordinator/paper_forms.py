"""Forms of the pages of sheets off screen."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from appel_solidaire.web.coordinator.forms import Choice

_EVERYBODY = "0"


class IssueForm(FlaskForm):
    """Whose sheet leaves the screen, and how."""

    week = HiddenField()
    kind = Choice(
        "Sous quelle forme\u00a0?",
        choices=[
            SelectChoice("pdf", "Feuille à imprimer (PDF)"),
            SelectChoice("xlsx", "Classeur à remplir (xlsx)"),
        ],
        validators=[InputRequired(message="Choisissez une feuille imprimée ou un classeur.")],
    )
    volunteer = SelectField(
        "Pour qui\u00a0?",
        validate_choice=False,
        validators=[InputRequired(message="Choisissez pour qui.")],
    )

    def offer(self, callers: list[tuple[int, str, int]]) -> None:
        """Offer everybody, then each volunteer who still has somebody to call."""
        self.volunteer.choices = [
            SelectChoice(_EVERYBODY, f"Toutes les feuilles de la semaine ({len(callers)})"),
            *(SelectChoice(str(one), f"{name} ({count})") for one, name, count in callers),
        ]

    def volunteers(self) -> list[int] | None:
        """Ids of those chosen; None: everybody."""
        told = self.volunteer.data or ""
        if told == _EVERYBODY:
            return None
        return [int(told)] if told.isascii() and told.isdigit() and len(told) < 10 else []


class DropForm(FlaskForm):
    """The workbook a volunteer filled in."""

    file = FileField(
        "Classeur rempli",
        validators=[FileRequired("Choisissez le classeur rempli.")],
        render_kw={"accept": ".xlsx,.ods,.xls", "required": True},
    )


class TypingForm(FlaskForm):
    """What is typed once for the whole sheet; its rows are read by name."""

    day = DateField(
        "Jour des appels, quand la feuille ne le dit pas",
        validators=[Optional()],
        render_kw={"class": "form-control"},
    )
