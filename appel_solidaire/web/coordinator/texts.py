"""Texts to read again, for the coordination of the campaign: the same pages as the DPO's."""

from typing import Any

from appel_solidaire import text_pages
from appel_solidaire.web.coordinator import blueprint

text_pages.register(blueprint)


@blueprint.context_processor
def texts_menu() -> dict[str, Any]:  # Any: what a template takes
    """The menu names this page to those it is for."""
    return {"may_read_texts": text_pages.may_read}
