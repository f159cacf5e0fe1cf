"""Needs, where they were sent, and every step until they are answered."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.account import User
from campaigns.models.base import Base, Instant, Labelled, choice
from campaigns.models.person import Person
from campaigns.models.place import Office, Territory
from campaigns.reference import Mode, Urgency


class Agreement(Labelled):
    YES = "oui", "d’accord pour transmettre"
    NO = "non", "n’est pas d’accord"
    VITAL = "vital", "urgence vitale, sans accord"


class NeedState(Labelled):
    NEW = "new", "nouveau"
    TAKEN = "taken", "pris en charge"
    IN_PROGRESS = "in_progress", "en cours"
    WITH_PARTNER = "with_partner", "chez un partenaire"
    WAITING = "waiting", "en attente de la personne"
    CLOSED = "closed", "clos"


class Result(Labelled):
    SOLVED = "solved", "résolu"
    PARTLY = "partly", "résolu en partie"
    REFUSED = "refused", "refusé par la personne"
    UNREACHABLE = "unreachable", "personne injoignable"
    NO_SOLUTION = "no_solution", "sans solution"
    DUPLICATE = "duplicate", "doublon"
    WITHDRAWN = "withdrawn", "retiré"


class ReferralState(Labelled):
    TO_SEND = "to_send", "à envoyer"
    SENT = "sent", "envoyé"
    REFUSED = "bounced", "refusé par le serveur"
    READ = "read", "lu (non authentifié)"
    TAKEN = "taken", "pris en charge"
    NOT_OURS = "not_ours", "hors compétence"
    DONE = "done", "terminé"
    EXPIRED = "expired", "expiré"


class Helped(Labelled):
    """« Est-ce que cela vous a aidé ? », asked at the next call (handbook, section 12)."""

    YES = "yes", "oui, c’est réglé"
    PARTLY = "partly", "en partie"
    NO = "no", "non, rien n’a changé"
    UNKNOWN = "unknown", "ne sait pas"


class Need(Base):
    """Something a person needs, that somebody must answer."""

    __tablename__ = "need"
    __table_args__ = (
        sa.CheckConstraint("(closed_at IS NULL) = (result IS NULL)", name="closed_together"),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_state"),
        sa.Index("ix_need_inbox", "territory_id", "state", "urgency"),
        sa.Index("ix_need_campaign_raised", "campaign_id", "raised_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"), index=True)
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"))
    category: Mapped[str] = mapped_column(sa.String(24))
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    urgency: Mapped[Urgency] = mapped_column(choice(Urgency, "urgency_known"))
    agreement: Mapped[Agreement] = mapped_column(choice(Agreement, "agreement_known"))
    text: Mapped[str] = mapped_column(sa.String(500))
    ring_back: Mapped[str] = mapped_column(sa.String(120), default="")
    state: Mapped[NeedState] = mapped_column(
        choice(NeedState, "state_known"), default=NeedState.NEW
    )
    raised_at: Mapped[datetime] = mapped_column(Instant)
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    due_at: Mapped[datetime] = mapped_column(Instant)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    moved_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    result: Mapped[Result | None] = mapped_column(choice(Result, "result_known"))
    closing_note: Mapped[str] = mapped_column(sa.String(500), default="")
    face_to_face: Mapped[bool] = mapped_column(default=False)  # to be met in person
    joint_review_at: Mapped[datetime | None] = mapped_column(Instant)  # for the joint meeting
    joined_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need.id"), index=True)
    helped: Mapped[str] = mapped_column(sa.String(12), default="")  # at the next call: ``Helped``
    helped_at: Mapped[datetime | None] = mapped_column(Instant)
    reopened_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    person: Mapped[Person] = relationship()
    territory: Mapped[Territory | None] = relationship()
    raised_by: Mapped[User] = relationship(foreign_keys=[raised_by_id])
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    referrals: Mapped[list["Referral"]] = relationship(
        back_populates="need", order_by="Referral.id"
    )
    steps: Mapped[list["NeedStep"]] = relationship(order_by="NeedStep.id")

    @property
    def reference(self) -> str:
        """« B-2031 »: the only name a need has outside its page."""
        return f"B-{self.id}"


class Referral(Base):
    """One destination of a need, with the sentence that says why it goes there.

    The partner's link is derived from ``nonce`` with a key outside the database.
    """

    __tablename__ = "referral"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), index=True)
    destination: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    mode: Mapped[Mode] = mapped_column(choice(Mode, "mode_known"))
    reason: Mapped[str] = mapped_column(sa.String(300))
    state: Mapped[ReferralState] = mapped_column(
        choice(ReferralState, "state_known"), default=ReferralState.TO_SEND
    )
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"))
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("office.id"))
    nonce: Mapped[str] = mapped_column(sa.String(43))
    link_expires_at: Mapped[datetime | None] = mapped_column(Instant)
    renewed: Mapped[int] = mapped_column(default=0)  # how often its link was sent again
    reminded: Mapped[int] = mapped_column(default=0)  # reminders sent: day 5, day 10
    returned_at: Mapped[datetime | None] = mapped_column(Instant)  # day 15: to its coordinator
    moved_at: Mapped[datetime] = mapped_column(Instant)

    need: Mapped[Need] = relationship(back_populates="referrals")
    office: Mapped[Office | None] = relationship()
    territory: Mapped[Territory | None] = relationship()


class NeedStep(Base):
    """One dated step of a need, as its timeline shows it."""

    __tablename__ = "need_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    say: Mapped[str] = mapped_column(sa.String(600))
    is_internal: Mapped[bool] = mapped_column(default=False)  # not for volunteers nor partners

    by: Mapped[User | None] = relationship()
