"""Campaigns: the list, a new one, a copy, the one to work in, its state."""

import flask
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from appel_solidaire import formats, gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed
from campaigns import launch, launching, reference
from campaigns.launching import Whom
from campaigns.models import Campaign, CampaignState
from campaigns.refusal import Refusal
from importers import purposes

_WITHOUT_CAMPAIGN = {
    "lead.launching",
    "lead.campaigns",
    "lead.create_campaign",
    "lead.choose_campaign",
    "lead.move_campaign",
}


class CampaignForm(FlaskForm):
    """A new campaign."""

    name = StringField(
        "Nom de la nouvelle campagne",
        validators=[needed("Donnez un nom à la campagne."), at_most(200)],
        render_kw={"autocomplete": "off"},
    )
    preset = RadioField("Partir de", validate_choice=False, default="")

    def offer(self) -> None:
        """The presets that ship, and the defaults of the house."""
        self.preset.choices = [
            *(SelectChoice(one.slug, one.label) for one in reference.presets().values()),
            SelectChoice("", "Les réglages ordinaires"),
        ]


class MoveForm(FlaskForm):
    """Where a campaign goes; what stays open is followed by somebody."""

    etat = HiddenField()
    follows = BooleanField("La coordination suit ce qui reste ouvert, jusqu’au bout")


class CopyForm(FlaskForm):
    """A campaign like another."""

    name = StringField(
        "Nom de la nouvelle campagne",
        validators=[needed("Donnez un nom à la campagne."), at_most(200)],
        render_kw={"autocomplete": "off"},
    )
    with_volunteers = BooleanField("Reprendre les volontaires : ils seront à inviter de nouveau")
    people = RadioField(
        "Quelles personnes",
        choices=[SelectChoice(one.value, one.label.capitalize()) for one in Whom],
        default=Whom.NOBODY.value,
        validators=[AnyOf([one.value for one in Whom], "Choisissez une réponse.")],
        validate_choice=False,
    )
    reason = StringField(
        "Pourquoi ce registre sert à la nouvelle campagne", validators=[at_most(300)]
    )


@blueprint.before_request
def _needs_a_campaign() -> Response | None:
    """Every other page works in a campaign: without any, the first thing to do is to create it."""
    if flask.request.endpoint in _WITHOUT_CAMPAIGN:
        return None
    try:
        gate.campaign()
    except Forbidden:
        return flask.redirect(flask.url_for("lead.launching"), 303)
    return None


@blueprint.get("/campagnes")
def campaigns() -> str:
    """Every campaign, the newest first, and a new one."""
    return _page(new_form())


