"""The launch: what is missing, in order, each step done in place or one click away."""

from datetime import datetime, timedelta

import flask
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from appel_solidaire import formats, gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.campaign import new_form
from appel_solidaire.web.lead.fields import Ticks
from appel_solidaire.web.lead.settings import SettingsForm, in_force, is_settled
from campaigns import launch, overview, reference, team, weeks
from campaigns import launching as launches
from campaigns.launching import Step, StepState
from campaigns.models import Campaign, CampaignState
from campaigns.refusal import Refusal

# Where a step is done when it is not done in place.
PLACES = {
    Step.PLACES: ("lead.territories", "Voir les territoires"),
    Step.ROUTES: ("lead.route_gaps", "Voir ce qui manque"),
    Step.LIST: ("lead.lists", "Importer une liste"),
    Step.TEAM: ("lead.team", "Ajouter ou importer l’équipe"),
    Step.GUIDE: ("lead.guide", "Relire le guide"),
    Step.REHEARSAL: ("lead.team", "Voir qui a répété"),
    Step.NOTICES: ("lead.notices", "Préparer les avis"),
}
# What somebody says by ticking.
SAID = {
    Step.ROUTES: "Cela nous convient",
    Step.GUIDE: "Le guide est relu",
    Step.MAILS: "Je l’ai reçu",
    Step.TRAINING: "L’équipe est formée autrement",
    Step.REHEARSAL: "La répétition est faite",
    Step.NOTICES: "Les personnes sont prévenues autrement",
}


class PilotForm(FlaskForm):
    """Who calls in the pilot."""

    volunteers = Ticks("Les volontaires du pilote")

    def offer(self) -> None:
        """The campaign's volunteers, by name."""
        found = team.volunteers(gate.db(), gate.campaign(), today=weeks.local_day(gate.now()))
        self.volunteers.choices = [
            SelectChoice(str(one.user.id), one.user.full_name)
            for one in found
            if one.user.suspended_at is None
        ]


@blueprint.get("/mise-en-route")
def launching() -> str:
    """The steps of the campaign's launch; without any campaign, its creation."""
    try:
        gate.campaign()
    except Forbidden:
        return flask.render_template(
            "lead/launching_first.html", form=new_form(), presets=reference.presets()
        )
    return _page()


@blueprint.post("/mise-en-route/etape")
def tick_step() -> Response:
    """Say that a step is done, or take it back."""
    steps = {one.value: one for one in Step}
    step = gate.found(steps.get(flask.request.form.get("etape", "")))
    verb = launches.untick if flask.request.form.get("fait") == "non" else launches.tick
    verb(gate.db(), gate.campaign(), step, by=gate.me(), at=gate.now())
    return _back()


@blueprint.post("/mise-en-route/organisation")
def launching_organisation() -> Response | tuple[str, int]:
    """Name the organisation and its numbers."""
    form = SettingsForm()
    if not is_settled(form):
        return _page(settings=form), 422
    flask.flash("C’est noté.", "ok")
    return _back()


@blueprint.post("/mise-en-route/courriel")
def try_mails() -> Response:
    """Send oneself a mail, the way all mails go."""
    sent = launches.try_mails(gate.db(), by=gate.me(), at=gate.now())
    flask.flash(
        "Le courriel part dans la minute, à votre adresse. Cochez quand il est arrivé."
        if sent
        else "Un courriel d’essai vient de partir : attendez une minute.",
        "ok",
    )
    return _back()


@blueprint.post("/mise-en-route/formation")
def require_training() -> Response:
    """Say whether the training comes before the first sheet."""
    launches.require_training(
        gate.db(),
        gate.campaign(),
        is_required=flask.request.form.get("exigee") == "oui",
        by=gate.me(),
        at=gate.now(),
    )
    return _back()


@blueprint.post("/mise-en-route/pilote")
def start_pilot() -> Response | tuple[str, int]:
    """Choose who calls in the pilot, and begin it."""
    session, campaign = gate.db(), gate.campaign()
    form = PilotForm()
    form.offer()
    try:
        if form.validate():
            chosen = [int(one) for one in form.volunteers.data or []]
            launch.pilot.choose(session, campaign, chosen, by=gate.me(), at=gate.now())
            if campaign.state is CampaignState.DRAFT:
                launches.move(session, campaign, CampaignState.PILOT, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
    if form.errors:
        return _page(pilot=form), 422
    flask.flash("Le pilote est prêt : invitez ses volontaires.", "ok")
    return _back()


@blueprint.post("/mise-en-route/invitations")
def invite_first() -> Response:
    """Invite the volunteers who may be: those of the pilot while it lasts, then everybody."""
    waiting = overview.not_yet_invited(gate.db(), gate.campaign())
    count = team.invite_all(gate.db(), waiting, by=gate.me(), at=gate.now())
    said = f"{formats.count(count, 'invitation')} : les courriels partent dans la minute."
    flask.flash(said if count else "Tout le monde a déjà reçu un lien.", "ok")
    return _back()


def _page(*, settings: SettingsForm | None = None, pilot: PilotForm | None = None) -> str:
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    items = launches.checklist.read(session, campaign)
    begun = next((one.step for one in items if one.state is StepState.TO_DO), None)
    return flask.render_template(
        "lead/launching.html",
        campaign=campaign,
        items=items,
        current=Step.ORGANISATION if settings else Step.PILOT if pilot else begun,
        done=sum(one.state is StepState.DONE for one in items),
        form=settings or in_force(),
        pilot=pilot or _pilot_form(campaign),
        limits=launch.pilot.of(campaign),
        places=PLACES,
        said=SAID,
        week=overview.decide(session, campaign, at=now)[1],
        took=_took(campaign, now),
        is_over=campaign.opened_at is not None,
    )


def _took(campaign: Campaign, now: datetime) -> str | None:
    """How long the launch has taken, or took; nothing is said of less than a minute."""
    gap = (campaign.opened_at or now) - campaign.created_at
    return formats.span(gap) if gap >= timedelta(minutes=1) else None


def _pilot_form(campaign: Campaign) -> PilotForm:
    form = PilotForm(formdata=None)
    form.offer()
    form.volunteers.data = [str(one) for one in launch.pilot.of(campaign).volunteers]
    return form


def _back() -> Response:
    return flask.redirect(flask.url_for("lead.launching"), 303)
