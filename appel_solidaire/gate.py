"""The gate: who is asking, may they enter this folder, and what becomes of their transaction.

A folder of ``web`` is a blueprint, a URL prefix and a set of roles. A request that ends below 400
keeps its writes, any other drops them. Reads run first (who is it?), then one short writing
transaction.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar, cast

import flask
import flask_login
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized
from werkzeug.wrappers import Response

from appel_solidaire.db import Busy
from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger
from campaigns import access, accounts
from campaigns.accounts.sessions import TOUCH_EVERY, expires_at
from campaigns.models import Campaign, Organisation, Role, SignedSession, User

# Folder of web → roles that may enter. Absent: nobody. None: everybody (links, sign-in, help).
FOLDERS: Mapping[str, frozenset[Role] | None] = {
    "public": None,
    "partner": None,
    "static": None,
    "volunteer": frozenset({Role.VOLUNTEER}),
    "coordinator": frozenset({Role.COORDINATOR, Role.COORDINATION}),
    "lead": frozenset({Role.LEAD}),
    "dpo": frozenset({Role.DPO}),
}
HOMES = {
    Role.VOLUNTEER: "volunteer.sheet",
    Role.COORDINATOR: "coordinator.inbox",
    Role.COORDINATION: "coordinator.inbox",
    Role.LEAD: "lead.home",
    Role.DPO: "dpo.home",
}
# What a page asks by itself, nobody touching it: the session ends all the same.
_NO_GESTURE = frozenset(
    {
        "public.pulse",
        "volunteer.keep_open",
        "volunteer.offline_token",
        "volunteer.offline_key",
        "volunteer.alert_state",
        "coordinator.alerts",
    }
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def instance() -> Instance:
    """The instance this application serves."""
    return cast("Instance", flask.current_app.extensions["appel"])


def now() -> datetime:
    """The instant of this request: the same wherever it is asked."""
    if "now" not in flask.g:
        flask.g.now = instance().clock()
    return cast("datetime", flask.g.now)


def db() -> Session:
    """The database session of this request."""
    if "db" not in flask.g:
        flask.g.db = instance().database.session()
    return cast("Session", flask.g.db)


def me() -> User:
    """Who is signed in. The gate has refused everybody else already."""
    found = visitor()
    if found is None:
        raise Unauthorized
    return found


def visitor() -> User | None:
    """Who is signed in, if anybody."""
    user = flask_login.current_user._get_current_object()  # asked often: the user, not its proxy
    return user if isinstance(user, User) else None


def organisation() -> Organisation:
    """Whose instance this is."""
    if "organisation" not in flask.g:
        flask.g.organisation = db().get_one(Organisation, 1)
    return cast("Organisation", flask.g.organisation)


def campaigns() -> list[Campaign]:
    """The campaigns this user takes part in, as ``access.campaigns_of``; asked once a request."""
    if "campaigns" not in flask.g:
        flask.g.campaigns = access.campaigns_of(db(), me())
    return cast("list[Campaign]", flask.g.campaigns)


def campaign() -> Campaign:
    """The campaign this user works in now; 403 when they take part in none."""
    if "campaign" not in flask.g:
        found = campaigns()
        chosen = flask.session.get("campaign")
        named = [item for item in found if item.id == chosen] or found
        if not named:
            raise Forbidden("Vous ne participez à aucune campagne en ce moment.")
        flask.g.campaign = named[0]
    return cast("Campaign", flask.g.campaign)


def found(thing: T | None) -> T:
    """The thing, or 404: what is not yours does not exist for you."""
    if thing is None:
        raise NotFound
    return thing


def sign_in(user: User, session: Session | None = None) -> None:
    """Open a session for somebody who proved who they are. The cookie starts afresh."""
    key = accounts.open_for(session or db(), user, at=now())
    flask.session.clear()
    flask.session["key"] = key


def sign_out() -> None:
    """Close the session for every copy of its cookie."""
    key = flask.session.get("key")
    flask.session.clear()
    if key:
        accounts.end(db(), str(key), at=now())


def only_reads(view: F) -> F:
    """Mark a POST whose request keeps nothing: a preview, or one that works in short units of its
    own. It does not take the one pen of SQLite while it thinks."""
    view.only_reads = True  # type: ignore[attr-defined]  # functions carry marks
    return view


def writes_late(view: F) -> F:
    """Mark a POST that reads and checks first, and then asks for the pen itself (``write``)."""
    view.writes_late = True  # type: ignore[attr-defined]  # functions carry marks
    return view


def write(*, stands: Callable[[], bool] | None = None) -> bool:
    """From here to the end of the request: one writing transaction.

    What was read before it may have changed: whoever asks for it again reads it afresh, all but
    who is signed in and where they work. Unless ``stands``, asked with the pen in hand, says that
    nothing changed: then all of it is kept, as it is for whoever had the pen already. Gives
    whether it is.
    """
    if has_the_pen(db()):
        return True
    instance().database.turn_to_writing(db())
    if stands is not None and stands():
        return True
    for thing in db():
        if not isinstance(thing, (User, SignedSession, Campaign, Organisation)):
            db().expire(thing)
    return False


def unit() -> AbstractContextManager[Session]:
    """A short writing transaction of its own beside a request that reads, kept whatever becomes of
    the request. For requests without the pen: there is one."""
    return instance().database.unit(beside=db())


def guard(app: flask.Flask) -> None:
    """Put the gate in front of an application."""
    login = flask_login.LoginManager()
    login.session_protection = None  # sessions are rows; an address may change on a phone
    login.init_app(app)
    login.request_loader(_who)
    app.before_request(_enter)
    app.after_request(_settle)
    app.teardown_request(_leave)


def _who(_request: flask.Request) -> User | None:
    key = flask.session.get("key")
    if not isinstance(key, str):
        return None
    live = accounts.live(db(), key, at=now())
    if live is None:
        return None
    row, user, joined, organisation = live
    if organisation is not None:
        flask.g.organisation = organisation  # whoever asks the session for it finds it there
    if user.role not in access.IN_ALL:
        flask.g.campaigns = joined
    flask.g.session_ends_at = expires_at(row, user)
    if now() - row.seen_at >= TOUCH_EVERY and _is_gesture(flask.request):
        _touch(row)
        # As if read so: this session only reads, it must not write the row a second time.
        set_committed_value(row, "seen_at", now())
        flask.g.session_ends_at = expires_at(row, user)
    return user


def _is_gesture(request: flask.Request) -> bool:
    """Somebody asked, not a page by itself: a beat, a key, a copy kept for a bad network."""
    return request.endpoint not in _NO_GESTURE and "X-Copy" not in request.headers


def _touch(row: SignedSession) -> None:
    """Note that the session lives. While somebody writes for long, reading must go on."""
    try:
        with unit() as session:
            accounts.touch(session, row, at=now())
    except Busy:
        logger().info("session_not_touched", session=row.id)


def _enter() -> Response | None:
    endpoint = flask.request.endpoint
    if endpoint is None:
        return None  # Flask answers 404 or 405 itself
    folder = endpoint.partition(".")[0]
    if folder == "static":
        return None
    roles = FOLDERS.get(folder, frozenset())
    user = visitor()
    if roles is not None:
        if user is None:
            raise Unauthorized
        if user.role not in roles:
            raise Forbidden
    if _writes_at_once():
        write()
    return None


def _writes_at_once() -> bool:
    view = flask.current_app.view_functions.get(flask.request.endpoint or "")
    is_marked = getattr(view, "only_reads", False) or getattr(view, "writes_late", False)
    return flask.request.method not in SAFE and not is_marked


def has_the_pen(session: Session) -> bool:
    """Whether this session writes: SQLite has one pen, and no second unit may open meanwhile."""
    return session.bind is instance().database.writer


def _settle(response: flask.Response) -> flask.Response:
    session: Session | None = flask.g.get("db")
    if session is None or not has_the_pen(session):
        return response
    try:
        instance().database.settle(session, done=response.status_code < 400)
    except Exception as fault:
        # Nothing was kept: neither is « c’est enregistré ». The handlers answer as for a view.
        flask.session.pop("_flashes", None)
        return flask.make_response(flask.current_app.handle_user_exception(fault))
    return response


def _leave(_fault: BaseException | None) -> None:
    session: Session | None = flask.g.pop("db", None)
    if session is not None:
        session.close()


def context() -> dict[str, Any]:
    """What every template may use: who, and when."""
    user = visitor()
    return {
        "me": user,
        "now": now(),
        "session_ends_at": flask.g.get("session_ends_at"),
        "is_demo": instance().config.demo,
    }


def is_alive(session: Session) -> bool:
    """Whether the database answers."""
    return session.scalar(sa.select(sa.literal(1))) == 1
