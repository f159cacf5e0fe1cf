"""Lists of people: dropped, read by a worker, looked at, then confirmed, and undone if need be."""

import flask
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import (
    blueprint,
    list_columns,
    list_corrections,
    list_deciding,
    list_pages,
    list_sentences,
    list_sources,
    list_tables,
    list_words,
)
from appel_solidaire.web.lead.fields import at_most, needed
from campaigns import overview
from campaigns.models import ImportBatch, SourceList
from campaigns.refusal import Refusal
from importers import absent, batches, choosing, permission, purposes, undoing
from importers.caps import Caps
from importers.unreadable import Unreadable

__all__ = ["list_columns", "list_corrections", "list_deciding", "list_sources", "list_tables"]

_AROUND_THE_FILE = 100_000  # bytes of a posted form beside its file
_SHOWN = 200
_DROPS = {"lead.drop_list", "lead.check_table"}


class DropForm(FlaskForm):
    """A file, and where it comes from."""

    file = FileField(
        "Fichier",
        validators=[FileRequired("Choisissez le fichier à importer.")],
        render_kw={"accept": ".xlsx,.xls,.ods,.csv", "required": True},
    )
    source = StringField(
        "D’où vient cette liste ?",
        validators=[needed("Dites d’où vient cette liste, par exemple « IODAS »."), at_most(60)],
        render_kw={"list": "sources", "autocomplete": "off"},
    )
    is_enrichment = BooleanField("C’est une liste d’enrichissement")
    encoding = SelectField(
        "Encodage des accents (fichiers csv)",
        choices=[
            SelectChoice("", "Le reconnaître"),
            *(SelectChoice(value, words) for value, words in list_words.ENCODINGS.items()),
        ],
        validate_choice=False,
    )


@blueprint.url_value_preprocessor
def _room_for_a_file(endpoint: str | None, _values: object) -> None:
    """Lift the usual limit of a form for these, before anything reads the body.

    Only for somebody who holds a cookie of ours: the gate then checks that it is still good.
    """
    if endpoint in _DROPS and flask.session.get("key"):
        flask.request.max_content_length = Caps().size + _AROUND_THE_FILE


@blueprint.get("/listes")
def lists() -> str:
    """The lists taken in, and one more to drop."""
    return _drop_page(DropForm(formdata=None))


@blueprint.post("/listes")
def drop_list() -> Response | tuple[str, int]:
    """Keep a file for a worker to read."""
    form = DropForm()
    if not form.validate():
        return _drop_page(form), 422
    file: FileStorage = form.file.data
    content = file.read()
    if len(content) > Caps().size:
        raise RequestEntityTooLarge
    try:
        batch = batches.drop(
            gate.db(),
            gate.campaign(),
            content=content,
            filename=file.filename or "",
            source=" ".join(form.source.data.split()),
            encoding=list_columns.known_encoding(form.encoding.data),
            is_enrichment=bool(form.is_enrichment.data),
            by=gate.me(),
            at=gate.now(),
        )
    except Unreadable as unreadable:
        form.file.errors = [unreadable.say]
        return _drop_page(form), 422
    except Refusal as refusal:
        put_back(form, refusal)
        return _drop_page(form), 422
    return list_pages.to_report(batch)


@blueprint.get("/listes/<int:list_id>")
def list_page(list_id: int) -> str:
    """Where a list stands: being read, to be confirmed, entered, refused."""
    return _page(list_pages.read(list_id))


@blueprint.post("/listes/<int:list_id>/confirmer")
def confirm_list(list_id: int) -> Response | tuple[str, int]:
    """Let the people of a list enter the campaign; a worker does it, all of them or none."""
    batch = list_pages.to_change(list_id)
    posted = flask.request.form
    try:
        choosing.note(
            batch,
            ticked=frozenset(posted.getlist("champ")) & _massive(batch),
            close_absent="absentes" in posted,
        )
        reason = " ".join(posted.get("raison", "").split())
        batches.ask_to_enter(gate.db(), batch, reason=reason, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(batch, refusal=refusal), 422
    return list_pages.to_report(batch)


@blueprint.post("/listes/<int:list_id>/abandonner")
def abandon_list(list_id: int) -> Response | tuple[str, int]:
    """Forget a list; nobody of it enters."""
    batch = list_pages.to_change(list_id)
    try:
        batches.abandon(gate.db(), batch, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(batch, refusal=refusal), 422
    flask.flash("La liste est abandonnée : personne n’est entré, le fichier est effacé.", "ok")
    return flask.redirect(flask.url_for("lead.lists"), 303)


@blueprint.post("/listes/<int:list_id>/annuler")
def undo_list(list_id: int) -> Response | tuple[str, int]:
    """Take a list back that entered: its newcomers go, the others are as they were."""
    batch = list_pages.to_change(list_id)
    try:
        undoing.undo(gate.db(), batch, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(batch, refusal=refusal), 422
    flask.flash("L’import est annulé : tout est comme avant cette liste.", "ok")
    return list_pages.to_report(batch)


def _massive(batch: ImportBatch) -> frozenset[str]:
    """The fields that would change for most people: only those may be ticked."""
    return frozenset(each["field"] for each in batch.report.get("massive", ()))


def _register(batch: ImportBatch) -> SourceList | None:
    return purposes.undecided(gate.db(), batch, gate.campaign())


def _drop_page(form: DropForm) -> str:
    return flask.render_template(
        "lead/lists.html",
        form=form,
        lists=batches.lists(gate.db(), gate.campaign()),
        sources=batches.sources(gate.db()),
        settled=purposes.every(gate.db()),
        numbers=overview.wrong_numbers(gate.db(), gate.campaign()),
        campaign=gate.campaign(),
    )


def _page(batch: ImportBatch, *, refusal: Refusal | None = None) -> str:
    if batch.report.get(permission.NEEDS_NAME) and list_pages.is_open(batch):
        return list_columns.page(batch, refusal=refusal)
    report = choosing.report(batch)
    remarks = list_words.remarks(report)
    posted = flask.request.form
    return list_pages.render(
        "lead/list.html",
        batch,
        refusal=refusal,
        entered_before=batches.entered_before(gate.db(), batch),
        sentences=list_sentences.sentences(report),
        figures=list_sentences.figures(report),
        confirming=list_sentences.confirming(batch),
        columns=list_words.columns(report),
        changes=list_words.changes(report),
        preview=list_words.preview(report),
        remarks=remarks[:_SHOWN],
        remark_count=len(remarks),
        register=_register(batch) if list_pages.is_open(batch) else None,
        why_not_undone=undoing.why_not(gate.db(), batch, at=gate.now()),
        absent_count=absent.count(batch),
        massive=report.get("massive", []),
        ticked=posted.getlist("champ") if refusal else choosing.made(batch).ticked,
        close_absent="absentes" in posted if refusal else choosing.made(batch).close_absent,
        reason=posted.get("raison", ""),
    )
