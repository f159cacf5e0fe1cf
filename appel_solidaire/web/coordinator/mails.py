"""The mails, for the coordination of the campaign: the same monitor as the lead's."""

from typing import Any

from appel_solidaire import mail_pages
from appel_solidaire.web.coordinator import blueprint

mail_pages.register(blueprint)


@blueprint.context_processor
def menu() -> dict[str, Any]:
    """The menu names this page to those it is for."""
    return {"may_follow_mails": mail_pages.may_read}
