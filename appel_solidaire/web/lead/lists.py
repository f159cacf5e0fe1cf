"""Lists of people: dropped, read by a worker, looked at, then confirmed."""

import flask
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint, list_corrections, list_words
from appel_solidaire.web.lead.fields import at_most, needed, put_back
from campaigns import journal
from campaigns.models import ImportBatch
from campaigns.refusal import Refusal
from importers import batches
from importers.caps import Caps
from importers.unreadable import Unreadable

_AROUND_THE_FILE = 100_000  # bytes of a posted form beside its file
_SHOWN = 200
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENCODINGS = [
    ("", "Le reconnaître"),
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows (Europe de l’Ouest)"),
    ("mac_roman", "Macintosh"),
    ("cp850", "MS-DOS"),
]


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
    encoding = SelectField(
        "Encodage des accents (fichiers csv)",
        choices=[SelectChoice(value, words) for value, words in ENCODINGS],
        validate_choice=False,
    )


@blueprint.url_value_preprocessor
def _room_for_a_file(endpoint: str | None, _values: object) -> None:
    """Lift the usual limit of a form for this one, before anything reads the body.

    Only for somebody who holds a cookie of ours: the gate then checks that it is still good.
    """
    if endpoint == "lead.drop_list" and flask.session.get("key"):
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
            encoding=_known_encoding(form.encoding.data),
            by=gate.me(),
            at=gate.now(),
        )
    except Unreadable as unreadable:
        form.file.errors = [unreadable.say]
        return _drop_page(form), 422
    except Refusal as refusal:
        put_back(form, refusal)
        return _drop_page(form), 422
    return _to_page(batch)


@blueprint.get("/listes/<int:list_id>")
def list_page(list_id: int) -> str:
    """Where a list stands: being read, to be confirmed, entered, refused."""
    return _page(gate.found(batches.one(gate.db(), gate.campaign(), list_id)))


@blueprint.post("/listes/<int:list_id>/colonnes")
def choose_columns(list_id: int) -> Response | tuple[str, int]:
    """Read a list again with the sheet, the encoding and the columns somebody chose."""
    batch = _to_change(list_id)
    posted = flask.request.form
    sheet = posted.get("feuille", "")
    try:
        batches.choose(
            gate.db(),
            batch,
            sheet=sheet
            if sheet in batch.report.get("sheets", ())
            else batch.report.get("sheet", ""),
            encoding=_known_encoding(posted.get("encodage")),
            columns=list_words.chosen_columns(batch.report.get("proposals", []), posted),
        )
    except Refusal as refusal:
        return _page(batch, refusal=refusal), 422
    return _to_page(batch)


@blueprint.post("/listes/<int:list_id>/confirmer")
def confirm_list(list_id: int) -> Response | tuple[str, int]:
    """Let the people of a list enter the campaign; a worker does it, all of them or none."""
    batch = _to_change(list_id)
    try:
        batches.ask_to_enter(gate.db(), batch, by=gate.me())
    except Refusal as refusal:
        return _page(batch, refusal=refusal), 422
    return _to_page(batch)


@blueprint.post("/listes/<int:list_id>/abandonner")
def abandon_list(list_id: int) -> Response | tuple[str, int]:
    """Forget a list; nobody of it enters."""
    batch = _to_change(list_id)
    try:
        batches.abandon(gate.db(), batch, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(batch, refusal=refusal), 422
    flask.flash("La liste est abandonnée : personne n’est entré, le fichier est effacé.", "ok")
    return flask.redirect(flask.url_for("lead.lists"), 303)


@blueprint.get("/listes/<int:list_id>/lignes-a-corriger.xlsx")
def corrections(list_id: int) -> flask.Response:
    """A workbook of the lines to correct: their number, why, and the columns of the file."""
    batch = gate.found(batches.one(gate.db(), gate.campaign(), list_id))
    content, count = list_corrections.workbook(batches.table(batch), batch.report)
    with gate.instance().database.unit() as session:
        journal.record(
            session, "people_exported", about=batch, by=gate.me(), at=gate.now(), count=count
        )
    answer = flask.make_response(content)
    answer.headers["Content-Type"] = _WORKBOOK
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="lignes-a-corriger-{list_id}.xlsx"'
    )
    return answer


def _known_encoding(posted: str | None) -> str:
    """What was chosen, or nothing: then the encoding is recognised."""
    return posted if posted and posted in dict(ENCODINGS) else ""


def _to_change(list_id: int) -> ImportBatch:
    return gate.found(batches.one_to_change(gate.db(), gate.campaign(), list_id))


def _to_page(batch: ImportBatch) -> Response:
    return flask.redirect(flask.url_for("lead.list_page", list_id=batch.id), 303)


def _drop_page(form: DropForm) -> str:
    return flask.render_template(
        "lead/lists.html",
        form=form,
        lists=batches.lists(gate.db(), gate.campaign()),
        sources=batches.sources(gate.db()),
        campaign=gate.campaign(),
    )


def _page(batch: ImportBatch, *, refusal: Refusal | None = None) -> str:
    report = batch.report
    problems = list_words.first_things_first(report.get("problems", []))
    return flask.render_template(
        "lead/list.html",
        batch=batch,
        campaign=gate.campaign(),
        refusal=refusal,
        stage=list_words.stage(batch),
        entered_before=batches.entered_before(gate.db(), batch),
        figures=list_words.figures(report),
        columns=list_words.columns(report),
        preview=list_words.preview(report),
        fields=list_words.FIELDS,
        encodings=ENCODINGS,
        problems=problems[:_SHOWN],
        problem_count=len(problems),
        report=report,
    )
