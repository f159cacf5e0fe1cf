"""The DPO's pages: the journal and its chain, what is kept about people, documents, texts."""

import flask

blueprint = flask.Blueprint("dpo", __name__)

from appel_solidaire.web.dpo import (  # noqa: E402  they use blueprint
    documents,
    home,
    journal,
    person,
    requests,
    retention,
    seeing,
    texts,
)

__all__ = [
    "blueprint",
    "documents",
    "home",
    "journal",
    "person",
    "requests",
    "retention",
    "seeing",
    "texts",
]
