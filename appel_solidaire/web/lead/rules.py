"""The rules of the calls: hours, tries, how they are shared out; what they give, in sentences."""

import re
from typing import Any

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import DECIMAL, WHOLE, Ticks, WholeNumber, needed, number
from campaigns import retry, weeks
from campaigns.calls import rules as contact
from campaigns.calls import settling
from campaigns.calls.settling import Choices
from campaigns.refusal import Refusal

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_BETWEEN = re.compile(r"[–—→-]|\bà\b")
# Fields that hold one number, as the rule reads it.
NUMBERS = (
    "gap_hours",
    "voicemail_hours",
    "busy_minutes",
    "cut_minutes",
    "max_per_day",
    "max_per_cycle",
    "min_days_per_cycle",
    "voicemails_per_cycle",
    "refusals_per_cycle",
    "undecided_days",
)
_COLUMNS = (
    "sweep_percent",
    "pace",
    "own_commune_allowed",
    "training_required",
    "auto_publish",
    "paper_allowed",
    "paper_full_names",
    "asks_contact",
)


class RulesForm(FlaskForm):
    """Every rule a campaign sets, in the order of the page. The domain reads and checks them."""

    seen = HiddenField()
    bands = TextAreaField(
        "Tranches d’appel",
        validators=[needed("Indiquez au moins une tranche d’appel.")],
        render_kw={"rows": 4},
    )
    working_days = Ticks(
        "Jours d’appel",
        choices=[SelectChoice(str(number), day) for number, day in enumerate(DAYS)],
    )
    works_on_holidays = BooleanField("On appelle aussi les jours fériés")
    appointments = StringField(
        "Heures d’un rappel promis", validators=[needed("Indiquez entre quelles heures.")]
    )
    gap_hours = number("Heures entre deux essais", DECIMAL)
    max_per_day = number("Essais par jour, au plus")
    max_per_cycle = number("Essais en tout, au plus")
    min_days_per_cycle = number("Sur combien de jours différents, au moins")
    voicemails_per_cycle = number("Messages sur la messagerie, au plus")
    voicemail_hours = number("Heures d’attente après un message laissé", DECIMAL)
    busy_minutes = number("Minutes d’attente quand la ligne est occupée", DECIMAL)
    cut_minutes = number("Minutes d’attente quand la ligne est coupée", DECIMAL)
    refusals_per_cycle = number("Refus avant de ne plus insister")
    undecided_days = number("Jours avant de redemander à qui hésite")
    rhythm_days = StringField("Jours entre deux appels, pour tout le monde", render_kw=WHOLE)
    sweep_percent = WholeNumber(
        "Part des places gardée aux premiers appels (en %)",
        validators=[
            InputRequired("Indiquez une part entre 0 et 100."),
            NumberRange(0, 100, "Indiquez une part entre 0 et 100."),
        ],
    )
    pace = WholeNumber(
        "Foyers par demi-journée",
        validators=[
            InputRequired("Indiquez un nombre entre 1 et 60."),
            NumberRange(1, 60, "Indiquez un nombre entre 1 et 60."),
        ],
    )
    own_commune_allowed = BooleanField("Un volontaire peut appeler dans sa propre commune")
    training_required = BooleanField("Seuls les volontaires formés reçoivent une feuille")
    auto_publish = BooleanField("Les feuilles se publient d’elles-mêmes le vendredi à midi")
    paper_allowed = BooleanField("Des feuilles peuvent sortir sur papier ou en classeur")
    paper_full_names = BooleanField("Ces feuilles portent les noms en entier")
    asks_contact = BooleanField("Demander qui prévenir si la personne ne répond plus")

    def wanted(self) -> Choices:
        """What was typed, as the domain takes it."""
        rules: dict[str, Any] = {name: self[name].data for name in NUMBERS}
        rules |= {
            "bands": [_ends(line) for line in self.bands.data.splitlines() if line.strip()],
            "appointments": _ends(self.appointments.data),
            "working_days": [int(one) for one in self.working_days.data],
            "works_on_holidays": self.works_on_holidays.data,
            "rhythm_days": (self.rhythm_days.data or "").strip(),
        }
        return Choices(rules=rules, **{name: self[name].data for name in _COLUMNS})


@blueprint.get("/regles")
def rules() -> str:
    """The rules in force."""
    campaign = gate.campaign()
    in_force = settling.values_of(contact.of(campaign, _year()))
    form = RulesForm(formdata=None, obj=campaign, data=_shown(in_force))
    form.seen.data = settling.stamp(campaign)
    return _page(form, contact.describe(contact.of(campaign, _year())))


@blueprint.post("/regles")
def rules_post() -> Response | tuple[str, int]:
    """Change them; refused when somebody else changed them since the page was shown."""
    form = RulesForm()
    said = _said(form)
    if said is None:
        return _page(form, None), 422
    try:
        settling.settle(
            gate.db(),
            gate.campaign(),
            form.wanted(),
            seen=form.seen.data or "",
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form, said), 422
    flask.flash("Les règles sont enregistrées : les prochains appels les suivent.", "ok")
    return flask.redirect(flask.url_for("lead.rules"), 303)


@blueprint.post("/regles/apercu")
@gate.only_reads
def rules_preview() -> str | tuple[str, int]:
    """What the rules being written would give, in sentences; nothing is kept."""
    form = RulesForm()
    said = _said(form)
    if said is None:
        return _page(form, None), 422
    return _page(form, said)


def _said(form: RulesForm) -> list[str] | None:
    """The sentences of what was typed; None, with the errors on their fields, when it is wrong."""
    if not form.validate():
        return None
    try:
        kept = contact.validated(form.wanted().rules)
    except Refusal as refusal:
        put_back(form, refusal)
        return None
    return contact.describe(retry.settings.merged(kept))


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """The rules as they are typed: « 9:30 – 12:00 », « 3 », « 0,5 »."""
    shown: dict[str, Any] = {name: f"{values[name]:g}".replace(".", ",") for name in NUMBERS}
    rhythm = values["rhythm_days"]
    return shown | {
        "bands": "\n".join(_band(band) for band in values["bands"]),
        "appointments": _band(values["appointments"]),
        "working_days": [str(day) for day in values["working_days"]],
        "works_on_holidays": values["works_on_holidays"],
        "rhythm_days": "" if rhythm is None else str(rhythm),
    }


def _band(band: Any) -> str:  # Any: two times, as ``values_of`` gives them
    return " – ".join(f"{hour.hour}:{hour:%M}" for hour in band)


def _ends(text: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text.strip())]


def _year() -> int:
    return weeks.local_day(gate.now()).year


def _page(form: RulesForm, sentences: list[str] | None) -> str:
    return flask.render_template(
        "lead/rules.html", form=form, sentences=sentences, campaign=gate.campaign()
    )
