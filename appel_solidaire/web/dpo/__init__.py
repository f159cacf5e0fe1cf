"""The DPO's pages: the journal and its chain, what is kept about people, documents, texts."""

import flask

from appel_solidaire import seeing_pages

blueprint = flask.Blueprint("dpo", __name__)
seeing_pages.register(blueprint)

from appel_solidaire.web.dpo import (  # noqa: E402  they use blueprint
    documents,
    exposures,
    home,
    journal,
    person,
    requests,
    retention,
    texts,
)

__all__ = [
    "blueprint",
    "documents",
    "exposures",
    "home",
    "journal",
    "person",
    "requests",
    "retention",
    "texts",
]
