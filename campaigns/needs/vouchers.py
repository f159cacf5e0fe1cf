"""« Bons solidaires »: asked with an amount, granted with a number or refused with a reason."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import Campaign, Need, Role, User, Voucher, VoucherState
from campaigns.needs.holding import hold, hold_open, touch, worked_on
from campaigns.needs.steps import note
from campaigns.refusal import Refusal

_AMOUNT = re.compile(r"(\d{1,5})(?:[.,](\d{1,2}))?")
WHO = {
    Role.COORDINATOR: "chaque coordinateur, dans ses territoires",
    Role.COORDINATION: "la coordination de la campagne",
    Role.LEAD: "les responsables de la campagne",
}
_KEY = "vouchers"  # where a campaign keeps what differs, among its thresholds


@dataclass(frozen=True, slots=True)
class VoucherRules:
    """What a campaign sets about vouchers: who decides, and how much one may be, in cents."""

    deciders: frozenset[Role] = frozenset({Role.COORDINATION})
    most_cents: int = 30_000

    @classmethod
    def of(cls, thresholds: Mapping[str, Any]) -> "VoucherRules":  # Any: plain JSON
        """Read ``thresholds["vouchers"]``: ``deciders`` (roles), ``most_cents``.

        ValueError when a value is none of those allowed.
        """
        kept = thresholds.get(_KEY, {})
        deciders = frozenset(Role(one) for one in kept.get("deciders", [Role.COORDINATION]))
        most = int(kept.get("most_cents", cls().most_cents))
        if not deciders or deciders - WHO.keys() or not 0 < most <= 1_000_000:
            raise ValueError("vouchers: coordinators and leads, 1 to 1,000,000 cents")
        return cls(deciders, most)


@dataclass(frozen=True, slots=True)
class Slip:
    """A voucher with the first names of who asked and who decided."""

    voucher: Voucher
    asked_by: str
    decided_by: str


def may_decide(campaign: Campaign, user: User) -> bool:
    """Whether somebody may grant or refuse vouchers in this campaign."""
    return user.role in VoucherRules.of(campaign.thresholds).deciders


@dataclass(frozen=True, slots=True)
class Waiting:
    """A voucher to decide, for who reads no needs; ``why`` is empty when it is sensitive."""

    voucher: Voucher
    reference: str
    version: int
    why: str
    asked_by: str


def set_rules(
    session: Session,
    campaign: Campaign,
    *,
    deciders: Collection[Role],
    most: str,
    by: User,
    at: datetime,
) -> None:
    """Say who decides about vouchers and how much one may be; Refusal when nobody or no amount."""
    if not deciders:
        raise Refusal("Cochez au moins une réponse : quelqu’un doit décider.", field="deciders")
    amount = cents(most.strip())
    if not amount:
        raise Refusal("Écrivez un montant, par exemple 300.", field="most")
    if amount > 1_000_000:
        raise Refusal("Un bon vaut 10\u00a0000\u00a0€ au plus.", field="most")
    rules = {"deciders": sorted(role.value for role in deciders), "most_cents": amount}
    VoucherRules.of({_KEY: rules})
    campaign.thresholds = campaign.thresholds | {_KEY: rules}
    journal.record(session, "voucher_rules_set", about=campaign, by=by, at=at)


def waiting(session: Session, campaign: Campaign) -> list[Waiting]:
    """The vouchers of a campaign nobody has decided yet, the oldest first."""
    rows = session.execute(
        sa.select(Voucher, Need, User.first_name)
        .join(Need, Need.id == Voucher.need_id)
        .join(User, User.id == Voucher.asked_by_id)
        .where(Need.campaign_id == campaign.id, Voucher.state == VoucherState.ASKED)
        .order_by(Voucher.id)
        .limit(200)
    )
    return [
        Waiting(
            voucher=voucher,
            reference=need.reference,
            version=need.version,
            why="" if need.is_sensitive else voucher.why,
            asked_by=name,
        )
        for voucher, need, name in rows
    ]


def of_campaign(session: Session, campaign: Campaign, voucher_id: int) -> Voucher | None:
    """A voucher of this campaign, decided or not, or None."""
    return session.scalar(
        sa.select(Voucher)
        .join(Need, Need.id == Voucher.need_id)
        .where(Voucher.id == voucher_id, Need.campaign_id == campaign.id)
    )


def who_decides(campaign: Campaign) -> str:
    """« la coordination de la campagne ou les responsables de la campagne »."""
    deciders = VoucherRules.of(campaign.thresholds).deciders
    return " ou ".join(words for role, words in WHO.items() if role in deciders)


def cents(text: str) -> int | None:
    """« 50 », « 50,5 » or « 50.50 € » in cents; None when it is no amount."""
    bare = text.replace("€", "").replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    found = _AMOUNT.fullmatch(bare)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def euros(amount_cents: int) -> str:
    """« 50 € », « 50,50 € »."""
    whole, rest = divmod(amount_cents, 100)
    return f"{whole},{rest:02d}\u00a0€" if rest else f"{whole}\u00a0€"


def ask_voucher(
    session: Session,
    need: Need,
    amount: str,
    *,
    campaign: Campaign,
    why: str,
    by: User,
    version: int,
    at: datetime,
) -> Voucher:
    """Ask for a voucher about a need; one at a time. Refusal when the amount is not allowed."""
    hold_open(session, need, version)
    asked, most = cents(amount), VoucherRules.of(campaign.thresholds).most_cents
    if not asked:
        raise Refusal("Écrivez un montant, par exemple 50.", field="amount")
    if asked > most:
        raise Refusal(f"Un bon vaut {euros(most)} au plus.", field="amount")
    waiting = (Voucher.need_id == need.id, Voucher.state == VoucherState.ASKED)
    if session.scalar(sa.select(Voucher.id).where(*waiting).limit(1)) is not None:
        raise Refusal("Un bon est déjà demandé : attendez la décision.", field="amount")
    voucher = Voucher(
        need_id=need.id,
        amount_cents=asked,
        why=why.strip()[:300],
        asked_at=at,
        asked_by_id=by.id,
    )
    session.add(voucher)
    worked_on(need, by=by, at=at)
    say = f"Bon solidaire demandé : {euros(asked)}."
    note(need, "voucher", say, by=by, at=at, is_internal=True)
    journal.record(session, "voucher_asked", about=need, by=by, at=at, cents=asked)
    session.flush()  # the version moves on with the act
    return voucher


def grant(
    session: Session,
    voucher: Voucher,
    number: str,
    *,
    campaign: Campaign,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Grant a voucher with its number; Refusal for who may not, or a number given before."""
    need = _to_decide(session, voucher, campaign, by=by, version=version)
    given = " ".join(number.split())[:40]
    if not given:
        raise Refusal("Écrivez le numéro du bon.", field="number")
    same = sa.select(Voucher.id).where(Voucher.number == given, Voucher.id != voucher.id)
    if session.scalar(same.limit(1)) is not None:
        raise Refusal("Ce numéro est celui d’un autre bon.", field="number")
    voucher.state, voucher.number = VoucherState.GRANTED, given
    voucher.decided_at, voucher.decided_by_id = at, by.id
    say = f"Bon solidaire accordé : {euros(voucher.amount_cents)}."
    _decided(session, need, say, code="granted", by=by, at=at)