@blueprint.post("/campagnes")
def create_campaign() -> Response | tuple[str, int]:
    """Create a campaign in preparation and work in it from now on."""
    form = CampaignForm()
    form.offer()
    if not form.validate():
        return _page(form), 422
    try:
        made = launching.from_preset(
            gate.db(),
            name=form.name.data,
            preset=form.preset.data or "",
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    return _work_in(made, f"La campagne « {made.name} » est créée, en préparation.")


@blueprint.get("/campagnes/<int:campaign_id>/copier")
def copy_campaign(campaign_id: int) -> str:
    """What a copy takes over, asked before it is made."""
    return _copy_page(_one(campaign_id), CopyForm(formdata=None))


@blueprint.post("/campagnes/<int:campaign_id>/copier")
def copy_campaign_post(campaign_id: int) -> Response | tuple[str, int]:
    """Make the copy and work in it from now on."""
    source, form = _one(campaign_id), CopyForm()
    if not form.validate():
        return _copy_page(source, form), 422
    try:
        made, brought = _copied(source, form)
    except Refusal as refusal:
        put_back(form, refusal)
        return _copy_page(source, form), 422
    said = f"La campagne « {made.name} » est prête, avec les réglages de « {source.name} »."
    if form.people.data != Whom.NOBODY.value:
        said += f" {formats.count(brought.enrolled, 'personne reprise', 'personnes reprises')}."
    if brought.kept_by_register:
        kept = formats.count(brought.kept_by_register, "personne reste", "personnes restent")
        said += f" {kept} au registre communal, qui ne sert pas à cet usage."
    return _work_in(made, said)


@blueprint.post("/campagnes/<int:campaign_id>/choisir")
def choose_campaign(campaign_id: int) -> Response:
    """Work in this campaign from now on."""
    flask.session["campaign"] = _one(campaign_id).id
    return flask.redirect(flask.url_for("lead.home"), 303)


@blueprint.get("/campagnes/<int:campaign_id>/etat")
def moving_campaign(campaign_id: int) -> str:
    """What going to a state (``vers``; the next one by default) will do, before it is done."""
    chosen, form = _one(campaign_id), MoveForm(formdata=None)
    ways = launch.ways(chosen)
    next_one = ways[0].value if ways else ""
    form.etat.data = flask.request.args.get("vers", next_one)
    return _moving(chosen, form)


@blueprint.post("/campagnes/<int:campaign_id>/etat")
def move_campaign(campaign_id: int) -> Response | tuple[str, int]:
    """Open, pause or close a campaign."""
    chosen, form = _one(campaign_id), MoveForm()
    state = _state(form)
    launching.explain(gate.db(), chosen, state)  # refused at once when it cannot go there
    try:
        launching.move(
            gate.db(), chosen, state, follows=form.follows.data, by=gate.me(), at=gate.now()
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _moving(chosen, form), 422
    flask.flash(f"La campagne « {chosen.name} » est {state.label}.", "ok")
    place = "lead.launching" if chosen.is_running else "lead.campaigns"
    return flask.redirect(flask.url_for(place), 303)


def new_form() -> CampaignForm:
    """The form of a new campaign, empty."""
    form = CampaignForm(formdata=None)
    form.offer()
    return form


def _copied(source: Campaign, form: CopyForm) -> tuple[Campaign, launching.Brought]:
    session, me, now = gate.db(), gate.me(), gate.now()
    made = launching.copy(
        session,
        source,
        name=form.name.data,
        with_volunteers=form.with_volunteers.data,
        by=me,
        at=now,
    )
    reason = " ".join((form.reason.data or "").split())
    if reason and not made.is_register:
        for register in launching.registers_of(session, source):
            purposes.decide(session, register, made, reason=reason, by=me, at=now)
    whom = Whom(form.people.data)
    return made, launching.bring_people(session, made, source, whom, by=me, at=now)


def _work_in(made: Campaign, said: str) -> Response:
    flask.session["campaign"] = made.id
    flask.flash(said, "ok")
    return flask.redirect(flask.url_for("lead.launching"), 303)


def _one(campaign_id: int) -> Campaign:
    return gate.found(gate.db().get(Campaign, campaign_id))


def _state(form: MoveForm) -> CampaignState:
    wanted = {state.value: state for state in CampaignState}
    return gate.found(wanted.get(form.etat.data or ""))


def _moving(chosen: Campaign, form: MoveForm) -> str:
    return flask.render_template(
        "lead/campaign_moving.html",
        form=form,
        chosen=chosen,
        explained=launching.explain(gate.db(), chosen, _state(form)),
    )


def _copy_page(source: Campaign, form: CopyForm) -> str:
    return flask.render_template(
        "lead/campaign_copy.html",
        form=form,
        source=source,
        registers=[] if source.is_register else launching.registers_of(gate.db(), source),
    )


def _page(form: CampaignForm) -> str:
    found = launch.all_campaigns(gate.db())
    return flask.render_template(
        "lead/campaigns.html" if found else "lead/launching_first.html",
        form=form,
        campaigns=found,
        current=gate.campaign() if found else None,
        presets=reference.presets(),
        ways={one.id: launch.ways(one) for one in found},
    )
