"""What is typed about somebody, read as a list's cells are read."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from appel_solidaire import gate
from campaigns import records, rights, values, weeks
from campaigns.models import Person, Right, StopReason, Title
from campaigns.records import Given, given_of
from importers import register

_NO_SUGGESTION = {"autocomplete": "off"}
_STOPS = (
    StopReason.OBJECTED,
    StopReason.DIED,
    StopReason.IN_CARE_HOME,
    StopReason.OUT_OF_SCOPE,
)


def _of(*pairs: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _text(label: str, most: int, needed: str = "") -> StringField:
    validators = [Length(max=most, message=f"{most} signes au plus.")]
    if needed:
        validators.insert(0, InputRequired(message=needed))
    return StringField(label, validators=validators, render_kw=_NO_SUGGESTION)


class PersonForm(FlaskForm):
    """A person by hand, in the order of the page."""

    title = SelectField("Civilité", choices=_of(("", "non précisée"), ("MME", "Mme"), ("M", "M.")))
    last_name = _text("Nom", 120, needed="Indiquez le nom.")
    first_name = _text("Prénom", 120)
    birth_name = _text("Nom de naissance", 120)
    born = _text("Date de naissance", 20)
    phones = TextAreaField("Numéros de téléphone", render_kw={**_NO_SUGGESTION, "rows": 3})
    email = _text("Courriel", 254)
    address = _text("Adresse", 300)
    postal_code = _text("Code postal", 10)
    town = _text("Commune", 120)
    language = _text("Langue, si ce n’est pas le français", 40)
    manner = _text("Ce qui aide pendant l’appel", 200)
    best_half = SelectField(
        "Meilleur moment",
        choices=_of(("", "peu importe"), ("am", "le matin"), ("pm", "l’après-midi")),
    )
    schemes = _text("Aides", 80)
    notify_person = _text("Personne à prévenir", 200)
    home_help = _text("Service d’aide à domicile", 200)
    key_holder = _text("Qui a les clés", 200)
    guardian = _text("Tuteur, curateur ou mandataire", 200)
    mayor_opt_out = BooleanField("S’oppose à la transmission de ses coordonnées au maire")
    priority = SelectField(
        "Son tour",
        choices=_of(
            ("0", "parmi les premières"), ("5", "comme les autres"), ("9", "après les autres")
        ),
        default="0",
    )
    anyway = BooleanField("C’est bien quelqu’un d’autre : l’ajouter")
    seen = HiddenField()

    birth_date: date | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    insee: str | None = None

    def validate_born(self, field: StringField) -> None:
        """A date day first; an impossible one is told, never shifted."""
        read = values.date_of(field.data or "", today=weeks.local_day(gate.now()))
        if read.value is None and (field.data or "").strip():
            raise ValidationError(f"{read.say.split(' : ')[0].rstrip('.')}. Écrivez 07/03/1941.")
        self.birth_date = read.value

    def validate_phones(self, field: TextAreaField) -> None:
        """One number a line, with a word beside it."""
        found = []
        for line in (field.data or "").splitlines():
            for read in values.phone(line):
                if read.e164 is None:
                    raise ValidationError(f"« {read.written} » : {read.say}")
                found.append((read.e164, read.note))
            if line.strip() and not values.phone(line):
                raise ValidationError(f"« {line.strip()} » : aucun numéro n’est reconnu.")
        self.numbers = tuple(dict(found).items())

    def validate_postal_code(self, field: StringField) -> None:
        """Five figures, or nothing."""
        text = (field.data or "").strip()
        if text and values.postal_code(text) is None:
            raise ValidationError("Un code postal a cinq chiffres, par exemple 80300.")

    def validate_town(self, field: StringField) -> None:
        """The commune is sought inside its postal code, as in a list: never a guess."""
        places = register.places(gate.db())
        code = values.postal_code(self.postal_code.data or "") or ""
        town = values.readable(field.data or "")
        self.insee = places.match(code, town) if town else None
        if town and self.insee is None:
            known = records.communes_of(gate.db(), code)
            if known:
                some = ", ".join(known[:8]) + ("…" if len(known) > 8 else "")
                raise ValidationError(f"Choisissez une commune du code postal {code} : {some}.")
            raise ValidationError("Indiquez aussi le code postal : il désigne la commune.")

    def given(self) -> Given:
        """What was typed, once it is valid."""
        plain = ("last_name", "first_name", "birth_name", "email", "address", "manner",
                 "notify_person", "home_help", "key_holder", "guardian")  # fmt: skip
        texts = {name: values.readable(self[name].data or "") for name in plain}
        return Given(
            **texts,
            title=Title(self.title.data or ""),
            birth_date=self.birth_date,
            phones=self.numbers,
            postal_code=values.postal_code(self.postal_code.data or "") or "",
            town=values.readable(self.town.data or ""),
            insee=self.insee,
            language=values.readable(self.language.data or ""),
            best_half=self.best_half.data or "",
            schemes=" ".join(values.schemes_of(self.schemes.data or "")),
            mayor_opt_out=bool(self.mayor_opt_out.data),
        )


def turn_of(priority: int) -> str:
    """The turn as the page knows it: three of the ten."""
    return "0" if priority < 5 else "9" if priority > 5 else "5"


def filled(person: Person) -> PersonForm:
    """The form as the record stands."""
    given = given_of(person)
    born = f"{given.birth_date:%d/%m/%Y}" if given.birth_date else ""
    lines = [f"{values.national(e164)} {label}".strip() for e164, label in given.phones]
    form = PersonForm(
        formdata=None,
        obj=given,
        data={
            "title": given.title.value,
            "born": born,
            "phones": "\n".join(lines),
            "seen": person.updated_at.isoformat(),
        },
    )
    # ``obj`` wins over ``data``: what is written otherwise than it is kept is set here.
    form.title.data, form.phones.data = given.title.value, "\n".join(lines)
    return form


class StopForm(FlaskForm):
    """Why nobody is to call them any more."""

    reason = SelectField(
        "Pourquoi ?",
        choices=_of(("", "Choisissez…"), *((one.value, one.label) for one in _STOPS)),
        validators=[InputRequired(message="Choisissez une raison.")],
    )

    def chosen(self) -> StopReason:
        """The reason chosen."""
        return StopReason(self.reason.data)


class AskingForm(FlaskForm):
    """What somebody asks about their data, as whoever speaks with them notes it."""

    right = SelectField(
        "Elle demande à",
        choices=[
            SelectChoice("", "Choisissez…"),
            SelectChoice(Right.ACCESS.value, "voir ce qui est noté"),
            SelectChoice(Right.CORRECTION.value, "faire corriger ce qui est noté"),
            SelectChoice(Right.ERASURE.value, "faire effacer ce qui est noté"),
        ],
        validators=[InputRequired("Choisissez ce que la personne demande.")],
    )
    channel = SelectField(
        "Comment l’a-t-elle dit ?",
        choices=[SelectChoice(one.value, one.label) for one in rights.Channel],
    )
    words = _text("Précision", 200)
