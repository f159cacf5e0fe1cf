"""The organisation's own form of a sensitive need, given to who may read the need."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator import need as pages
from campaigns.needs import own_forms

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}


@blueprint.post("/besoins/<int:need_id>/formulaire")
def fetch_need_form(need_id: int) -> Response:
    """Give the blank form to a reader of the need; each time is journaled."""
    shown = pages.found(need_id)
    found = own_forms.fetch(gate.db(), shown, by=gate.me(), at=gate.now())
    form, content = gate.found(found)
    answer = flask.make_response(content)
    answer.headers["Content-Type"] = _TYPES[form.kind]
    # Named by its category: what the file was called when it came is not for a header.
    name = f"formulaire-{form.category.lower().replace('_', '-')}.{form.kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