def refuse(
    session: Session,
    voucher: Voucher,
    why: str,
    *,
    campaign: Campaign,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Refuse a voucher with a reason, which who asked reads."""
    need = _to_decide(session, voucher, campaign, by=by, version=version)
    if not why.strip():
        raise Refusal("Dites pourquoi il est refusé, en une phrase.", field="why_not")
    voucher.state, voucher.why = VoucherState.REFUSED, why.strip()[:300]
    voucher.decided_at, voucher.decided_by_id = at, by.id
    _decided(session, need, f"Bon solidaire refusé. {voucher.why}", code="refused", by=by, at=at)


def of_need(session: Session, need: Need) -> list[Slip]:
    """The vouchers of a need, oldest first, with who asked and who decided."""
    found = session.scalars(
        sa.select(Voucher).where(Voucher.need_id == need.id).order_by(Voucher.id).limit(20)
    ).all()
    ids = {one.asked_by_id for one in found} | {one.decided_by_id for one in found}
    names = dict(
        session.execute(sa.select(User.id, User.first_name).where(User.id.in_(ids - {None}))).all()
        if found
        else ()
    )
    return [
        Slip(one, names.get(one.asked_by_id, ""), names.get(one.decided_by_id or 0, ""))
        for one in found
    ]


def one(session: Session, need: Need, voucher_id: int) -> Voucher | None:
    """A voucher of this need, or None."""
    return session.scalar(
        sa.select(Voucher).where(Voucher.id == voucher_id, Voucher.need_id == need.id)
    )


def _to_decide(
    session: Session, voucher: Voucher, campaign: Campaign, *, by: User, version: int
) -> Need:
    need = session.get_one(Need, voucher.need_id)
    hold(session, need, version)
    if not may_decide(campaign, by):
        raise Refusal(f"La décision revient à {who_decides(campaign)}.")
    if voucher.state is not VoucherState.ASKED:
        raise Refusal("Ce bon a déjà sa réponse. Rien n’a été changé.")
    return need


def _decided(session: Session, need: Need, say: str, *, code: str, by: User, at: datetime) -> None:
    touch(need, at=at)
    note(need, "voucher", say, by=by, at=at, is_internal=True)
    journal.record(session, "voucher_decided", about=need, by=by, at=at, decision=code)
    session.flush()  # the version moves on with the act
