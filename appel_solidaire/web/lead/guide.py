"""The call guide as the lead sees it: the version in use, its variants, the earlier versions."""

import flask
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from campaigns import guide as guides
from campaigns import guide_text, weeks
from campaigns.guide.switches import Switchable
from campaigns.guide_text import comparing
from campaigns.models import SwitchMode
from campaigns.refusal import Refusal

_AUTO = "auto"
_GONE = (
    "Cette partie n’est plus dans le guide publié. Rien n’a changé : voici celles de maintenant."
)
_DATE = {"class": "form-control"}


class SwitchForm(FlaskForm):
    """When one variant is read."""

    mode = RadioField(
        "Quand la lire ?",
        choices=[
            SelectChoice(_AUTO, "selon la personne et la saison"),
            *(SelectChoice(mode.value, mode.label) for mode in SwitchMode),
        ],
    )
    first_on = DateField("Du", validators=[Optional()], render_kw=_DATE)
    last_on = DateField("Au, inclus", validators=[Optional()], render_kw=_DATE)

    def wanted(self) -> SwitchMode | None:
        """What was chosen; None to follow the person and the season."""
        return None if self.mode.data == _AUTO else SwitchMode(self.mode.data)


@blueprint.get("/guide")
def guide() -> str:
    """The guide of the campaign: what is in use, what is being written."""
    return home()


@blueprint.post("/guide/parties")
def switch_guide() -> Response | tuple[str, int]:
    """Switch one variant on, off, or between two days."""
    number = flask.request.form.get("partie", default=-1, type=int)
    parts = _parts()
    # The page may be older than the guide: the part is the one it named, wherever it stands now.
    at = {part.section.id: place for place, part in enumerate(parts)}
    place = at.get(flask.request.form.get("nom", ""))
    if place is None:
        return home(say=_GONE), 422
    part, form = parts[place], SwitchForm(prefix=_prefix(number))
    if not form.validate():
        return home(form, place), 422
    try:
        guides.switches.decide(
            gate.db(),
            gate.campaign(),
            part.section.id,
            mode=form.wanted(),
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return home(form, place), 422
    flask.flash(f"C’est noté pour « {part.section.title} ».", "ok")
    return flask.redirect(flask.url_for("lead.guide"), 303)


@blueprint.get("/guide/version")
def guide_version() -> str:
    """One version to read, and what it changed."""
    session, campaign = gate.db(), gate.campaign()
    current = guides.versions.current(session, campaign)
    number = flask.request.args.get("numero", default=current.number, type=int)
    version = gate.found(guides.versions.one(session, campaign, number))
    before = guides.versions.one(session, campaign, number - 1)
    return flask.render_template(
        "lead/guide_version.html",
        version=version,
        current=current,
        author=guides.versions.authors(session, [version]).get(version.id),
        has_draft=guides.drafts.find(session, campaign) is not None,
        pieces=comparing.compare(before.markdown, version.markdown) if before else (),
        html=Markup(_under_a_title(version.markdown)),  # noqa: S704  # nosec B704  cleaned by nh3
    )


def _under_a_title(markdown: str) -> str:
    """A version's clean HTML; its own title is not the page's."""
    html = guide_text.html(markdown)
    return html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")


def home(form: SwitchForm | None = None, wrong: int | None = None, *, say: str = "") -> str:
    """The page of the guide; ``form`` and ``wrong`` put one variant's mistake back."""
    session, campaign = gate.db(), gate.campaign()
    versions = guides.versions.every(session, campaign)
    draft = guides.drafts.find(session, campaign)
    parts = _parts()
    return flask.render_template(
        "lead/guide.html",
        versions=versions,
        current=versions[0],
        authors=guides.versions.authors(session, versions),
        uses=guides.versions.uses(session, campaign),
        draft=draft,
        draft_author=guides.drafts.author(session, draft) if draft else None,
        parts=[
            (number, part, form if form and number == wrong else _form_of(part, number))
            for number, part in enumerate(parts)
        ],
        wrong=wrong,
        say=say,
        heat_until=campaign.heat_until,
    )


def _parts() -> list[Switchable]:
    campaign = gate.campaign()
    current = guides.versions.current(gate.db(), campaign)
    today = weeks.local_day(gate.now())
    return guides.switches.every(gate.db(), campaign, current.markdown, today=today)


def _form_of(part: Switchable, number: int) -> SwitchForm:
    row = part.row
    given = {
        "mode": row.mode.value if row else _AUTO,
        "first_on": row.first_on if row else None,
        "last_on": row.last_on if row else None,
    }
    form = SwitchForm(formdata=None, prefix=_prefix(number), data=given)
    if part.is_telling:
        form.mode.choices = [
            SelectChoice(_AUTO, "jamais, tant que rien n’est décidé"),
            *(
                SelectChoice(mode.value, mode.label)
                for mode in SwitchMode
                if mode is not SwitchMode.OFF
            ),
        ]
    return form


def _prefix(number: int) -> str:
    return f"partie-{number}-"
