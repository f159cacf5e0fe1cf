"""The next version of the guide: written, checked, previewed, compared, published."""

import flask
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, Form, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import at_most, needed
from appel_solidaire.web.lead.guide import home
from campaigns import guide as guides
from campaigns import guide_text, reference, weeks
from campaigns.guide.drafts import Overtaken
from campaigns.guide_text import checking, comparing, pasting
from campaigns.guide_text.conditions import Condition
from campaigns.guide_text.moments import KINDS
from campaigns.models import GuideDraft
from campaigns.refusal import Refusal


class DraftForm(FlaskForm):
    """The text being written, and the saving it started from."""

    seen = HiddenField()
    markdown = TextAreaField(
        "Le texte du guide",
        filters=[lambda text: pasting.tidied(text or "")],
        validators=[needed("Le guide est vide."), at_most(checking.LONGEST)],
        render_kw={"rows": 28, "spellcheck": "true", "class": "form-control guide-source"},
    )


class PublishForm(FlaskForm):
    """What changes, in a few words."""

    seen = HiddenField()
    note = StringField(
        "Ce qui change, en quelques mots",
        validators=[needed("Dites en quelques mots ce qui change."), at_most(200)],
    )


class WhomForm(Form):
    """The fictional person of a preview."""

    premier = BooleanField("C’est le premier appel")
    foyer = BooleanField("Plusieurs personnes au même numéro")
    protegee = BooleanField("Elle a un tuteur ou un curateur")
    langue = BooleanField("Elle parle une autre langue")
    rsa = BooleanField("Elle est au RSA")
    apa = BooleanField("Elle a l’APA")
    pch = BooleanField("Elle a la PCH")
    canicule = BooleanField("Un jour de canicule")
    jour = DateField("Quel jour ?", validators=[Optional()], render_kw={"class": "form-control"})

    def situation(self) -> guides.Situation:
        """The call it makes up."""
        schemes = {name.upper() for name in ("rsa", "apa", "pch") if self[name].data}
        return guides.Situation(
            today=self.jour.data or weeks.local_day(gate.now()),
            is_first_call=self.premier.data,
            is_household=self.foyer.data,
            schemes=frozenset(schemes),
            language="portugais" if self.langue.data else "",
            is_protected=self.protegee.data,
            is_heat=self.canicule.data,
            is_register=gate.campaign().is_register,
        )


@blueprint.post("/guide/brouillon")
def begin_guide() -> Response | tuple[str, int]:
    """Begin the next version, from the one in use or from an earlier one."""
    session, campaign = gate.db(), gate.campaign()
    number = flask.request.form.get("numero", type=int)
    source = (
        guides.versions.current(session, campaign)
        if number is None
        else gate.found(guides.versions.one(session, campaign, number))
    )
    try:
        guides.drafts.begin(session, campaign, source, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return home(say=refusal.say), 422
    return flask.redirect(flask.url_for("lead.edit_guide"), 303)


@blueprint.get("/guide/brouillon")
def edit_guide() -> str | Response:
    """The text being written."""
    draft = _draft()
    if draft is None:
        return flask.redirect(flask.url_for("lead.guide"), 303)
    form = DraftForm(formdata=None, markdown=draft.markdown, seen=draft.version)
    return _page(form, draft)


@blueprint.post("/guide/brouillon/texte")
def write_guide() -> Response | tuple[str, int]:
    """Keep the text; with « aperçu », show it as a volunteer would read it."""
    form = DraftForm()
    if not form.validate():
        return _page(form, _draft()), 422
    try:
        guides.drafts.write(
            gate.db(),
            gate.campaign(),
            form.markdown.data,
            seen=_seen(form),
            by=gate.me(),
            at=gate.now(),
        )
    except Overtaken as overtaken:
        # Saving again from this page is knowing what the other wrote: it is shown beside.
        form.seen.data = overtaken.kept.version if overtaken.kept else 0
        return _page(form, overtaken.kept, overtaken=overtaken), 422
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form, _draft()), 422
    if flask.request.form.get("action") == "apercu":
        return flask.redirect(flask.url_for("lead.preview_guide"), 303)
    flask.flash("Le brouillon est enregistré. Les volontaires lisent toujours la version publiée.")
    return flask.redirect(flask.url_for("lead.edit_guide"), 303)


