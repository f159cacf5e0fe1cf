"""The documents of data protection: drafts filled with what the instance knows."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.dpo import blueprint
from campaigns import documents, weeks


@blueprint.get("/documents", endpoint="documents")
def all_documents() -> str:
    """Each document, what it is for, what nobody filled in yet."""
    drafts = [documents.filled(gate.db(), name) for name in documents.TITLES]
    found = [one for one in drafts if one is not None]
    missing = dict.fromkeys(say for one in found for say in one.missing)
    return flask.render_template("dpo/documents.html", drafts=found, missing=list(missing))


@blueprint.get("/documents/<slug>")
def document(slug: str) -> str:
    """One draft, to read."""
    draft = gate.found(documents.filled(gate.db(), slug))
    return flask.render_template("dpo/document.html", draft=draft)


@blueprint.get("/documents/<slug>/pdf")
def document_pdf(slug: str) -> Response:
    """The same draft, printed."""
    draft = gate.found(documents.filled(gate.db(), slug))
    made = documents.pdf(draft, on=weeks.local_day(gate.now()))
    response = flask.Response(made, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"projet-{slug}.pdf")
    return response
