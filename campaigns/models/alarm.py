"""« Levée de doute »: a regular who stops answering, and the steps until they are found."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.account import User
from campaigns.models.base import Base, Instant, Labelled, choice
from campaigns.models.person import Person
from campaigns.models.place import Office, Territory


class AlarmWhy(Labelled):
    """What made somebody worry (handbook, section 8)."""

    SILENCE = "silence", "ne répond plus alors qu’elle répond d’habitude"
    HEAT = "heat", "trois appels sans réponse le même jour d’alerte chaleur"
    FALL = "fall", "ligne coupée après un bruit de chute"
    WORDS = "words", "propos inquiétants"
    BY_HAND = "by_hand", "doute signalé par un appelant"


class AlarmEnding(Labelled):
    """How an alarm ended."""

    FOUND_WELL = "found_well", "retrouvée, va bien"
    AWAY = "away", "absente, c’était prévu"
    HOSPITAL = "hospital", "hospitalisée"
    RESCUE = "rescue", "secours envoyés"
    DIED = "died", "décédée"
    PASSED_ON = "passed_on", "sans réponse, transmis"


class Rung(Labelled):
    """Who is tried, in this order."""

    OTHER_NUMBER = "other_number", "un autre numéro de la personne"
    CONTACT = "contact", "la personne à prévenir"
    HOME_HELP = "home_help", "le service d’aide à domicile"
    NEIGHBOUR = "neighbour", "un voisin ou qui garde les clés"
    TOWN = "town", "la mairie ou le CCAS"
    POLICE = "police", "la police municipale ou la gendarmerie"
    RESCUE = "rescue", "les secours (18 ou 15)"


class Alarm(Base):
    """Somebody who usually answers does not: a coordinator has it looked into."""

    __tablename__ = "alarm"
    __table_args__ = (
        sa.CheckConstraint("(closed_at IS NULL) = (ending IS NULL)", name="closed_together"),
        sa.Index("ix_alarm_open", "campaign_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    volunteer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # last heard
    why: Mapped[AlarmWhy] = mapped_column(choice(AlarmWhy, "why_known"))
    say: Mapped[str] = mapped_column(sa.String(300))  # « a répondu six semaines de suite… »
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    due_at: Mapped[datetime] = mapped_column(Instant)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ending: Mapped[AlarmEnding | None] = mapped_column(choice(AlarmEnding, "ending_known"))
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    person: Mapped[Person] = relationship()
    territory: Mapped[Territory | None] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    steps: Mapped[list["AlarmStep"]] = relationship(order_by="AlarmStep.id")

    @property
    def reference(self) -> str:
        """« L-12 »: the only name an alarm has outside its page."""
        return f"L-{self.id}"


class AlarmStep(Base):
    """One try at finding somebody: who was asked, at what time, what came of it."""

    __tablename__ = "alarm_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm_id: Mapped[int] = mapped_column(sa.ForeignKey("alarm.id"), index=True)
    rung: Mapped[Rung] = mapped_column(choice(Rung, "rung_known"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reached: Mapped[bool] = mapped_column(default=False)  # somebody answered
    say: Mapped[str] = mapped_column(sa.String(300), default="")

    by: Mapped[User | None] = relationship()


class WeakSignal(Base):
    """Several needs of a kind in one commune in a few days: a card somebody looks at (T23)."""

    __tablename__ = "weak_signal"
    __table_args__ = (sa.Index("ix_weak_signal_place", "campaign_id", "category", "insee"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    category: Mapped[str] = mapped_column(sa.String(24))
    insee: Mapped[str] = mapped_column(sa.ForeignKey("commune.insee"))
    count: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)  # the newest need counted
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(sa.String(300), default="")


class SuggestionState(Labelled):
    """What became of somebody a mairie proposes."""

    WAITING = "waiting", "à décider"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"


class CallSuggestion(Base):
    """A partner proposes somebody to call, with that person’s recorded agreement (E9)."""

    __tablename__ = "call_suggestion"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("office.id"), index=True)
    last_name: Mapped[str] = mapped_column(sa.String(120))
    first_name: Mapped[str] = mapped_column(sa.String(120), default="")
    phone: Mapped[str] = mapped_column(sa.String(16), default="")
    insee: Mapped[str | None] = mapped_column(sa.ForeignKey("commune.insee"))
    agreed_on: Mapped[date]
    said_by: Mapped[str] = mapped_column(sa.String(120))
    words: Mapped[str] = mapped_column(sa.String(300), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[SuggestionState] = mapped_column(
        choice(SuggestionState, "state_known"), default=SuggestionState.WAITING
    )
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)

    office: Mapped[Office] = relationship()
