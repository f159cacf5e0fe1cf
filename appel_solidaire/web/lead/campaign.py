"""Campaigns: the list, a new one, the one to work in, its state."""

import flask
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import StringField

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed, put_back
from campaigns import launch
from campaigns.models import Campaign, CampaignState
from campaigns.refusal import Refusal

_WITHOUT_CAMPAIGN = {
    "lead.campaigns",
    "lead.create_campaign",
    "lead.choose_campaign",
    "lead.move_campaign",
}
# The button that leads to a state, and what will happen.
MOVES = {
    CampaignState.PILOT: (
        "Commencer par un pilote",
        "Quelques volontaires appellent quelques dizaines de personnes avant tout le monde.",
    ),
    CampaignState.OPEN: (
        "Ouvrir la campagne",
        "Les feuilles publiées partent chaque lundi et chacun peut appeler.",
    ),
    CampaignState.PAUSED: (
        "Mettre en pause",
        "Les courriels du lundi s’arrêtent ; tout est gardé, et vous reprendrez plus tard.",
    ),
    CampaignState.CLOSED: (
        "Terminer la campagne",
        "Plus personne n’appelle. Une campagne terminée ne peut pas être rouverte.",
    ),
}


class CampaignForm(FlaskForm):
    """A new campaign."""

    name = StringField(
        "Nom de la nouvelle campagne",
        validators=[needed("Donnez un nom à la campagne."), at_most(200)],
        render_kw={"autocomplete": "off"},
    )


@blueprint.before_request
def _needs_a_campaign() -> Response | None:
    """Every other page works in a campaign: without any, the first thing to do is to create it."""
    if flask.request.endpoint in _WITHOUT_CAMPAIGN:
        return None
    try:
        gate.campaign()
    except Forbidden:
        return flask.redirect(flask.url_for("lead.campaigns"), 303)
    return None


@blueprint.get("/campagnes")
def campaigns() -> str:
    """Every campaign, the newest first, and a new one."""
    return _page(CampaignForm(formdata=None))


@blueprint.post("/campagnes")
def create_campaign() -> Response | tuple[str, int]:
    """Create a campaign in preparation and work in it from now on."""
    form = CampaignForm()
    if not form.validate():
        return _page(form), 422
    try:
        made = launch.create_campaign(gate.db(), name=form.name.data, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    flask.session["campaign"] = made.id
    flask.flash(f"La campagne « {made.name} » est créée, en préparation.", "ok")
    return flask.redirect(flask.url_for("lead.home"), 303)


@blueprint.post("/campagnes/<int:campaign_id>/choisir")
def choose_campaign(campaign_id: int) -> Response:
    """Work in this campaign from now on."""
    flask.session["campaign"] = _one(campaign_id).id
    return flask.redirect(flask.url_for("lead.home"), 303)


@blueprint.post("/campagnes/<int:campaign_id>/etat")
def move_campaign(campaign_id: int) -> Response:
    """Open, pause or close a campaign."""
    chosen = _one(campaign_id)
    wanted = {state.value: state for state in CampaignState}
    state = gate.found(wanted.get(flask.request.form.get("etat", "")))
    launch.move(gate.db(), chosen, state, by=gate.me(), at=gate.now())
    flask.flash(f"La campagne « {chosen.name} » est {state.label}.", "ok")
    return flask.redirect(flask.url_for("lead.campaigns"), 303)


def _one(campaign_id: int) -> Campaign:
    return gate.found(gate.db().get(Campaign, campaign_id))


def _page(form: CampaignForm) -> str:
    found = launch.all_campaigns(gate.db())
    return flask.render_template(
        "lead/campaigns.html",
        form=form,
        campaigns=found,
        current=gate.campaign() if found else None,
        moves={
            one.id: [(state, *MOVES[state]) for state in MOVES if state in launch.MOVES[one.state]]
            for one in found
        },
    )
