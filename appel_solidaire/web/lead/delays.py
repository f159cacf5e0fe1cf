"""How long a need may wait, and when somebody hears of it again: what the lead decides."""

from dataclasses import asdict

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.typed import accepted
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import number
from campaigns.directory import hours, opening
from campaigns.needs import delays
from campaigns.routes import choosing, learning


class DelaysForm(FlaskForm):
    """The delays, by the names the domain gives them, in the order of the page."""

    vital_minutes = number("Urgence vitale : minutes pour répondre")
    vital_then = number("Puis, minutes avant de prévenir le pilotage")
    urgent_hours = number("Urgent : heures ouvrées pour répondre")
    urgent_then = number("Puis, heures ouvrées avant de prévenir le pilotage")
    priority_days = number("Prioritaire : jours ouvrés")
    normal_days = number("Normal : jours ouvrés")
    still_1 = number("Premier rappel")
    still_2 = number("Deuxième")
    still_3 = number("Troisième")
    still_4 = number("Dernier")
    partner_days = number("Jours entre deux rappels")
    partner_reminders = number("Rappels, avant que le besoin revienne")
    digest_hour = number("Heure du courriel du jour")


class LearningForm(FlaskForm):
    """From when a change of the table is proposed; its own prefix keeps it apart on the page."""

    refusals = number("Réponses « hors compétence » d’un même service")
    days = number("En combien de jours")


@blueprint.get("/regles/besoins")
def need_delays() -> str:
    """The delays in force."""
    return _page()


@blueprint.post("/regles/besoins")
def settle_delays() -> Response | tuple[str, int]:
    """Change them; needs already raised keep the hour they were promised."""
    form = DelaysForm()
    wanted = {name: form[name].data for name in delays.NAMES}
    if not accepted(
        form,
        lambda: delays.settle(gate.db(), gate.campaign(), wanted, by=gate.me(), at=gate.now()),
    ):
        return _page(form=form), 422
    return _settled("Les délais sont enregistrés : le prochain besoin les suit.")


@blueprint.post("/regles/orientation")
def settle_learning() -> Response | tuple[str, int]:
    """Change from how many answers a change of the table is proposed."""
    form = LearningForm(prefix="table-")
    wanted = {"refusals": form.refusals.data, "days": form.days.data}
    if not accepted(
        form,
        lambda: choosing.choose(gate.db(), gate.campaign(), wanted, by=gate.me(), at=gate.now()),
    ):
        return _page(learnt=form), 422
    return _settled("C’est enregistré : la table d’orientation en tient compte.")


def _settled(say: str) -> Response:
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("lead.need_delays"), 303)


def _typed(kept: dict[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in kept.items()}


def _page(*, form: DelaysForm | None = None, learnt: LearningForm | None = None) -> str:
    """The page; a form given is the one to be corrected, the other says what is in force."""
    campaign = gate.campaign()
    held = _typed(asdict(delays.of(campaign)))
    changes = _typed(asdict(learning.settings_of(campaign)))
    return flask.render_template(
        "lead/delays.html",
        form=form or DelaysForm(formdata=None, data=held),
        learnt=learnt or LearningForm(formdata=None, prefix="table-", data=changes),
        usual=delays.Delays(),
        opened=hours.say_hours(opening.week_of(gate.organisation())),
        region=opening.region_of(gate.organisation()),
        campaign=campaign,
    )
