"""The smallest Flask application that does the same kind of work: no sign-in, no rule, no session.

One INSERT and one UPDATE in a durable transaction; a page of 60 rows with their forms. Same
driver, same database, same server as the product: what is measured is what the product adds.

    python -m scripts.yardsticks.bare FOLDER PORT    (APPEL_DATABASE_URL for PostgreSQL)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import flask
import sqlalchemy as sa
from granian import Granian
from granian.constants import Interfaces

from appel_solidaire import config
from appel_solidaire.db import Database

ROWS = 60
_METADATA = sa.MetaData()
_PLACE = sa.Table(
    "bare_place",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80)),
    sa.Column("tries", sa.Integer, nullable=False),
)
_TRY = sa.Table(
    "bare_try",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("place_id", sa.Integer, sa.ForeignKey("bare_place.id"), index=True),
    sa.Column("outcome", sa.String(20)),
    sa.Column("note", sa.String(500)),
)
_PAGE = """<!doctype html><html lang="fr"><title>Liste</title><h1>Liste</h1><ol>
{% for row in rows %}<li><h2><a href="/place/{{ row.id }}">{{ row.name }}</a></h2>
<p>Essai numéro {{ row.tries }}, à appeler le matin, laisser sonner longtemps.</p>
<form method="post" action="/place/{{ row.id }}"><input name="note" value="">
<button name="outcome" value="NON_REPONSE">Pas de réponse</button>
<button name="outcome" value="JOINT_OK">Jointe</button></form></li>{% endfor %}</ol></html>"""


def application() -> flask.Flask:
    """Build the application on the database of the folder in ``BARE_FOLDER``."""
    database = _database()
    app = flask.Flask(__name__)
    page = app.jinja_env.from_string(_PAGE)

    @app.get("/")
    def rows() -> str:
        with database.engine.connect() as connection:
            found = connection.execute(sa.select(_PLACE).order_by(_PLACE.c.id).limit(ROWS)).all()
        return page.render(rows=found)

    @app.post("/place/<int:place_id>")
    def place(place_id: int) -> flask.typing.ResponseReturnValue:
        said = flask.request.form
        with database.writer.begin() as connection:
            row = {"place_id": place_id, "outcome": said["outcome"], "note": said["note"]}
            connection.execute(sa.insert(_TRY).values(row))
            connection.execute(
                sa.update(_PLACE).where(_PLACE.c.id == place_id).values(tries=_PLACE.c.tries + 1)
            )
        return flask.redirect("/", 303)

    return app


def prepare(folder: Path) -> None:
    """Make the two tables, with enough rows for the page."""
    os.environ["BARE_FOLDER"] = str(folder)
    database = _database()
    with database.writer.begin() as connection:
        _METADATA.create_all(connection)
        places = [{"id": one, "name": f"Mme Exemple {one}", "tries": 0} for one in range(1, 2001)]
        connection.execute(sa.insert(_PLACE), places)
    database.engine.dispose()


def _database() -> Database:
    return Database.of(config.load(Path(os.environ["BARE_FOLDER"])))


def serve(application: str, port: int) -> None:
    """Serve an application as the product is served: same server, as many processes and threads."""
    Granian(
        application,
        factory=True,
        interface=Interfaces.WSGI,
        address="127.0.0.1",
        port=port,
        workers=min(4, os.cpu_count() or 2),
        blocking_threads=2,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
    serve("scripts.yardsticks.bare:application", int(sys.argv[2]))
