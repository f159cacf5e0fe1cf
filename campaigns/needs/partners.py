"""Partners without an account: a link to one need, opened by a button, answered in one click."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, reference, sealing
from campaigns.models import Labelled, Need, NeedState, Referral, ReferralState, Urgency
from campaigns.needs.referring import OVER, is_internal
from campaigns.needs.steps import acknowledge, lock, note
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

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


def partner_token(session: Session, referral: Referral) -> str:
    """The token of a partner's link, derived from the referral."""
    keys: Keys = session.info["keys"]
    return f"{referral.id}-{sealing.token(keys.link, 'partner', referral.id, referral.nonce)}"


def find_referral(session: Session, token: str, *, at: datetime) -> Referral | None:
    """The referral behind a link that still lives. Looking changes nothing.

    A link dies with its date, with the need, and with « ce n’est pas de notre ressort »: who has
    nothing more to do with a need reads it no more.
    """
    number, _, _ = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    referral = session.scalar(sa.select(Referral).where(Referral.id == int(number)))
    if referral is None or is_internal(referral):
        return None
    if not sealing.same(partner_token(session, referral), token):
        return None
    if referral.link_expires_at is not None and referral.link_expires_at <= at:
        return None
    if referral.state in {ReferralState.NOT_OURS, ReferralState.EXPIRED}:
        return None
    return None if referral.need.state is NeedState.CLOSED else referral


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
        agreement=need.agreement.label,
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
    session: Session, referral: Referral, said: PartnerAnswer, *, words: str, at: datetime
) -> None:
    """Keep a partner's answer; « pas de notre ressort » brings the need back to its coordinator."""
    need = referral.need
    lock(session, need)  # a coordinator may be moving it at this instant
    if referral.state in OVER or need.state is NeedState.CLOSED:
        raise Refusal("Vous avez déjà répondu. Pour changer, appelez la coordination.")
    text = words.strip()[:300]
    if said in {PartnerAnswer.NOT_OURS, PartnerAnswer.MORE} and not text:
        asked = "qui est compétent" if said is PartnerAnswer.NOT_OURS else "ce qu’il vous manque"
        raise Refusal(f"Dites-nous {asked}, en quelques mots.", field="words")
    referral.state = _STATES.get(said, referral.state)
    referral.moved_at = need.moved_at = at
    if said in {PartnerAnswer.TAKEN, PartnerAnswer.DONE}:
        acknowledge(need, at=at)
    need.state = _state_after(need, said, referral)
    note(need, "partner", f"{referral.name} : {said.label}. {text}".strip(), by=None, at=at)
    journal.record(session, "referral_answered", about=referral, by=None, at=at, answer=said.value)
    session.flush()  # the version moves on with the answer


def _state_after(need: Need, said: PartnerAnswer, answered: Referral) -> NeedState:
    """Where a need stands after a partner's answer; the clock never stops."""
    if said is PartnerAnswer.DONE:
        return NeedState.IN_PROGRESS  # its coordinator checks, then closes it
    if said is PartnerAnswer.TAKEN:
        return need.state if need.owner_id is not None else NeedState.WITH_PARTNER
    if need.state is not NeedState.WITH_PARTNER or _is_with_another(need, answered):
        return need.state  # somebody else is on it
    # Back to its coordinator, or to « à prendre » when nobody had taken it.
    return NeedState.TAKEN if need.owner_id is not None else NeedState.NEW


def _is_with_another(need: Need, answered: Referral) -> bool:
    return any(
        referral.state is ReferralState.TAKEN and not is_internal(referral)
        for referral in need.referrals
        if referral is not answered
    )
