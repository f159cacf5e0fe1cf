"""« Formulaires »: the organisation's own blank form for each sensitive category of needs."""

import flask
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.typed import accepted
from appel_solidaire.web.lead import blueprint
from campaigns.needs import own_forms

Answer = Response | tuple[str, int]
_AROUND_THE_FILE = 100_000  # bytes of a posted form beside its file


class FormFileForm(FlaskForm):
    """One category's file."""

    file = FileField(
        "Fichier",
        validators=[FileRequired("Choisissez le fichier du formulaire.")],
        render_kw={"accept": ".pdf,.docx,.odt", "required": True},
    )


@blueprint.url_value_preprocessor
def _room_for_a_form(endpoint: str | None, _values: object) -> None:
    """Lift the usual limit of a form for this one, for whoever holds a cookie of ours."""
    if endpoint == "lead.put_need_form" and flask.session.get("key"):
        flask.request.max_content_length = own_forms.MOST_BYTES + _AROUND_THE_FILE


@blueprint.get("/reglages/formulaires")
def need_forms() -> str:
    """The categories read by named people only, each with its form."""
    return _page()


@blueprint.post("/reglages/formulaires")
def put_need_form() -> Answer:
    """Keep a category's form, or replace it."""
    form, category = FormFileForm(), flask.request.form.get("categorie", "")

    def keep() -> None:
        file = form.file.data
        is_replaced = own_forms.put(
            gate.db(), category, file.filename or "", file.read(), by=gate.me(), at=gate.now()
        )
        said = "Le formulaire est remplacé" if is_replaced else "Le formulaire est gardé"
        flask.flash(f"{said} : il est proposé à côté de chaque besoin de cette catégorie.", "ok")

    if not accepted(form, keep, otherwise="file"):
        return _page(form=form, about=category), 422
    return _back()


@blueprint.post("/reglages/formulaires/retirer")
def drop_need_form() -> Response:
    """Remove a category's form."""
    category = flask.request.form.get("categorie", "")
    gate.found(own_forms.drop(gate.db(), category, by=gate.me(), at=gate.now()) or None)
    flask.flash("Le formulaire est retiré.", "ok")
    return _back()


def _back() -> Response:
    return flask.redirect(flask.url_for("lead.need_forms"), 303)


def _page(*, form: FormFileForm | None = None, about: str = "") -> str:
    shown = []
    for one in own_forms.all_kept(gate.db()):
        mine = form if form is not None and about == one.category.code else None
        each = mine or FormFileForm(formdata=None)
        each.file.id = f"fichier-{one.category.code}"  # several on the page, each with its own
        shown.append((one, each))
    return flask.render_template(
        "lead/need_forms.html",
        shown=shown,
        sent=form,
        most=own_forms.MOST_BYTES // 1_000_000,
        kinds={kind.value: kind.label for kind in own_forms.FileKind},
    )
