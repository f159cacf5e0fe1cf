"""One need: who, what they said, where it was sent, what happened, what can be done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import flask

from appel_solidaire import formats, gate, opening
from appel_solidaire.record_pages import reach
from appel_solidaire.web.coordinator import blueprint, place
from appel_solidaire.web.coordinator import work_forms as work
from appel_solidaire.web.coordinator.forms import (
    ActForm,
    CloseForm,
    HandOverForm,
    MoveForm,
    ReferForm,
)
from campaigns import directory, needs, records, reference, weeks
from campaigns.directory import hours, opening_of
from campaigns.models import Need, NeedState, Urgency, User
from campaigns.needs import (
    absences,
    asking,
    delays,
    idle,
    joining,
    meetings,
    own_forms,
    vouchers,
    working,
)

URGENT = frozenset({Urgency.U0, Urgency.U1})
FORMS: Mapping[str, type[ActForm]] = {
    "move": MoveForm,
    "refer": ReferForm,
    "hand_over": HandOverForm,
    "close": CloseForm,
    "call": work.CallForm,
    "ask": work.QuestionForm,
    "note": work.NoteForm,
    "meeting": work.MeetingForm,
    "place": work.PlaceForm,
    "voucher": work.VoucherForm,
    "grant": work.GrantForm,
    "refuse": work.RefuseForm,
    "join": work.JoinForm,
    "reviewed": work.ReviewedForm,
    "reopen": work.ReopenForm,
}


@blueprint.get("/besoins/<int:need_id>")
def need(need_id: int) -> str:
    """The page of a need. Opening it is journaled: who read whom."""
    return page(found(need_id))


def found(need_id: int) -> Need:
    """The need, or 404 when it is not this coordinator's."""
    return gate.found(
        needs.with_story(gate.db(), gate.me(), need_id, gate.campaign(), at=gate.now())
    )


def page(shown: Need, sent: ActForm | None = None, refused: str = "") -> str:
    """Render a need with its acts; ``sent`` is the form to be corrected, ``refused`` a sentence."""
    opening.note_need(shown.id, shown.person_id, is_urgent=shown.urgency in URGENT)
    # The form sent back keeps its errors; the others are fresh beside it.
    acts = {
        name: sent if sent is not None and type(sent) is kind else kind(formdata=None)
        for name, kind in FORMS.items()
    }
    offer(shown, *acts.values())
    person = shown.person
    return flask.render_template(
        "coordinator/need.html",
        need=shown,
        person=person,
        may_open_record=records.is_within(gate.db(), person.insee, territories=reach.territories()),
        age=_age(person.birth_date, weeks.local_day(gate.now())),
        category=reference.categories()[shown.category],
        wants_address=needs.wants_address(shown),
        help_lines=reference.help_lines_for(shown.category),
        acts=acts,
        sent=sent,
        refused=refused,
        is_closed=shown.state is NeedState.CLOSED,
        may_take=shown.state is not NeedState.CLOSED and shown.owner_id is None,
        **_around(shown),
        **_work(shown),
    )


def _around(shown: Need) -> dict[str, Any]:  # Any: what a template may show
    """The list somebody came from, at their line, and the need after this one."""
    at = place.here()
    return {
        "back": place.back(),
        "back_words": at.basket.label if at else "Tous les besoins",
        "following": at.following(shown.id) if at else None,
    }


def _work(shown: Need) -> dict[str, Any]:  # Any: what a template may show
    """What was done about the need beside its steps, and what may be done next."""
    session = gate.db()
    return {
        "advice": _advice(shown),
        "questions": asking.of_need(session, shown),
        "slips": vouchers.of_need(session, shown),
        "may_decide": vouchers.may_decide(gate.campaign(), gate.me()),
        "deciders": vouchers.who_decides(gate.campaign()),
        "euros": vouchers.euros,
        "meetings": meetings.of_need(session, shown),
        "joined": joining.joined(session, shown),
        "attempts": working.attempts(shown),
        "missed": working.missed_in_a_row(shown),
        "missed_message": working.missed_call_message(gate.organisation()),
        "own_form": own_forms.of_need(session, shown),
        "organisation": gate.organisation(),
        "opened": hours.say_hours(opening_of(session, gate.now().year).week),
    }


