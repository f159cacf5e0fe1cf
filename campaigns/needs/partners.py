"""Partners without an account: what they read of one need, and their answer in one click."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal, reference
from campaigns.models import (
    Labelled,
    Need,
    NeedState,
    Office,
    Referral,
    ReferralState,
    Urgency,
    User,
)
from campaigns.needs.agreeing import agreement_words
from campaigns.needs.referring import OVER, keepers
from campaigns.needs.reminding import is_with_another
from campaigns.needs.steps import acknowledge, lock, note
from campaigns.needs.telling import tell
from campaigns.refusal import Refusal

# Somebody goes there, or it is about the home itself: only then is the address told.
_AT_HOME = frozenset(
    {
        "SAN_VITAL",
        "PSY_SUICIDE",
        "ALE_LEVEE_DOUTE",
        "SAN_CANICULE",
        "SAN_MEDICAMENTS",
        "ALI_URGENCE",
        "ALI_COURSES",
        "ALI_PORTAGE",
        "AUT_AIDE_DOM",
        "AUT_TELEASSISTANCE",
        "LOG_IMPAYE",
        "LOG_ENERGIE",
        "LOG_INDIGNE",
        "DIV_ANIMAUX",
    }
)


class PartnerAnswer(Labelled):
    """The one click of a partner."""

    TAKEN = "pris-en-charge", "Nous nous en occupons"
    NOT_OURS = "hors-competence", "Ce n’est pas de notre ressort"
    MORE = "question", "Il nous manque une information"
    DONE = "fait", "C’est fait"


@dataclass(frozen=True, slots=True)
class PartnerView:
    """All a partner reads of a need: no scheme, no birth date, no file number, no history.

    ``address`` is None unless the need is about the home. Phones are E.164.
    """

    reference: str
    urgency: Urgency
    category: str
    person: str
    commune: str
    address: str | None
    phones: tuple[str, ...]
    text: str
    ring_back: str
    agreement: str
    raised_at: datetime
    state: ReferralState
    may_answer: bool


_STATES = {
    PartnerAnswer.TAKEN: ReferralState.TAKEN,
    PartnerAnswer.NOT_OURS: ReferralState.NOT_OURS,
    PartnerAnswer.DONE: ReferralState.DONE,
}


def wants_address(need: Need) -> bool:
    """Whether helping means going there, or is about the home itself."""
    return need.category in _AT_HOME


def for_partner(referral: Referral) -> PartnerView:
    """What this partner may read of the need."""
    need, person = referral.need, referral.need.person
    town = person.commune.name if person.commune else person.town
    street = f"{person.address}, {person.postal_code} {town}".strip(" ,")
    return PartnerView(
        reference=need.reference,
        urgency=need.urgency,
        category=reference.categories()[need.category].label,
        person=person.full_name,
        commune=town,
        address=street if person.address and wants_address(need) else None,
        phones=tuple(phone.e164 for phone in person.phones if phone.invalid_at is None),
        text=need.text,
        ring_back=need.ring_back,
        agreement=agreement_words(need),
        raised_at=need.raised_at,
        state=referral.state,
        may_answer=referral.state not in OVER,
    )


def open_by_partner(session: Session, referral: Referral, *, at: datetime) -> None:
    """The button was pressed. A machine may have pressed it: read, not authenticated."""
    if referral.state in {ReferralState.SENT, ReferralState.TO_SEND, ReferralState.REFUSED}:
        referral.state = ReferralState.READ
        referral.moved_at = at
        note(referral.need, "read", f"Ouvert par {referral.name}.", by=None, at=at)
    journal.record(session, "referral_opened", about=referral, by=None, at=at)


def answer(
    session: Session,
    referral: Referral,
    said: PartnerAnswer,
    *,
    words: str,
    at: datetime,
    proposed: Office | None = None,
    by: User | None = None,
) -> None:
    """Keep a partner's answer; « pas de notre ressort » brings the need back to its coordinator.

    ``proposed`` is the office they name instead, ``by`` who typed it for them from a paper.
    """
    need = referral.need
    lock(session, need)  # a coordinator may be moving it at this instant
    if referral.state in OVER or need.state is NeedState.CLOSED:
        raise Refusal("Vous avez déjà répondu. Pour changer, appelez la coordination.")
    text = _checked(said, words, proposed)
    referral.state = _STATES.get(said, referral.state)
    referral.moved_at = need.moved_at = at
    if said in {PartnerAnswer.TAKEN, PartnerAnswer.DONE}:
        acknowledge(need, at=at)
    need.state = _state_after(need, said, referral)
    note(need, "partner", f"{referral.name} : {said.label}. {text}".strip(), by=by, at=at)
    if said is PartnerAnswer.NOT_OURS and proposed is not None:
        say = f"{referral.name} propose : {proposed.name}."
        note(need, f"prop-{referral.id}-{proposed.id}", say, by=by, at=at, is_internal=True)
    journal.record(session, "referral_answered", about=referral, by=by, at=at, answer=said.value)
    session.flush()  # the version moves on with the answer
    if said is not PartnerAnswer.TAKEN:
        _tell_keepers(session, referral, said, at=at, but=by)


def _checked(said: PartnerAnswer, words: str, proposed: Office | None) -> str:
    text = words.strip()[:300]
    if said is PartnerAnswer.NOT_OURS and not text and proposed is None:
        raise Refusal("Dites-nous qui est compétent, en quelques mots.", field="words")
    if said is PartnerAnswer.MORE and not text:
        raise Refusal("Dites-nous ce qu’il vous manque, en quelques mots.", field="words")
    return text


def _tell_keepers(
    session: Session, referral: Referral, said: PartnerAnswer, *, at: datetime, but: User | None
) -> None:
    """Somebody has something to do now: the question, the next office, or the end of it."""
    need = referral.need
    for user in keepers(session, need, at=at):
        if user is not but:
            key = f"answered:{referral.id}:{said.value}:{at:%Y%m%d%H%M%S}:{user.id}"
            tell(session, user, "need_waiting", need=need, key=key, at=at, stage="answered")


def _state_after(need: Need, said: PartnerAnswer, answered: Referral) -> NeedState:
    """Where a need stands after a partner's answer; the clock never stops."""
    if said is PartnerAnswer.DONE:
        return NeedState.IN_PROGRESS  # its coordinator checks, then closes it
    if said is PartnerAnswer.TAKEN:
        return need.state if need.owner_id is not None else NeedState.WITH_PARTNER
    if need.state is not NeedState.WITH_PARTNER or is_with_another(need, answered):
        return need.state  # somebody else is on it
    # Back to its coordinator, or to « à prendre » when nobody had taken it.
    return NeedState.TAKEN if need.owner_id is not None else NeedState.NEW
