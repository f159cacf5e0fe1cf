"""The coordinator's acts on a need: take, hand over, send elsewhere, move on, close."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import directory, journal, reference, routing
from campaigns.models import Mode, Need, NeedState, ReferralState, Result, User
from campaigns.needs.holding import hold, still_open
from campaigns.needs.referring import OVER, colleagues, is_internal, refer
from campaigns.needs.steps import acknowledge, note
from campaigns.refusal import Refusal

MOVES: Mapping[NeedState, frozenset[NeedState]] = {
    NeedState.NEW: frozenset({NeedState.TAKEN, NeedState.WITH_PARTNER, NeedState.CLOSED}),
    NeedState.TAKEN: frozenset(
        {NeedState.IN_PROGRESS, NeedState.WITH_PARTNER, NeedState.WAITING, NeedState.CLOSED}
    ),
    NeedState.IN_PROGRESS: frozenset({NeedState.WITH_PARTNER, NeedState.WAITING, NeedState.CLOSED}),
    NeedState.WITH_PARTNER: frozenset(
        {NeedState.TAKEN, NeedState.IN_PROGRESS, NeedState.WAITING, NeedState.CLOSED}
    ),
    NeedState.WAITING: frozenset({NeedState.IN_PROGRESS, NeedState.WITH_PARTNER, NeedState.CLOSED}),
    NeedState.CLOSED: frozenset(),
}


def take(session: Session, need: Need, *, by: User, version: int, at: datetime) -> None:
    """One owner at a time. Refusal when a colleague has it already, with their name."""
    hold(session, need, version)
    still_open(need)
    if need.owner is not None and need.owner_id != by.id:
        raise Refusal(f"{need.owner.first_name} s’en occupe déjà. Rien n’a été changé.")
    if need.state is NeedState.NEW:
        _go(need, NeedState.TAKEN, at=at)
    need.owner = by
    need.moved_at = at
    acknowledge(need, at=at)
    _mark_internal(need, ReferralState.TAKEN, at=at)
    note(need, "taken", f"{by.first_name} s’en occupe.", by=by, at=at)
    journal.record(session, "need_taken", about=need, by=by, at=at)
    session.flush()  # the version moves on with the act


def hand_over(
    session: Session, need: Need, to: User, *, by: User, version: int, at: datetime
) -> None:
    """Give a need to a colleague who may read it; the clock goes on."""
    hold(session, need, version)
    still_open(need)
    if to.id not in {user.id for user in colleagues(session, need)}:
        raise Refusal("Choisissez une personne qui peut lire ce besoin.", field="to")
    if need.owner_id == to.id:
        raise Refusal(f"{to.first_name} s’en occupe déjà. Rien n’a été changé.", field="to")
    need.owner = to
    need.moved_at = at
    note(need, "handed_over", f"Confié à {to.first_name}.", by=by, at=at)
    journal.record(session, "need_handed_over", about=need, by=by, at=at, to=to.id)
    session.flush()  # the version moves on with the act


def move(
    session: Session,
    need: Need,
    state: NeedState,
    *,
    say: str,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Say how far a need has come; Refusal for a step that does not follow.

    Who moves a need nobody had taken answers for it from then on.
    """
    if state is NeedState.CLOSED:
        raise ValueError("closing has its own act")
    hold(session, need, version)
    _go(need, state, at=at)
    need.owner = need.owner or by
    acknowledge(need, at=at)
    note(need, "moved", f"{state.label.capitalize()}. {say.strip()}".strip(), by=by, at=at)
    journal.record(session, "need_moved", about=need, by=by, at=at, state=state.value)
    session.flush()  # the version moves on with the act


def refer_again(
    session: Session,
    need: Need,
    destination: str,
    *,
    reason: str,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Send a need elsewhere with a reason; the clock goes on. Refusal when nobody is there."""
    hold(session, need, version)
    still_open(need)
    if not reason.strip():
        raise Refusal("Dites pourquoi vous l’envoyez ailleurs, en une phrase.", field="reason")
    found = directory.Directory(session)
    office = found(destination)
    if office is None or not routing.is_reachable(office, Mode.MAIL):
        raise Refusal(
            "Ce service n’a pas d’adresse dans l’annuaire : choisissez-en un autre, ou appelez-le.",
            field="destination",
        )
    territory = found.rows(destination).territory
    if territory is not None or destination == reference.COORDINATION:
        # It starts again on somebody else's list: they have not seen it yet.
        _mark_internal(need, ReferralState.NOT_OURS, at=at)
        need.territory = territory or need.territory
        need.owner, need.acknowledged_at, need.state = None, None, NeedState.NEW
    else:
        acknowledge(need, at=at)
        if need.state is not NeedState.WITH_PARTNER:
            _go(need, NeedState.WITH_PARTNER, at=at)
    need.moved_at = at
    step = routing.Step(office, Mode.MAIL, reason.strip(), rank=1)
    refer(session, need, step, by=by, at=at)
    journal.record(session, "need_rerouted", about=need, by=by, at=at, destination=destination)
    session.flush()  # the version moves on with the act


def close(
    session: Session,
    need: Need,
    result: Result,
    *,
    say: str,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Close a need with a result and a short note; the volunteer reads both."""
    hold(session, need, version)
    if not say.strip():
        raise Refusal(
            "Écrivez en une phrase ce qui a été fait : la personne qui a appelé le lira.",
            field="note",
        )
    _go(need, NeedState.CLOSED, at=at)
    need.result, need.closed_at, need.closing_note = result, at, say.strip()[:500]
    acknowledge(need, at=at)
    _mark_internal(need, ReferralState.DONE, at=at)
    note(need, "closed", f"Clos, {result.label}. {say.strip()}", by=by, at=at)
    journal.record(session, "need_closed", about=need, by=by, at=at, result=result.value)
    session.flush()  # the version moves on with the act


def say_to_volunteer(need: Need) -> str:
    """What became of a need, as the volunteer may tell the person."""
    if need.state is NeedState.CLOSED and need.result is not None:
        return f"{need.result.label.capitalize()}. {need.closing_note}".strip()
    told = (
        step.say
        for step in reversed(need.steps)
        if step.kind in {"moved", "partner"} and not step.is_internal
    )
    return next(told, f"{need.state.label.capitalize()}.")


def _go(need: Need, state: NeedState, *, at: datetime) -> None:
    if state not in MOVES[need.state]:
        raise Refusal(f"Ce besoin est {need.state.label} : il ne peut pas devenir {state.label}.")
    need.state = state
    need.moved_at = at


def _mark_internal(need: Need, state: ReferralState, *, at: datetime) -> None:
    """What happens to a need happens to the referrals that are read here."""
    for referral in need.referrals:
        if is_internal(referral) and referral.state not in OVER:
            referral.state, referral.moved_at = state, at