def _advice(shown: Need) -> idle.Advice | None:
    """What to do about a need that no longer moves."""
    if shown.state is NeedState.CLOSED:
        return None
    now, stages = gate.now(), delays.of(gate.campaign()).stages
    opening = opening_of(gate.db(), now.year)
    days = idle.stage(shown.moved_at, at=now, opening=opening, stages=stages)
    return idle.advice(shown.reference, shown.state, days, stages=stages) if days else None


def offer(shown: Need, *forms: ActForm) -> None:
    """Give each form the choices that exist for this need."""
    session, now = gate.db(), gate.now()
    for form in forms:
        if isinstance(form, MoveForm):
            form.offer(_steps(shown))
        elif isinstance(form, ReferForm):
            form.offer(destinations(shown))
        elif isinstance(form, HandOverForm):
            form.offer(_named(_colleagues(shown)))
        elif isinstance(form, work.QuestionForm):
            form.offer([(str(u.id), u.full_name) for u in asking.askable(session, shown, at=now)])
        elif isinstance(form, work.PlaceForm):
            form.offer(_slots())
        elif isinstance(form, work.JoinForm):
            form.offer([(str(one.id), _told(one)) for one in others(shown)])


def colleague(shown: Need, user_id: str) -> User:
    """The colleague chosen in the list, or 404."""
    return gate.found(next((u for u in _colleagues(shown) if str(u.id) == user_id), None))


def volunteer(shown: Need, user_id: str) -> User:
    """The volunteer chosen in the list, or 404."""
    asked = asking.askable(gate.db(), shown, at=gate.now())
    return gate.found(next((u for u in asked if str(u.id) == user_id), None))


def others(shown: Need) -> list[Need]:
    """Other needs of the same person this one may join."""
    return list(
        joining.candidates(gate.db(), gate.me(), gate.campaign(), shown, at=gate.now())
        if shown.state is not NeedState.CLOSED
        else ()
    )


def _colleagues(shown: Need) -> list[User]:
    return [user for user in needs.colleagues(gate.db(), shown) if user.id != shown.owner_id]


def _named(users: list[User]) -> list[tuple[str, str]]:
    """Colleagues as (number, name), with who answers for those who are away today."""
    today = weeks.local_day(gate.now())
    aways = absences.of_campaign(gate.db(), gate.campaign(), today=today)
    away = {one.who.id: one for one in aways if one.covers(today)}
    return [(str(user.id), user.full_name + _absent(away.get(user.id))) for user in users]


def _absent(away: absences.Away | None) -> str:
    if away is None:
        return ""
    deputy = f", {away.deputy.first_name} répond" if away.deputy else ""
    return f" (pas là jusqu’au {formats.day(away.absence.last_on)}{deputy})"


def _steps(shown: Need) -> list[NeedState]:
    following = needs.MOVES[shown.state] - {NeedState.CLOSED}
    return [state for state in NeedState if state in following]


def destinations(shown: Need) -> dict[str, list[tuple[str, str]]]:
    """Where a need may be sent, as (code, name) by group."""
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


def _slots() -> list[tuple[str, str]]:
    now = gate.now()
    return [
        (
            str(one.slot.id),
            f"{formats.moment(one.slot.starts_at, now=now).capitalize()}, {one.office} : "
            f"{formats.count(one.left, 'place libre', 'places libres')}",
        )
        for one in meetings.slots(gate.db(), at=now)
        if one.left > 0
    ]


def _told(other: Need) -> str:
    label = reference.categories()[other.category].label
    return f"{other.reference}, {label}, signalé par {other.raised_by.first_name}"


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
