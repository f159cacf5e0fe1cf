"""One need: who, what they said, where it was sent, what happened, what can be done."""

from dataclasses import dataclass
from datetime import date

import flask

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator.forms import (
    ActForm,
    CloseForm,
    HandOverForm,
    MoveForm,
    ReferForm,
)
from campaigns import directory, journal, needs, reference, weeks
from campaigns.models import Need, NeedState, User


@dataclass(slots=True)
class Acts:
    """The forms of the page: those sent back with their errors, fresh ones beside."""

    move: MoveForm
    refer: ReferForm
    hand_over: HandOverForm
    close: CloseForm


@blueprint.get("/besoins/<int:need_id>")
def need(need_id: int) -> str:
    """The page of a need. Opening it is journaled: who read whom."""
    shown = found(need_id)
    with gate.instance().database.unit() as session:
        journal.record(session, "need_opened", about=("need", need_id), by=gate.me(), at=gate.now())
    return page(shown)


def found(need_id: int) -> Need:
    """The need, or 404 when it is not this coordinator's."""
    return gate.found(needs.with_story(gate.db(), gate.me(), need_id, gate.campaign()))


def page(shown: Need, sent: ActForm | None = None, refused: str = "") -> str:
    """Render a need with its acts; ``sent`` is the form to be corrected, ``refused`` a sentence."""
    acts = Acts(
        move=sent if isinstance(sent, MoveForm) else MoveForm(formdata=None),
        refer=sent if isinstance(sent, ReferForm) else ReferForm(formdata=None),
        hand_over=sent if isinstance(sent, HandOverForm) else HandOverForm(formdata=None),
        close=sent if isinstance(sent, CloseForm) else CloseForm(formdata=None),
    )
    offer(shown, acts.move, acts.refer, acts.hand_over)
    person = shown.person
    return flask.render_template(
        "coordinator/need.html",
        need=shown,
        person=person,
        age=_age(person.birth_date, weeks.local_day(gate.now())),
        category=reference.categories()[shown.category],
        wants_address=needs.wants_address(shown),
        help_lines=reference.help_lines_for(shown.category),
        acts=acts,
        sent=sent,
        refused=refused,
        is_closed=shown.state is NeedState.CLOSED,
        may_take=shown.state is not NeedState.CLOSED and shown.owner_id is None,
    )


def offer(shown: Need, *forms: ActForm) -> None:
    """Give each form the choices that exist for this need."""
    for form in forms:
        if isinstance(form, MoveForm):
            form.offer(_steps(shown))
        elif isinstance(form, ReferForm):
            form.offer(_destinations(shown))
        elif isinstance(form, HandOverForm):
            form.offer([(str(user.id), user.full_name) for user in _colleagues(shown)])


def colleague(shown: Need, user_id: str) -> User:
    """The colleague chosen in the list, or 404."""
    return gate.found(next((u for u in _colleagues(shown) if str(u.id) == user_id), None))


def _colleagues(shown: Need) -> list[User]:
    return [user for user in needs.colleagues(gate.db(), shown) if user.id != shown.owner_id]


def _steps(shown: Need) -> list[NeedState]:
    following = needs.MOVES[shown.state] - {NeedState.CLOSED}
    return [state for state in NeedState if state in following]


def _destinations(shown: Need) -> dict[str, list[tuple[str, str]]]:
    near: list[tuple[str, str]] = []
    wide: list[tuple[str, str]] = []
    for office in directory.partners(gate.db(), shown.person):
        if office.code != reference.COORDINATION:
            (near if office.scope == "commune" else wide).append((office.code, office.name))
    territories = [(f"TERRITOIRE_{row.code}", row.name) for row in directory.territories(gate.db())]
    groups = {
        "Dans la commune": near,
        "Dans le département": wide,
        "Territoires": territories,
        "Campagne": [(reference.COORDINATION, "Coordination de la campagne")],
    }
    return {name: rows for name, rows in groups.items() if rows}


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
