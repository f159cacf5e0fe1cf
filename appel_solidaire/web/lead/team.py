"""The team: volunteers with their half-days, staff with their territories, invitations."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, NumberRange, Optional

from appel_solidaire import formats, gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint, team_views
from appel_solidaire.web.lead.fields import Ticks, WholeNumber, at_most, needed
from campaigns import directory, overview, sheets, training, weeks
from campaigns import team as members
from campaigns.models import Role, User
from campaigns.refusal import Refusal

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
HALVES = {"am": "matin", "pm": "après-midi"}
HALF_DAYS = {f"{number}-{half}": (number, half) for number, _ in enumerate(DAYS) for half in HALVES}
ROLES = (Role.COORDINATOR, Role.COORDINATION, Role.LEAD, Role.DPO)


class VolunteerForm(FlaskForm):
    """A volunteer as the lead notes them."""

    first_name = StringField("Prénom", validators=[needed("Indiquez le prénom."), at_most(80)])
    last_name = StringField("Nom", validators=[at_most(80)])
    email = EmailField(
        "Adresse électronique",
        validators=[needed("Indiquez l’adresse électronique."), at_most(254)],
    )
    languages = StringField("Langues parlées, en plus du français", validators=[at_most(120)])
    half_days = Ticks(
        "Demi-journées de chaque semaine",
        choices=[
            SelectChoice(name, f"{DAYS[day]} {HALVES[half]}")
            for name, (day, half) in HALF_DAYS.items()
        ],
    )
    pace = WholeNumber(
        "Foyers par demi-journée",
        validators=[Optional(), NumberRange(1, 60, "Indiquez un nombre entre 1 et 60.")],
    )
    territory = SelectField("Territoire habituel", validate_choice=False)

    def offer(self) -> None:
        """Fill the list of territories."""
        self.territory.choices = [SelectChoice("", "Aucun"), *_choices()]

    def profile(self) -> members.Profile:
        """What was typed, as the domain takes it."""
        chosen = self.territory.data or ""
        return members.Profile(
            first_name=self.first_name.data,
            last_name=self.last_name.data or "",
            languages=self.languages.data or "",
            half_days=tuple(HALF_DAYS[name] for name in self.half_days.data),
            pace=self.pace.data,
            territory_id=int(chosen) if chosen in dict(territories()) else None,
        )


class StaffForm(FlaskForm):
    """Somebody of the coordination, the lead or the DPO."""

    first_name = StringField("Prénom", validators=[needed("Indiquez le prénom."), at_most(80)])
    last_name = StringField("Nom", validators=[at_most(80)])
    email = EmailField(
        "Adresse électronique",
        validators=[needed("Indiquez l’adresse électronique."), at_most(254)],
    )
    role = SelectField(
        "Rôle",
        choices=[SelectChoice(role.value, role.label.capitalize()) for role in ROLES],
        validate_choice=False,
        validators=[AnyOf([role.value for role in ROLES], "Choisissez un rôle de la liste.")],
    )
    territories = Ticks("Territoires suivis (pour la coordination d’un territoire)")
    reads_sensitive = BooleanField("Lit les besoins sensibles de ces territoires")

    def offer(self) -> None:
        """Fill the list of territories."""
        self.territories.choices = _choices()


@blueprint.get("/equipe")
def team() -> str:
    """Everybody, and the two forms that add somebody."""
    return _page()


@blueprint.post("/equipe/volontaires")
def add_volunteer() -> Response | tuple[str, int]:
    """Add a volunteer to the campaign."""
    form = VolunteerForm(prefix="volontaire-")
    form.offer()
    if not form.validate():
        return _page(volunteer_form=form), 422
    try:
        made = members.add_volunteer(
            gate.db(),
            gate.campaign(),
            form.profile(),
            email=form.email.data,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(volunteer_form=form), 422
    plan = sheets.of(gate.db(), gate.campaign(), weeks.current(gate.now()))
    if form.half_days.data and plan is not None and plan.published_at is not None:
        flask.flash(
            "Cette personne fait partie des volontaires. Elle peut avoir une feuille dès cette "
            "semaine.",
            "ok",
        )
        return flask.redirect(flask.url_for("lead.member", user_id=made.id), 303)
    flask.flash("Cette personne fait partie des volontaires. Il reste à l’inviter.", "ok")
    return flask.redirect(flask.url_for("lead.team"), 303)


@blueprint.post("/equipe/membres")
def add_staff() -> Response | tuple[str, int]:
    """Add somebody to the staff and send the link of their first sign-in."""
    form = StaffForm(prefix="membre-")
    form.offer()
    if not form.validate():
        return _page(staff_form=form), 422
    try:
        made = _enlist(form)
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(staff_form=form), 422
    if made.password_hash is None:
        members.invite_all(gate.db(), [made], by=gate.me(), at=gate.now())
    flask.flash("Cette personne fait partie de l’équipe.", "ok")
    return flask.redirect(flask.url_for("lead.team"), 303)


def _enlist(form: StaffForm) -> User:
    role = {one.value: one for one in ROLES}[form.role.data]
    ticked = form.territories.data if role is Role.COORDINATOR else []
    return members.enlist(
        gate.db(),
        gate.campaign(),
        email=form.email.data,
        first_name=form.first_name.data,
        last_name=form.last_name.data or "",
        role=role,
        territories=[one for one in directory.territories(gate.db()) if str(one.id) in ticked],
        reads_sensitive=form.reads_sensitive.data,
        by=gate.me(),
        at=gate.now(),
    )


@blueprint.post("/equipe/invitations")
def invite_all() -> Response:
    """Invite every volunteer who was never sent a link."""
    waiting = overview.not_yet_invited(gate.db(), gate.campaign())
    count = members.invite_all(gate.db(), waiting, by=gate.me(), at=gate.now())
    flask.flash(
        f"{formats.count(count, 'invitation')} : les courriels partent dans la minute."
        if count
        else "Tout le monde a déjà reçu un lien.",
        "ok",
    )
    return flask.redirect(flask.url_for("lead.team"), 303)


def _page(
    *, volunteer_form: VolunteerForm | None = None, staff_form: StaffForm | None = None
) -> str:
    session, campaign = gate.db(), gate.campaign()
    volunteer_form = volunteer_form or VolunteerForm(formdata=None, prefix="volontaire-")
    staff_form = staff_form or StaffForm(formdata=None, prefix="membre-")
    volunteer_form.offer()
    staff_form.offer()
    volunteers = members.volunteers(session, campaign, today=weeks.local_day(gate.now()))
    staff = members.staff(session)
    ids = [one.user.id for one in volunteers] + [one.id for one in staff]
    states, part = overview.member_states(session, ids), flask.request.args.get("voir", "")
    return flask.render_template(
        "lead/team.html",
        campaign=campaign,
        volunteers=volunteers,
        views=team_views.views(volunteers, states),
        part=part,
        chosen=team_views.chosen(volunteers, states, part),
        standings=training.standings(session, [one.user for one in volunteers], at=gate.now()),
        waiting=len(overview.not_yet_invited(session, campaign)),
        staff=staff,
        coverage=members.coverage_of(session, [one.id for one in staff]),
        states=states,
        territories=dict(territories()),
        half_days=half_days_text,
        volunteer_form=volunteer_form,
        staff_form=staff_form,
    )


def territories() -> list[tuple[str, str]]:
    """Number and name of each territory."""
    return [(str(one.id), one.name) for one in directory.territories(gate.db())]


def _choices() -> list[SelectChoice]:
    return [SelectChoice(*one) for one in territories()]


def half_days_text(halves: tuple[members.HalfDay, ...]) -> str:
    """« lun. matin, jeu. après-midi »; nothing ticked is an empty text."""
    return ", ".join(f"{DAYS[day][:3]}. {HALVES[half]}" for day, half in halves if day < len(DAYS))
