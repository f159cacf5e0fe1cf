"""What was typed in a form: read in French, kept on the page when a rule says no."""

from collections.abc import Callable

from wtforms import DateField, Form

from campaigns.refusal import Refusal


class Day(DateField):
    """A day as browsers send it, which refuses in French what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; an empty one is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as fault:
            raise ValueError("Écrivez un jour comme 24/11/2026.") from fault


def accepted(form: Form, act: Callable[[], object], *, otherwise: str = "") -> bool:
    """Whether the form is whole and the rule takes it: ``act`` is done, or the page says why not.

    ``otherwise`` is the field that shows a refusal which names none.
    """
    if not form.validate():
        return False
    try:
        act()
    except Refusal as refusal:
        put_back(form, refusal, otherwise=otherwise)
        return False
    return True


def put_back(form: Form, refusal: Refusal, *, otherwise: str = "") -> None:
    """Show a rule's refusal on the field it names, else on ``otherwise`` or above the form."""
    name = refusal.field or otherwise
    if name and name in form:
        form[name].errors = [refusal.say]
    else:
        form.form_errors.append(refusal.say)