@blueprint.get("/guide/brouillon/apercu")
def preview_guide() -> str | Response:
    """The draft as a volunteer would see it, for somebody who does not exist."""
    draft = _draft()
    if draft is None:
        return flask.redirect(flask.url_for("lead.guide"), 303)
    form = WhomForm(flask.request.args)
    form.validate()
    situation = form.situation()
    script = guides.script(
        draft.markdown,
        person=guides.placing.fictional(situation),
        caller=gate.me(),
        organisation=gate.organisation(),
        situation=situation,
        # A preview shows the variants that would be switched on for such a call.
        switches=guides.switches.allowed(draft.markdown, situation),
    )
    return flask.render_template(
        "lead/guide_preview.html",
        form=form,
        script=script,
        clean=Markup,  # the guide's HTML was cleaned (nh3) when made from Markdown
    )


@blueprint.get("/guide/brouillon/differences")
def compare_guide() -> str | Response:
    """What the draft changes, and the button that publishes it."""
    draft = _draft()
    if draft is None:
        return flask.redirect(flask.url_for("lead.guide"), 303)
    form = PublishForm(formdata=None, seen=draft.version)
    return _comparison(form, draft)


@blueprint.post("/guide/brouillon/publier")
def publish_guide() -> Response | tuple[str, int]:
    """Make the draft the version in use."""
    form, draft = PublishForm(), _draft()
    if draft is None:
        return home(say="Il n’y a plus de brouillon : il a été publié ou abandonné."), 422
    if not form.validate():
        return _comparison(form, draft), 422
    try:
        made = guides.drafts.publish(
            gate.db(),
            gate.campaign(),
            seen=_seen(form),
            note=form.note.data,
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        form.seen.data = draft.version  # what is shown now is what would be published
        put_back(form, refusal)
        return _comparison(form, draft), 422
    flask.flash(f"La version {made.number} est publiée : les prochains appels la suivent.", "ok")
    return flask.redirect(flask.url_for("lead.guide"), 303)


@blueprint.post("/guide/brouillon/abandonner")
def drop_guide() -> Response | tuple[str, int]:
    """Give the draft up."""
    seen = flask.request.form.get("seen", default=-1, type=int)
    try:
        guides.drafts.drop(gate.db(), gate.campaign(), seen=seen, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return home(say=refusal.say), 422
    flask.flash("Le brouillon est abandonné. La version publiée n’a pas changé.", "ok")
    return flask.redirect(flask.url_for("lead.guide"), 303)


def _draft() -> GuideDraft | None:
    return guides.drafts.find(gate.db(), gate.campaign())


def _seen(form: DraftForm | PublishForm) -> int:
    written = form.seen.data or ""
    return int(written) if written.isdecimal() and len(written) < 10 else -1


def _page(form: DraftForm, draft: GuideDraft | None, *, overtaken: Overtaken | None = None) -> str:
    typed = form.markdown.data or ""
    kept = overtaken.kept.markdown if overtaken and overtaken.kept else ""
    return flask.render_template(
        "lead/guide_draft.html",
        form=form,
        draft=draft,
        overtaken=overtaken,
        pieces=comparing.compare(kept, typed) if kept else (),
        problems=checking.problems(typed),
        codes=reference.categories().values(),
        gaps=sorted(guide_text.KNOWN_PLACEHOLDERS),
        conditions=list(Condition),
        moments=[title for title, kind in KINDS.items() if kind in checking.NEEDED],
    )


def _comparison(form: PublishForm, draft: GuideDraft) -> str:
    session, campaign = gate.db(), gate.campaign()
    current = guides.versions.current(session, campaign)
    return flask.render_template(
        "lead/guide_differences.html",
        left_behind=guides.switches.left_behind(
            session, campaign, current.markdown, draft.markdown
        ),
        form=form,
        draft=draft,
        current=current,
        pieces=comparing.compare(current.markdown, draft.markdown),
        problems=checking.problems(draft.markdown),
    )
