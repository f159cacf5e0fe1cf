"""From when a silence or a signal is unusual, and the heat alert: what the lead decides."""

from dataclasses import asdict, dataclass

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField
from wtforms.validators import InputRequired

from appel_solidaire import formats, gate
from appel_solidaire.typed import accepted
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import number
from appel_solidaire.web.lead.weeks import tell
from campaigns import alarms, sheets, weeks
from campaigns.needs import signals
from campaigns.refusal import Refusal
from campaigns.sheets import moving, waiting


class SilenceForm(FlaskForm):
    """The thresholds, by the names the domain gives them."""

    tries = number("Appels sans réponse")
    bands = number("À combien de moments de la journée, au moins")
    days = number("Sur combien de jours, au moins")
    answered = number("Est régulière qui a répondu à tant d’appels")
    of_last = number("Sur ses tant derniers")
    heat_tries = number("En alerte chaleur, appels sans réponse le même jour")
    deadline_hours = number("Heures pour retrouver la personne")
    urgent_hours = number("Heures après un bruit de chute ou des propos inquiétants")


class SignalForm(FlaskForm):
    """From how many needs on a card is made; its own prefix keeps it apart on the page."""

    needs = number("Besoins de la même sorte dans une commune")
    days = number("En combien de jours")


class HeatForm(FlaskForm):
    """Until when people are called every day."""

    until = DateField(
        "Jusqu’au (ce jour compris)", validators=[InputRequired("Choisissez un jour.")]
    )


@dataclass(frozen=True, slots=True)
class Filling:
    """Whether the week’s sheets hold everybody who is owed a call.

    ``missing`` people stand on no sheet and no list yet; ``waiting`` found no room.
    """

    week: str
    is_published: bool
    missing: int = 0
    waiting: int = 0


@blueprint.context_processor
def expected() -> dict[str, object]:
    """Who expected a call nobody made. Asked by the waiting list alone."""
    return {"expected_calls": _expected}


def _expected() -> alarms.Expecting:
    today = weeks.local_day(gate.now())
    return alarms.expecting(gate.db(), gate.campaign(), territories=None, today=today, limit=1)


@blueprint.get("/regles/silence")
def silence() -> str:
    """The thresholds in force, and whether an alert is on."""
    return _page()


@blueprint.post("/regles/silence")
def settle_silence() -> Response | tuple[str, int]:
    """Change from when a silence is unusual."""
    form = SilenceForm()
    wanted = {name: form[name].data for name in asdict(alarms.Thresholds())}
    if not accepted(
        form,
        lambda: alarms.settle(gate.db(), gate.campaign(), wanted, by=gate.me(), at=gate.now()),
    ):
        return _page(silence=form), 422
    return _settled("Les seuils sont enregistrés : le prochain appel les suit.")


@blueprint.post("/regles/signaux")
def settle_signals() -> Response | tuple[str, int]:
    """Change from how many needs on a signal is shown."""
    form = SignalForm(prefix="signal-")
    wanted = {"needs": form.needs.data, "days": form.days.data}
    if not accepted(
        form,
        lambda: signals.choose(gate.db(), gate.campaign(), wanted, by=gate.me(), at=gate.now()),
    ):
        return _page(signal=form), 422
    return _settled("Les seuils des signaux sont enregistrés : le prochain compte les suit.")


@blueprint.post("/regles/chaleur")
def heat_on() -> Response | tuple[str, int]:
    """Call everybody each day until a day, or move that day."""
    form = HeatForm()
    if not accepted(
        form,
        lambda: alarms.heat.switch_on(
            gate.db(), gate.campaign(), form.until.data, by=gate.me(), at=gate.now()
        ),
    ):
        return _page(heat=form), 422
    return _settled(
        f"Un appel par jour jusqu’au {formats.day(form.until.data)} compris, trois essais le même "
        "jour. Regardez ci-dessous si les feuilles de la semaine ont tout le monde."
    )


@blueprint.post("/regles/chaleur/completer")
def heat_fill() -> Response | tuple[str, int]:
    """Give the volunteers of the running week whoever the alert makes due."""
    week = weeks.current(gate.now())
    try:
        moved = moving.top_up(gate.db(), gate.campaign(), week, at=gate.now())
    except Refusal as refusal:
        return _page(refused=refusal.say), 422
    tell(week)
    return _settled(moved.say)


@blueprint.post("/regles/chaleur/fin")
def heat_off() -> Response:
    """Back to the ordinary rhythm."""
    if alarms.heat.switch_off(gate.db(), gate.campaign(), by=gate.me(), at=gate.now()):
        flask.flash("L’alerte chaleur est terminée : le rythme de chacun reprend.", "ok")
    return flask.redirect(flask.url_for("lead.silence"), 303)


def _settled(say: str) -> Response:
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("lead.silence"), 303)


def _typed(kept: dict[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in kept.items()}


def _filling() -> Filling:
    session, campaign = gate.db(), gate.campaign()
    week = weeks.current(gate.now())
    plan = sheets.of(session, campaign, week)
    if plan is None or plan.published_at is None:
        return Filling(week, is_published=False)
    return Filling(
        week,
        is_published=True,
        missing=waiting.arrived_since(session, campaign, plan),
        waiting=sum(one.people for one in waiting.by_reason(session, campaign, plan)),
    )


def _page(
    *,
    silence: SilenceForm | None = None,
    signal: SignalForm | None = None,
    heat: HeatForm | None = None,
    refused: str = "",
) -> str:
    """The page; a form given is the one to be corrected, the others say what is in force."""
    campaign = gate.campaign()
    limits = _typed(asdict(alarms.thresholds_of(campaign.thresholds)))
    cards = _typed(asdict(signals.thresholds_of(campaign)))
    in_heat = alarms.heat.is_on(campaign, weeks.local_day(gate.now()))
    return flask.render_template(
        "lead/silence.html",
        form=silence or SilenceForm(formdata=None, data=limits),
        signal=signal or SignalForm(formdata=None, prefix="signal-", data=cards),
        heat=heat or HeatForm(formdata=None, data={"until": campaign.heat_until}),
        campaign=campaign,
        in_heat=in_heat,
        filling=_filling() if in_heat else None,
        refused=refused,
    )
