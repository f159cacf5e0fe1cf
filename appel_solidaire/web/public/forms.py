"""Forms of the public pages."""

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length


def _needed(say: str) -> InputRequired:
    return InputRequired(message=say)


class SignInForm(FlaskForm):
    """Address, password and the code of the moment."""

    email = EmailField(
        "Adresse électronique",
        validators=[_needed("Indiquez votre adresse électronique."), Length(max=254)],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        "Mot de passe",
        validators=[_needed("Indiquez votre mot de passe."), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        "Code à 6 chiffres de votre application",
        validators=[_needed("Indiquez le code à 6 chiffres."), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class LinkForm(FlaskForm):
    """Ask for a new link by mail."""

    email = EmailField(
        "Votre adresse électronique",
        validators=[_needed("Indiquez votre adresse électronique."), Length(max=254)],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )


class EnrolForm(FlaskForm):
    """First sign-in of staff."""

    password = PasswordField(
        "Choisissez un mot de passe",
        validators=[_needed("Choisissez un mot de passe."), Length(max=1000)],
        render_kw={"autocomplete": "new-password"},
    )
    code = StringField(
        "Code à 6 chiffres affiché par l’application",
        validators=[_needed("Indiquez le code à 6 chiffres."), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
