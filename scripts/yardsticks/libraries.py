"""The libraries alone, on the product's own tables: sign-in, token, form, rows read and written.

What the bare application leaves out and no product can: who is signed in (Flask-Login, one session
row), the token of the form (Flask-WTF), as many fields (WTForms), the line and its household read
before they are changed, the same rows written, the journal's head among them. No rule, no check,
no word of French: what is measured beside it is what these leave to gain.

    python -m scripts.yardsticks.libraries FOLDER PORT    (APPEL_DATABASE_URL for PostgreSQL)
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask
import flask_login
import sqlalchemy as sa
from flask_wtf import CSRFProtect, FlaskForm
from sqlalchemy.orm import Session, contains_eager
from wtforms import BooleanField, DateField, IntegerField, RadioField, StringField, TimeField
from wtforms.validators import Length, Optional

from appel_solidaire.app import create_app
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import sealing
from campaigns.models import (
    Call,
    Enrolment,
    JournalEntry,
    Line,
    Person,
    Phone,
    Report,
    Sheet,
    SignedSession,
    User,
    WeekPlan,
)
from scripts.yardsticks import bare

_WHO = (
    sa.select(SignedSession, User)
    .join(User, User.id == SignedSession.user_id)
    .where(SignedSession.key_hash == sa.bindparam("key_hash"))
)
_LINE = (
    sa.select(Line)
    .join(Line.sheet)
    .join(Sheet.plan)
    .options(contains_eager(Line.sheet).contains_eager(Sheet.plan).defer(WeekPlan.summary))
    .where(Line.id == sa.bindparam("line_id"), Sheet.volunteer_id == sa.bindparam("user_id"))
)
_HOME = (
    sa.select(Enrolment)
    .join(Enrolment.person)
    .outerjoin(Person.phones)
    .options(contains_eager(Enrolment.person).contains_eager(Person.phones))
    .where(Person.household_id == sa.bindparam("household_id"))
    .order_by(Person.id, Phone.id)
)
_LINES = (
    sa.select(Line.id, Line.why, Line.closed_at, Person.first_name, Person.last_name)
    .join(Sheet, Sheet.id == Line.sheet_id)
    .join(Person, Person.household_id == Line.household_id)
    .where(Sheet.volunteer_id == sa.bindparam("user_id"))
    .order_by(Line.position, Line.id)
    .limit(60)
)
_HEAD = sa.select(JournalEntry.mac).order_by(JournalEntry.id.desc()).limit(sa.literal_column("1"))
_TOUCH = {
    model: sa.update(model).where(model.id == sa.bindparam("row_id")) for model in (Enrolment, Line)
}
_ADD = {model: sa.insert(model).returning(model.id) for model in (Report, Call, JournalEntry)}
_SETTINGS = ("SECRET_KEY", "SESSION_COOKIE", "TRUSTED_HOSTS", "WTF_")  # those of the product
_PAGE = """<!doctype html><html lang="fr"><title>Liste</title><h1>Liste</h1>
<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form><ol>
{% for row in rows %}<li><h2><a href="/benevole/appels/{{ row.id }}">{{ row.first_name }}
{{ row.last_name }}</a></h2><p>{{ row.why }}</p></li>{% endfor %}</ol></html>"""


class _Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """As many fields as a report has, of the same kinds."""

    key, language = (StringField(validators=[Length(max=500)]) for _ in range(2))
    note = StringField(validators=[Length(max=500)])
    person_id, phone_id, need_count = (IntegerField(validators=[Optional()]) for _ in range(3))
    spoke, one, two, three, four, five, mood, wish = (
        RadioField(choices=[("sonne", ""), ("oui", ""), ("non", "")], validators=[Optional()])
        for _ in range(8)
    )
    day = DateField(validators=[Optional()])
    hour = TimeField(validators=[Optional()])
    short, informed, heavy, rang_back = (BooleanField() for _ in range(4))


def application() -> flask.Flask:
    """Build the application on an instance the product made: its cookies and tokens are good."""
    instance = Instance.open(Path(os.environ["APPEL_INSTANCE"]))
    database = instance.database
    app = flask.Flask(__name__)
    product = create_app(instance).config
    app.config.update({name: product[name] for name in product if name.startswith(_SETTINGS)})
    CSRFProtect(app)
    _sign_in(app, database)

    @app.get("/benevole/")
    def rows() -> str:
        asked = {"user_id": flask_login.current_user.id}  # loads who asks
        found = flask.g.db.connection().execute(_LINES, asked).all()
        return flask.render_template_string(_PAGE, rows=found)

    @app.post("/benevole/appels/<int:line_id>")
    def keep(line_id: int) -> flask.typing.ResponseReturnValue:
        form = _Form(meta={"csrf": False})  # the token was looked at for the whole application
        if not form.validate():
            return flask.Response(str(form.errors), 422)
        me = flask_login.current_user._get_current_object()  # loaded once, as the product does
        session: Session = flask.g.db
        line = session.scalars(_LINE, {"line_id": line_id, "user_id": me.id}).one()
        home = session.scalars(_HOME, {"household_id": line.household_id}).unique().all()
        called = next(one for one in home if one.person_id == form.person_id.data)
        _write(database, session, me, line, called, form)
        return flask.redirect("/benevole/", 303)

    return app


def _sign_in(app: flask.Flask, database: Database) -> None:
    """Flask-Login, with one session row read for each request."""
    login = flask_login.LoginManager(app)
    login.session_protection = None

    @login.request_loader  # type: ignore[untyped-decorator]  # Flask-Login is not typed
    def who(_request: flask.Request) -> User | None:
        flask.g.db = Session(database.engine, expire_on_commit=False)
        asked = {"key_hash": sealing.digest(flask.session["key"])}
        return flask.g.db.execute(_WHO, asked).one()[1]

    @app.teardown_request
    def leave(_fault: BaseException | None) -> None:
        if "db" in flask.g:
            flask.g.db.close()


def _write(
    database: Database, session: Session, me: User, line: Line, called: Enrolment, form: Any
) -> None:
    """The rows a report writes, one statement each, in one durable transaction."""
    at = datetime.now(UTC)
    session.commit()
    session.bind = database.writer
    run = session.connection().execute
    added = run(_ADD[Report], {
        "user_id": me.id, "key": form.key.data, "digest": "0" * 64, "line_id": line.id,
        "received_at": at, "said": "",
    }).scalar_one()  # fmt: skip
    call = run(_ADD[Call], {
        "campaign_id": called.campaign_id, "report_id": added, "line_id": line.id,
        "enrolment_id": called.id, "person_id": called.person_id, "volunteer_id": me.id,
        "phone_id": form.phone_id.data, "guide_version_id": None, "at": at,
        "outcome": "NON_REPONSE", "is_conversation": False, "mood": None, "wish": None,
        "asked_at": None, "note": "", "is_heavy": False, "caller_mood": "", "rang_back": False,
        "corrected_at": None,
    }).scalar_one()  # fmt: skip
    run(_TOUCH[Enrolment], {"row_id": called.id, "not_before_at": at})
    run(_TOUCH[Line], {"row_id": line.id, "next_at": at})
    run(_ADD[JournalEntry], {
        "at": at, "actor_id": me.id, "actor_role": me.role.value, "action": "call_logged",
        "object_kind": "call", "object_id": call, "detail": {},
        "previous_mac": run(_HEAD).scalar(), "mac": secrets.token_hex(32),
    })  # fmt: skip
    session.commit()


if __name__ == "__main__":
    os.environ["APPEL_INSTANCE"] = str(Path(sys.argv[1]).resolve())
    bare.serve("scripts.yardsticks.libraries:application", int(sys.argv[2]))
