"""What the person in charge of data protection may ask."""

from __future__ import annotations

from tests.web import scene_forgetting
from tests.web.matrix_rights import RIGHTS
from tests.web.matrix_row import Row, get, post

ROWS = (
    get("dpo.home"),
    get("dpo.journal"),
    get("dpo.exposures"),
    post("dpo.search_journal"),
    post("dpo.verify"),
    *(Row(*one) for one in RIGHTS),
    *(Row(*one) for one in scene_forgetting.ROWS),
    get("dpo.documents"),
    get("dpo.document", "document", "no_document"),
    get("dpo.document_pdf", "document", "no_document"),
    *(get(f"{folder}.seeing") for folder in ("dpo", "lead")),
    *(get(f"{folder}.seen", "no_seat") for folder in ("dpo", "lead")),
    get("dpo.texts"),
    get("dpo.text", "text_of_dpo", "no_text"),
    post("dpo.clean_text", "text_of_dpo", "no_text", done=422),
    post("dpo.keep_text", "text_of_dpo", "no_text", done=422),
)
