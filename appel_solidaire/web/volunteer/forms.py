"""The call page as a form. Each first answer has its own list of situations, so that answers that
contradict each other cannot be given."""

from functools import cache
from typing import Any

import flask
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.i18n import DummyTranslations
from wtforms.validators import Length, Optional
from wtforms.widgets import Select, html_params

from campaigns import reference, retry
from campaigns.models import Agreement, Wish
from campaigns.retry import Mood, Rules, Spoke

LANGUAGES = (
    "",
    "portugais",
    "polonais",
    "arabe",
    "turc",
    "anglais",
    "espagnol",
    "italien",
    "roumain",
)
# The situations of each first answer: their codes, and what they entail in words.
Offer = tuple[tuple[Spoke, tuple[tuple[str, str], ...]], ...]
# What a form was given: the request’s fields, or those of a draft.
Given = MultiDict[str, str]
_STALE = "Cette page est trop ancienne : copiez votre texte, puis rechargez-la."
_WORDS = {
    "Not a valid choice.": "Choisissez une des réponses de la page.",
    "Not a valid date value.": "Ce jour n’existe pas : choisissez-en un autre.",
    "Not a valid time value.": "Écrivez l’heure ainsi : 14:30.",
}
_TOO_LONG = "Raccourcissez : 500 caractères au plus."


class _InFrench(DummyTranslations):
    """The words of WTForms: an answer an older page offered, a day that does not exist."""

    def gettext(self, string: str) -> str:
        """One of its sentences, for a volunteer."""
        return _WORDS.get(string, _STALE)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """One of its sentences that count something."""
        return self.gettext(plural)


class _Known(Select):
    """A long list that is the same for everybody: its options are written once for each choice."""

    def __init__(self) -> None:
        super().__init__()
        self._inside: dict[str, Markup] = {}

    def __call__(self, field: SelectField, **attributes: Any) -> Markup:
        """The list, as ``Select`` writes it; a choice that is not in it chooses nothing."""
        chosen = next((one.value for one in field.choices if one.value == field.data), "")
        if chosen not in self._inside:
            whole: Markup = super().__call__(field)
            self._inside[chosen] = whole.partition(">")[2]
        attributes.setdefault("id", field.id)
        start = Markup("<select {}>").format(html_params(name=field.name, **attributes))
        return start + self._inside[chosen]


def _situations(spoke: Spoke) -> list[SelectChoice]:
    """What makes a first answer precise; ``offer`` says what each entails."""
    return [SelectChoice(one.code, one.label) for one in retry.choices(spoke)]


def offered(rules: Rules) -> Offer:
    """What each situation entails, in words made from the rules."""
    return tuple(
        (spoke, tuple((one.code, retry.label(one, rules)) for one in retry.choices(spoke)))
        for spoke in Spoke
    )


@cache
def _categories() -> list[SelectChoice]:
    """The needs, by family."""
    known = reference.categories().values()
    return [
        SelectChoice("", "Choisir…"),
        *(SelectChoice(item.code, item.label, optgroup=item.family) for item in known),
    ]


class Answer(RadioField):
    """A question that may stay unanswered: the domain says when an answer is missing."""

    data: str | None

    def pre_validate(self, form: Any) -> None:
        if self.data in (None, "", "None"):
            self.data = None
            return
        super().pre_validate(form)


