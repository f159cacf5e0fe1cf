"""What the lead types about the routing table: a row of the draft, the words of a publication."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from appel_solidaire.web.lead import routes_words
from appel_solidaire.web.lead.fields import WholeNumber, at_most, needed
from campaigns import routing
from campaigns.reference import Mode, Route
from campaigns.routing import Rule


class RouteForm(FlaskForm):
    """A row of the table. ``row`` is its number, empty for a new one; ``seen`` its print."""

    row = HiddenField()
    seen = HiddenField()
    destination = StringField(
        "Destinataire",
        validators=[needed("Indiquez le code d’un destinataire."), at_most(40)],
        render_kw={"list": "destinataires", "autocomplete": "off", "autocapitalize": "characters"},
    )
    mode = SelectField(
        "Comment",
        choices=[
            SelectChoice(Mode.MAIL.value, "Par courriel, avec un lien"),
            SelectChoice(Mode.PHONE.value, "Par téléphone : le numéro est montré"),
        ],
        validators=[needed("Choisissez le courriel ou le téléphone.")],
        validate_choice=False,
    )
    condition = SelectField(
        "Quand",
        choices=[SelectChoice(*one) for one in routing.CONDITION_WORDS.items()],
        validators=[needed("Choisissez quand cette ligne sert.")],
        validate_choice=False,
    )
    rank = WholeNumber(
        "Rang",
        validators=[
            needed("Indiquez un rang entre 1 et 9."),
            NumberRange(1, 9, "Indiquez un rang entre 1 et 9."),
        ],
        render_kw={"inputmode": "numeric"},
    )
    audience = SelectField("Pour qui", validate_choice=False)
    territory_code = SelectField("Dans un territoire seulement", validate_choice=False)
    insee = StringField(
        "Dans une commune seulement",
        validators=[at_most(5)],
        render_kw={"autocomplete": "off", "list": "communes"},
    )

    def offer(self, words: routes_words.Words) -> None:
        """Fill the lists."""
        self.audience.choices = [SelectChoice(*one) for one in routes_words.audience_choices()]
        self.territory_code.choices = [
            SelectChoice("", "Partout"),
            *(SelectChoice(code, name) for code, name in words.territories.items()),
        ]

    def rule(self, category: str) -> Rule:
        """What was typed, as the domain takes it."""
        mode = Mode.PHONE if self.mode.data == Mode.PHONE.value else Mode.MAIL
        route = Route(
            category=category,
            rank=self.rank.data,
            destination=self.destination.data.strip().upper(),
            condition=self.condition.data or routing.ALWAYS,
            mode=mode,
        )
        return Rule(
            route,
            territory_code=self.territory_code.data or "",
            insee=(self.insee.data or "").strip().upper(),
            audience=self.audience.data or "",
        )


class PublishForm(FlaskForm):
    """A few words for whoever reads the history; ``seen`` is the print of the draft tried."""

    seen = HiddenField()
    note = StringField("Pourquoi ce changement", validators=[at_most(300)])
