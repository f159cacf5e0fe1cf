"""Entry of the web server: one application of the instance named by ``APPEL_INSTANCE``."""

import os
from pathlib import Path

import flask

from appel_solidaire import db, logs
from appel_solidaire.app import create_app
from appel_solidaire.config import Misconfigured
from appel_solidaire.instance import Instance


def application() -> flask.Flask:
    """Build the application; Misconfigured when the database does not match this code."""
    logs.set_up()
    instance = Instance.open(Path(os.environ.get("APPEL_INSTANCE", "instance")))
    gap = db.version_gap(instance.database)
    if gap:
        raise Misconfigured(gap)
    return create_app(instance)
