"""The bilan: read on a page, taken away as a PDF or a workbook; the public page switched on."""

from datetime import date

import flask
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import DateField

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import needed
from campaigns import bilan as bilans
from campaigns.bilan import Bilan, Stretch, stretches
from campaigns.refusal import Refusal

_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DAY = "Indiquez un jour, par exemple 2026-11-16."


class Day(DateField):
    """A day; one that cannot be read is said in French."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = None
        text = "".join(valuelist).strip()
        try:
            self.data = date.fromisoformat(text)
        except ValueError as fault:
            raise ValueError(_DAY) from fault


class DaysForm(FlaskForm):
    """Any two days. Sent by GET: it only chooses what to read."""

    class Meta:
        csrf = False

    first_day = Day("Du", name="du", validators=[needed(_DAY)])
    last_day = Day("Au", name="au", validators=[needed(_DAY)])


@blueprint.get("/bilan")
def bilan() -> str | tuple[str, int]:
    """The bilan of a week, a month, the campaign (``periode``), or of any two days."""
    campaign, now = gate.campaign(), gate.now()
    form = DaysForm(flask.request.args)
    if "du" not in flask.request.args:
        return _page(_named(flask.request.args.get("periode", "")), DaysForm(formdata=None))
    first, last = form.first_day.data, form.last_day.data
    if form.validate() and first and last:
        try:
            return _page(stretches.days(first, last), form)
        except Refusal as refusal:
            put_back(form, refusal)
    return _page(stretches.usual(campaign, now=now), form), 422


@blueprint.post("/bilan/fichier")
@gate.only_reads
def bilan_file() -> flask.Response:
    """The same to take away, noted in the journal. That is kept before the file is made."""
    form = flask.request.form.get("forme", "")
    if form not in _TYPES:
        flask.abort(404)
    stretch = _named(flask.request.form.get("periode", ""))
    campaign, now = gate.campaign(), gate.now()
    with gate.instance().database.unit() as session:
        bilans.made(session, campaign, stretch, form=form, by=gate.me(), at=now)
    told = bilans.of(gate.db(), campaign, stretch, at=now)
    answer = flask.make_response(bilans.pdf(told) if form == "pdf" else bilans.workbook(told))
    answer.headers["Content-Type"] = _TYPES[form]
    name = f"bilan-{campaign.slug}-{stretch.code}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.get("/bilan/page-publique")
def public_page() -> str:
    """What the public page is, what it would show now, and its switch."""
    campaign = gate.campaign()
    return flask.render_template(
        "lead/bilan_public.html",
        campaign=campaign,
        week=bilans.week_for_all(gate.db(), campaign, at=gate.now()),
        address=gate.instance().config.public_url
        + flask.url_for("public.figures", slug=campaign.slug),
    )


@blueprint.post("/bilan/page-publique")
def switch_public_page() -> Response:
    """Show the weekly figures to anybody, or no longer."""
    is_public = flask.request.form.get("public") == "oui"
    bilans.switch(gate.db(), gate.campaign(), is_public=is_public, by=gate.me(), at=gate.now())
    flask.flash(
        "La page publique est en ligne." if is_public else "La page publique est retirée.", "ok"
    )
    return flask.redirect(flask.url_for("lead.public_page"), 303)


def _named(code: str) -> Stretch:
    campaign, now = gate.campaign(), gate.now()
    if not code:
        return stretches.usual(campaign, now=now)
    try:
        return stretches.named(campaign, code, now=now)
    except (ValueError, OverflowError):
        flask.abort(404)


def _page(stretch: Stretch, form: DaysForm) -> str:
    campaign, now = gate.campaign(), gate.now()
    told = bilans.of(gate.db(), campaign, stretch, at=now)
    weeks_offered, months_offered = stretches.offered(campaign, now=now)
    return flask.render_template(
        "lead/bilan.html",
        campaign=campaign,
        bilan=told,
        drawn=_drawn(told),
        stretch=stretch,
        offered=weeks_offered,
        months=months_offered,
        form=form,
        between=stretches.between(stretch.first_day, stretch.last_day),
    )


def _drawn(told: Bilan) -> dict[str, list[tuple[str, Markup, str]]]:
    """The pictures of each section by its title: what each shows, itself, whose outlines."""
    return {
        section.title: [(one.title, _ours(bilans.svg(one)), one.source) for one in section.pictures]
        for section in told.sections
    }


def _ours(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704  # nosec B704  written by lxml, which escapes every text
