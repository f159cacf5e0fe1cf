"""The coordinator's side of a partner's answer: reply, follow their advice, type a paper's code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_97_10

from campaigns import access, journal, mails
from campaigns.models import Campaign, Need, NeedState, Office, Referral, User
from campaigns.needs.care import refer_again
from campaigns.needs.holding import hold_open, touch
from campaigns.needs.partners import PartnerAnswer, answer
from campaigns.needs.referring import OVER, address_of, is_internal
from campaigns.needs.steps import note
from campaigns.refusal import Refusal

_ANSWERS = tuple(PartnerAnswer)
_CHECK_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer typed from its code; ``is_new`` is False when it was recorded before."""

    referral: Referral
    said: PartnerAnswer
    is_new: bool


def reply(
    session: Session,
    need: Need,
    referral: Referral,
    words: str,
    *,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Answer a partner's question: they read it on the page behind their link.

    The mail only says that there is something to read. Refusal without words, or when nobody can
    be written to.
    """
    hold_open(session, need, version)
    address = address_of(session, referral)
    if not words.strip():
        raise Refusal("Écrivez votre réponse au service.", field="words")
    if is_internal(referral) or referral.state in OVER or address is None:
        raise Refusal("Ce service ne peut plus être joint par son lien : appelez-le.")
    note(need, _reply_kind(referral), words.strip()[:500], by=by, at=at, is_internal=True)
    mails.post(
        session,
        "need_referred",
        to=address,
        key=f"reply:{referral.id}:{at:%Y%m%d%H%M%S}",
        about={"need": need.id, "referral": referral.id, "why": "answered"},
        at=at,
    )
    touch(need, at=at)
    journal.record(session, "partner_replied", about=referral, by=by, at=at)
    session.flush()  # the version moves on with the act


def replies(referral: Referral) -> list[tuple[datetime, str]]:
    """What the coordination answered this partner, the oldest first."""
    kind = _reply_kind(referral)
    return [(step.at, step.say) for step in referral.need.steps if step.kind == kind]


def proposal_of(session: Session, referral: Referral) -> Office | None:
    """Whom a partner who is not competent proposed from the directory, if they did."""
    prefix = f"prop-{referral.id}-"
    for step in reversed(referral.need.steps):
        if step.kind.startswith(prefix):
            return session.get(Office, int(step.kind.removeprefix(prefix)))
    return None


def follow_proposal(
    session: Session, need: Need, referral: Referral, *, by: User, version: int, at: datetime
) -> Office:
    """Send the need, in one click, to whom the partner proposed; Refusal when they named nobody."""
    office = proposal_of(session, referral)
    if office is None:
        raise Refusal("Ce service n’a proposé personne de l’annuaire : choisissez vous-même.")
    reason = f"{referral.name} l’a proposé."
    refer_again(session, need, office.code, reason=reason, by=by, version=version, at=at)
    return office


def answer_codes(referral: Referral) -> Mapping[PartnerAnswer, str]:
    """The code of each answer on the printed sheet: its number, the answer, two check digits."""
    return {said: _code(referral.id, number) for number, said in enumerate(_ANSWERS, start=1)}


def record_code(
    session: Session,
    typed: str,
    *,
    words: str = "",
    campaign: Campaign,
    by: User,
    at: datetime,
) -> Recorded:
    """Keep the answer whose code somebody read out, or wrote on the sheet that came back.

    Typed twice it is kept once. Refusal for a code that is not right, or a need that is not
    this coordinator's.
    """
    referral, said = _of_code(session, typed)
    mine = access.need_of(session, by, referral.need_id, campaign=campaign, at=at)
    if mine is None:
        raise Refusal("Ce code est celui d’un besoin que vous ne suivez pas.", field="code")
    if _is_kept(referral, said):
        return Recorded(referral, said, is_new=False)
    if mine.state is NeedState.CLOSED:
        raise Refusal(f"Le besoin {mine.reference} est déjà clos.", field="code")
    try:
        answer(session, referral, said, words=words, at=at, by=by)
    except Refusal as refusal:
        raise Refusal(str(refusal), field=refusal.field or "code") from refusal
    return Recorded(referral, said, is_new=True)


def _code(referral_id: int, answer_number: int) -> str:
    digits = f"{referral_id:04d}{answer_number}"
    digits += mod_97_10.calc_check_digits(digits)
    return f"{digits[: -_CHECK_DIGITS - 1]} {digits[-_CHECK_DIGITS - 1]} {digits[-_CHECK_DIGITS:]}"


def _of_code(session: Session, typed: str) -> tuple[Referral, PartnerAnswer]:
    digits = "".join(sign for sign in typed if sign not in " .-\u00a0\u202f")
    wrong = Refusal("Ce code n’est pas juste : relisez-le chiffre par chiffre.", field="code")
    if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12):
        raise wrong
    number = int(digits[-_CHECK_DIGITS - 1])
    if not mod_97_10.is_valid(digits) or not 1 <= number <= len(_ANSWERS):
        raise wrong
    referral = session.scalar(
        sa.select(Referral).where(Referral.id == int(digits[: -_CHECK_DIGITS - 1]))
    )
    if referral is None or is_internal(referral):
        raise wrong
    return referral, _ANSWERS[number - 1]


def _is_kept(referral: Referral, said: PartnerAnswer) -> bool:
    """Whether the last thing this partner said is this very answer."""
    told = [step for step in referral.need.steps if step.kind == "partner"]
    mine = [step.say for step in told if step.say.startswith(f"{referral.name} : ")]
    return bool(mine) and mine[-1].startswith(f"{referral.name} : {said.label}")


def _reply_kind(referral: Referral) -> str:
    return f"reply-{referral.id}"
