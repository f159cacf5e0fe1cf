"""Forms of the work on a need: calls, questions, notes, meetings, vouchers, joining, opening again.

Field names differ from form to form: they all stand on one page.
"""

from datetime import datetime
from typing import Any

from wtforms import StringField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from appel_solidaire.typed import Day
from appel_solidaire.web.coordinator.forms import PICK, ActForm, Choice, short
from campaigns import weeks
from campaigns.models import MeetingKind
from campaigns.needs.working import Reached

_KINDS = [kind for kind in MeetingKind if kind is not MeetingKind.DESK]
_NO_DAY = "Choisissez un jour."
_NO_HOUR = "Choisissez une heure."


class Hour(TimeField):
    """An hour as browsers send it, which refuses in French what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the hour."""
        try:
            super().process_formdata(valuelist)
        except ValueError as fault:
            raise ValueError("Écrivez une heure comme 14:30.") from fault


def _line(label: str, most: int, *, needed: str = "") -> StringField:
    validators: list[Any] = [Length(max=most, message=f"{most} signes au plus.")]  # of WTForms
    if needed:
        validators.insert(0, InputRequired(message=needed))
    return StringField(label, validators=validators, render_kw={"maxlength": most})


class CallForm(ActForm):
    """A call of the coordination to the person."""

    reached = Choice("L’appel", validators=[InputRequired(message="Dites ce qu’a donné l’appel.")])
    told = short("Ce qui s’est dit", 500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # passed on to WTForms as they are
        super().__init__(*args, **kwargs)
        self.reached.choices = [PICK, *(SelectChoice(one.value, one.label) for one in Reached)]

    def chosen(self) -> Reached:
        """How the call ended."""
        return next(one for one in Reached if one.value == self.reached.data)


class QuestionForm(ActForm):
    """A question to a volunteer."""

    asked = Choice(
        "À quel ou quelle volontaire ?", validators=[InputRequired(message="Choisissez à qui.")]
    )
    question = short("Votre question", 300, needed="Écrivez votre question.")

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Offer volunteers, as (id, name)."""
        self.asked.choices = [PICK, *(SelectChoice(user_id, name) for user_id, name in people)]


class NoteForm(ActForm):
    """A note between professionals."""

    private = short("La note", 500, needed="Écrivez la note.")


class MeetingForm(ActForm):
    """An appointment that is not at a desk."""

    kind = Choice("Quel rendez-vous ?", validators=[InputRequired(message="Choisissez lequel.")])
    day = Day("Jour", validators=[InputRequired(message=_NO_DAY)])
    hour = Hour("Heure", validators=[InputRequired(message=_NO_HOUR)])
    place = _line("Lieu", 200)
    with_whom = _line("Avec qui", 120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # passed on to WTForms as they are
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            PICK,
            *(SelectChoice(one.value, one.label.capitalize()) for one in _KINDS),
        ]

    def chosen(self) -> MeetingKind:
        """The kind chosen."""
        return next(one for one in _KINDS if one.value == self.kind.data)

    def when(self) -> datetime:
        """The instant of the appointment, written in local time."""
        return weeks.at(self.day.data, self.hour.data.hour, self.hour.data.minute)


class PlaceForm(ActForm):
    """A place at a desk that helps with online procedures."""

    slot = Choice("Quel créneau ?", validators=[InputRequired(message="Choisissez un créneau.")])

    def offer(self, slots: list[tuple[str, str]]) -> None:
        """Offer the times with places left, as (id, words)."""
        self.slot.choices = [PICK, *(SelectChoice(slot_id, words) for slot_id, words in slots)]


class VoucherForm(ActForm):
    """A voucher that is asked."""

    amount = _line("Montant en euros", 12, needed="Écrivez un montant, par exemple 50.")
    for_what = _line("Pour quoi", 300)


class GrantForm(ActForm):
    """A voucher that is granted."""

    number = _line("Numéro du bon", 40, needed="Écrivez le numéro du bon.")


class RefuseForm(ActForm):
    """A voucher that is refused."""

    why_not = short("Pourquoi", 300, needed="Dites pourquoi il est refusé, en une phrase.")


class JoinForm(ActForm):
    """Which need of the same person goes on."""

    kept = Choice("Avec lequel ?", validators=[InputRequired(message="Choisissez lequel.")])

    def offer(self, others: list[tuple[str, str]]) -> None:
        """Offer other needs, as (id, words)."""
        self.kept.choices = [PICK, *(SelectChoice(need_id, words) for need_id, words in others)]


class ReviewedForm(ActForm):
    """What the joint meeting decided."""

    decided = short("Ce qui a été décidé", 300, needed="Écrivez ce que la commission a décidé.")


class ReopenForm(ActForm):
    """Why a closed need is opened again."""

    again = short("Pourquoi", 300, needed="Dites pourquoi vous le rouvrez, en une phrase.")