class CallForm(FlaskForm):
    """The report of one call."""

    class Meta(FlaskForm.Meta):  # the request was checked already, for all its forms (CSRFProtect)
        csrf = False

        def get_translations(self, form: Any) -> _InFrench:
            """What WTForms says by itself of what no page of today can send."""
            return _InFrench()

    key = HiddenField(validators=[Length(min=16, max=64)])
    person_id = IntegerField()
    phone_id = IntegerField(validators=[Optional()])
    need_count = IntegerField(default=0)
    spoke = Answer(
        "Avez-vous pu lui parler ?",
        choices=[SelectChoice(item.value, item.label) for item in Spoke],
    )
    situation_oui = Answer("Précisez si besoin", choices=_situations(Spoke.YES))
    situation_sonne = Answer("Que s’est-il passé ?", choices=_situations(Spoke.NO_ANSWER))
    situation_plus_tard = Answer("Pourquoi plus tard ?", choices=_situations(Spoke.LATER))
    situation_mauvais_numero = Answer(
        "Qu’avez-vous entendu ?", choices=_situations(Spoke.WRONG_NUMBER)
    )
    situation_autre = Answer("Quelle situation ?", choices=_situations(Spoke.OTHER))
    message_left = Answer(
        "Avez-vous laissé un message ?",
        choices=[SelectChoice("oui", "Oui, un message"), SelectChoice("non", "Non")],
    )
    mood = Answer(
        "Comment va-t-elle ?", choices=[SelectChoice(item.value, item.label) for item in Mood]
    )
    short = BooleanField("La conversation a été écourtée : à rappeler")
    asked_day = DateField(
        "Quel jour ?", validators=[Optional()], render_kw={"class": "form-control"}
    )
    asked_time = TimeField("À quelle heure ?", validators=[Optional()])
    wish = Answer(
        "Souhaite-t-elle être rappelée ?",
        choices=[SelectChoice(item.value, item.label) for item in Wish],
    )
    informed = BooleanField("J’ai dit qui appelle, que c’est libre, et ce qui est noté")
    language = SelectField(
        "Quelle langue parle-t-elle ?",
        choices=[SelectChoice(word, word or "Choisir…") for word in LANGUAGES],
        validate_choice=False,
        widget=_Known(),
    )
    note = TextAreaField(
        "Ce qu’il est utile de savoir la prochaine fois", [Length(max=500, message=_TOO_LONG)]
    )
    heavy = BooleanField("Appel difficile : j’aimerais qu’on m’appelle")
    rang_back = BooleanField("Cette personne m’a rappelé·e")

    def offer(self, rules: Rules) -> None:
        """Say with each situation what it entails, in words made from the rules."""
        self.show(offered(rules))

    def show(self, offer: Offer) -> None:
        """Take the situations as ``offered`` gives them."""
        for spoke, situations in offer:
            field = self.situation_for(spoke)
            if field is not None:
                field.choices = [SelectChoice(code, words) for code, words in situations]

    def situation_for(self, spoke: Spoke) -> Answer | None:
        """The list of situations that belongs to a first answer."""
        field: Answer | None = self._fields.get(f"situation_{spoke.value}")
        return field


class NeedForm(Form):
    """One need, inside the report."""

    Meta = CallForm.Meta

    category = SelectField("De quoi s’agit-il ?", validate_choice=False, widget=_Known())
    text = TextAreaField("Ce qu’il faut savoir pour l’aider", [Length(max=500, message=_TOO_LONG)])
    agreement = Answer(
        "Est-elle d’accord pour que ce soit transmis ?",
        choices=[
            SelectChoice(Agreement.YES.value, "Oui"),
            SelectChoice(Agreement.NO.value, "Non"),
            SelectChoice(Agreement.VITAL.value, "Urgence vitale, sans attendre"),
        ],
    )
    ring_back = StringField("Quand peut-on la rappeler ?", [Length(max=120)])
    seen = HiddenField()

    def __init__(self, number: int, given: Given | None = None, **more: Any) -> None:
        self.number = number
        self.given = flask.request.form if given is None else given
        super().__init__(self.given or None, prefix=f"besoin-{number}-", **more)
        self.category.choices = _categories()

    def is_removed(self) -> bool:
        """The volunteer took it back."""
        return f"besoin-{self.number}-retirer" in self.given

    def question_name(self, question_id: str) -> str:
        """Field name of one yes/no question."""
        return f"besoin-{self.number}-q-{question_id}"

    def condition_name(self, condition: str) -> str:
        """Field name of one condition of the routes."""
        return f"besoin-{self.number}-f-{condition}"
