"""Fields of the lead's forms: they speak French when what was typed cannot be read."""

from typing import Any

from wtforms import IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

WHOLE = {"inputmode": "numeric", "autocomplete": "off"}
DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}


class WholeNumber(IntegerField):
    """A number without decimals; empty is no number."""

    data: Any  # an int once validated as needed; wtforms knows no narrower type

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = None
        text = "".join(valuelist).strip()
        if text:
            try:
                self.data = int(text)
            except ValueError as fault:
                raise ValueError("Indiquez un nombre entier, par exemple 12.") from fault


class Ticks(SelectMultipleField):
    """Boxes to tick; a value that is not on the page is ignored."""

    data: Any  # a list of texts; wtforms knows no narrower type

    def pre_validate(self, form: Any) -> None:  # Any: wtforms declares nothing narrower
        """Keep what is known."""
        known = {value for value, *_ in self.iter_choices()}
        self.data = [value for value in self.data or [] if value in known]


def needed(say: str) -> InputRequired:
    """An answer is needed; ``say`` tells which."""
    return InputRequired(message=say)


def at_most(length: int) -> Length:
    """A text of bounded length."""
    return Length(max=length, message=f"{length} caractères au plus.")


def number(label: str, how: dict[str, str] = WHOLE) -> StringField:
    """A number kept as it was typed: the domain reads it, and says what is wrong with it."""
    return StringField(label, validators=[needed("Indiquez un nombre.")], render_kw=how)
