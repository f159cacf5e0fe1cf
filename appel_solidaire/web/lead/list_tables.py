"""Volunteers, territories and directory from a workbook: read and said, then entered.

Nothing is kept between the two: the page carries the file, read again when it is confirmed.
"""

import zlib
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # what an importer examined is its own

import flask
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint, list_sentences
from campaigns.models import Campaign, User
from campaigns.refusal import Refusal
from importers import directory, routes, territories, volunteers, workbook
from importers.caps import Caps
from importers.unreadable import Unreadable

_CARRIED = 700_000  # characters of a file inside the form that confirms it
_LARGEST = 5_000_000  # bytes once unfolded again
_SHOWN = 200
Session = Any  # the walls keep sqlalchemy out of the views


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table: its words on the page, how it is read, how it enters, what comes next."""

    slug: str
    title: str
    said: str
    columns: str
    section: str
    after: str
    examine: Callable[[Session, Campaign, bytes, str], Any]
    enter: Callable[[Session, Campaign, Any, User, datetime], None]


TABLES = {
    table.slug: table
    for table in (
        Table(
            "volontaires",
            "Importer des volontaires",
            "Personne n’est invité : les invitations partent ensuite de la page « Équipe ».",
            "prénom, nom, courriel, langues, demi-journées, territoire, commune",
            "team",
            "lead.team",
            lambda session, campaign, content, name: volunteers.examine(
                session, campaign, content=content, name=name
            ),
            lambda session, campaign, found, by, at: volunteers.enter(
                session, campaign, found, by=by, at=at
            ),
        ),
        Table(
            "territoires",
            "Importer les territoires",
            "Chaque commune rejoint le territoire que le tableau lui donne ; les autres restent.",
            "code_insee, territoire_code, territoire_nom, courriel",
            "settings",
            "lead.settings",
            lambda session, _campaign, content, name: territories.examine(
                session, content=content, name=name
            ),
            lambda session, _campaign, found, by, at: territories.enter(
                session, found, by=by, at=at
            ),
        ),
        Table(
            "annuaire",
            "Importer l’annuaire",
            "Les services du tableau sont ajoutés ou mis à jour ; aucun n’est retiré.",
            "code, type, nom, perimetre, perimetre_code, email, telephone_court, remarque, et si "
            "vous les avez horaires, canal, besoins, communes, astreinte, suppleant",
            "settings",
            "lead.settings",
            lambda session, _campaign, content, name: directory.examine(
                session, content=content, name=name
            ),
            lambda session, _campaign, found, by, at: directory.enter(session, found, by=by, at=at),
        ),
        Table(
            "orientation",
            "Importer une table d’orientation",
            "Elle devient le brouillon : rien ne change avant que vous l’ayez essayée et publiée.",
            "besoin, rang, destination, si, mode, territoire, code_insee, public",
            "settings",
            "lead.route_draft",
            lambda session, campaign, content, name: routes.examine(
                session, campaign, content=content, name=name
            ),
            lambda session, campaign, found, by, at: routes.enter(
                session, campaign, found, by=by, at=at
            ),
        ),
    )
}


class TableForm(FlaskForm):
    """A file."""

    file = FileField("Fichier", render_kw={"accept": ".xlsx,.xls,.ods,.csv", "required": True})


@blueprint.get("/tableaux/<slug>")
def table(slug: str) -> str:
    """What this kind of table holds, and a file to drop."""
    return _page(_of(slug), TableForm(formdata=None))


@blueprint.post("/tableaux/<slug>")
@gate.only_reads
def check_table(slug: str) -> str | tuple[str, int]:
    """Read a file and say what it changes; nothing is written."""
    kind, form = _of(slug), TableForm()
    file = form.file.data
    if not file:
        return _refused(kind, form, "Choisissez le fichier à importer.")
    content, name = file.read(Caps().size + 1), file.filename or ""
    try:
        workbook.refuse_at_the_door(content, name, Caps())
        found = kind.examine(gate.db(), gate.campaign(), content, name)
    except Unreadable as unreadable:
        return _refused(kind, form, unreadable.say)
    carried = b64encode(zlib.compress(content, 9)).decode()
    if len(carried) > _CARRIED:
        return _refused(kind, form, "Tableau trop lourd : gardez seulement la feuille utile.")
    return _page(kind, form, report=found.report, carried=carried, name=name)


@blueprint.post("/tableaux/<slug>/confirmer")
@gate.only_reads  # the file is opened first; writing takes a moment of its own
def enter_table(slug: str) -> Response | tuple[str, int]:
    """Read the file once more and let it enter, all of it or nothing."""
    kind, form = _of(slug), TableForm(formdata=None)
    posted = flask.request.form
    try:
        content = _unfolded(posted.get("fichier", ""))
        found = kind.examine(gate.db(), gate.campaign(), content, posted.get("nom", ""))
        with gate.instance().database.unit() as session:
            kind.enter(session, gate.campaign(), found, gate.me(), gate.now())
    except Unreadable as unreadable:
        return _refused(kind, form, unreadable.say)
    except Refusal as refusal:
        return _refused(kind, form, refusal.say)
    flask.flash("Le tableau est importé.", "ok")
    return flask.redirect(flask.url_for(kind.after), 303)


def _of(slug: str) -> Table:
    return gate.found(TABLES.get(slug))


def _unfolded(carried: str) -> bytes:
    """The file the page carried; it came from a browser, so it is trusted no more than a drop."""
    try:
        unfolding = zlib.decompressobj()
        content = unfolding.decompress(b64decode(carried, validate=True), _LARGEST)
    except (Error, zlib.error, ValueError) as fault:
        raise Refusal("Le fichier n’est pas revenu entier : déposez-le de nouveau.") from fault
    if unfolding.unconsumed_tail or not unfolding.eof:
        raise Refusal("Le fichier n’est pas revenu entier : déposez-le de nouveau.")
    return content


def _refused(kind: Table, form: TableForm, say: str) -> tuple[str, int]:
    form.file.errors = [say]
    return _page(kind, form), 422


def _page(
    kind: Table,
    form: TableForm,
    *,
    report: dict[str, Any] | None = None,
    carried: str = "",
    name: str = "",
) -> str:
    problems = report["problems"] if report else []
    return flask.render_template(
        "lead/list_table.html",
        kind=kind,
        form=form,
        report=report,
        figures=list_sentences.figures(report) if report else [],
        problems=problems[:_SHOWN],
        problem_count=len(problems),
        carried=carried,
        name=name,
    )
