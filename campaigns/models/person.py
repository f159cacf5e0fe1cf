"""The people we call, their households, numbers and wishes."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.base import Base, Instant, Labelled, choice
from campaigns.models.place import Commune
from campaigns.retry.rules import Wish


class Title(Labelled):
    NONE = "", ""
    MR = "M", "M."
    MRS = "MME", "Mme"


class StopReason(Labelled):
    """Why nobody may call this person any more, in any campaign."""

    OBJECTED = "objected", "ne souhaite plus être appelée"
    DIED = "died", "décédée"
    IN_CARE_HOME = "care_home", "entrée en établissement"
    OUT_OF_SCOPE = "out_of_scope", "n’est pas ou plus concernée"
    DUPLICATE = "duplicate", "fiche en double"


class Stage(Labelled):
    """Where a person stands in a campaign; « due » is always asked of these columns."""

    SWEEP = "sweep", "premier appel à faire"
    ROSTER = "roster", "appels réguliers"
    RESTING = "resting", "appelée, ne demande pas de rappel"
    UNREACHABLE = "unreachable", "injoignable"


class Household(Base):
    """People who answer the same telephone: one call, several names."""

    __tablename__ = "household"

    id: Mapped[int] = mapped_column(primary_key=True)

    people: Mapped[list["Person"]] = relationship(back_populates="household", order_by="Person.id")


class Person(Base):
    """Somebody to call."""

    __tablename__ = "person"
    __table_args__ = (
        sa.CheckConstraint("(stop IS NULL) = (stopped_at IS NULL)", name="stopped_together"),
        sa.Index("ix_person_name_key_birth", "name_key", "birth_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), index=True)
    title: Mapped[Title] = mapped_column(choice(Title, "title_known"), default=Title.NONE)
    last_name: Mapped[str] = mapped_column(sa.String(120))
    first_name: Mapped[str] = mapped_column(sa.String(120), default="")
    birth_name: Mapped[str] = mapped_column(sa.String(120), default="")
    name_key: Mapped[str] = mapped_column(sa.String(240))
    birth_date: Mapped[date | None]
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(5), default="")
    town: Mapped[str] = mapped_column(sa.String(120), default="")  # as the list wrote it
    insee: Mapped[str | None] = mapped_column(sa.ForeignKey("commune.insee"), index=True)
    language: Mapped[str] = mapped_column(sa.String(40), default="")  # empty: French
    manner: Mapped[str] = mapped_column(sa.String(200), default="")  # « laisser sonner longtemps »
    schemes: Mapped[str] = mapped_column(sa.String(80), default="")  # « APA PCH »
    notify_person: Mapped[str] = mapped_column(sa.String(200), default="")
    home_help: Mapped[str] = mapped_column(sa.String(200), default="")
    hold: Mapped[str | None] = mapped_column(sa.String(200))  # not callable until somebody confirms
    stop: Mapped[StopReason | None] = mapped_column(choice(StopReason, "stop_known"))
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    mayor_opt_out: Mapped[bool] = mapped_column(default=False)  # loi 2024-317, art. 8
    key_holder: Mapped[str] = mapped_column(sa.String(200), default="")
    best_half: Mapped[str] = mapped_column(sa.String(2), default="")  # "am", "pm", empty: any
    guardian: Mapped[str] = mapped_column(sa.String(200), default="")  # of a protected adult
    trust_code: Mapped[str] = mapped_column(sa.String(8), default="")  # said first, from the letter
    by_hand: Mapped[str] = mapped_column(sa.String(300), default="")  # columns no list overwrites
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    forgotten_at: Mapped[datetime | None] = mapped_column(Instant)  # nothing of them is left here

    household: Mapped[Household] = relationship(back_populates="people")
    commune: Mapped[Commune | None] = relationship()
    phones: Mapped[list["Phone"]] = relationship(
        back_populates="person", order_by="Phone.position, Phone.id"
    )

    @property
    def full_name(self) -> str:
        """« Mme Paulette Dupont »."""
        return " ".join(
            part for part in (self.title.label, self.first_name, self.last_name) if part
        )

    @property
    def short_name(self) -> str:
        """« Mme D. »: enough for a sentence said aloud, too little for a passer-by."""
        return f"{self.title.label or self.first_name} {self.last_name[:1]}.".strip()

    @property
    def reference(self) -> str:
        """« P-1042 »: what may stand in a log or an address."""
        return f"P-{self.id}"


class Phone(Base):
    """One number of a person, in the order to try."""

    __tablename__ = "phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    e164: Mapped[str] = mapped_column(sa.String(16), index=True)
    label: Mapped[str] = mapped_column(sa.String(80), default="")
    invalid_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship(back_populates="phones")


class FileNumber(Base):
    """The number one source gives a person; the surest way to know them again."""

    __tablename__ = "file_number"
    __table_args__ = (sa.UniqueConstraint("source", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[str] = mapped_column(sa.String(60))


class Provenance(Base):
    """A source that names a person. Its last list says whether it still does: absent from it, the
    person is proposed for closing, never deleted."""

    __tablename__ = "provenance"
    __table_args__ = (sa.UniqueConstraint("source", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(60))
    last_batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))


class Enrolment(Base):
    """A person in a campaign: their wish, and when the next call is owed."""

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "person_id"),
        sa.Index("ix_enrolment_due", "campaign_id", "stage", "next_due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage, "stage_known"), default=Stage.SWEEP)
    wish: Mapped[Wish] = mapped_column(choice(Wish, "wish_known"), default=Wish.UNDECIDED)
    priority: Mapped[int] = mapped_column(default=5)  # 0 first, 9 last
    next_due_on: Mapped[date | None]
    cycle_started_at: Mapped[datetime | None] = mapped_column(Instant)
    not_before_at: Mapped[datetime | None] = mapped_column(Instant)
    appointment_at: Mapped[datetime | None] = mapped_column(Instant)
    suspended_until: Mapped[date | None]
    is_alarm: Mapped[bool] = mapped_column(default=False)
    other_caller: Mapped[bool] = mapped_column(default=False)
    last_volunteer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    times_by_last: Mapped[int] = mapped_column(default=0)
    informed_at: Mapped[datetime | None] = mapped_column(Instant)  # rights told, first call
    last_conversation_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    noticed_at: Mapped[datetime | None] = mapped_column(Instant)  # told of the calls, by whom calls
    notice_channel: Mapped[str] = mapped_column(sa.String(8), default="")  # letter, mail, sms

    person: Mapped[Person] = relationship()


class Objection(Base):
    """A keyed fingerprint of somebody who said « ne plus appeler »: it outlives their record.

    Kept as long as a source can bring the person back (RGPD art. 21; handbook 11).
    """

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)


class Barred(Base):
    """This volunteer must not call this household: they know each other, or were refused."""

    __tablename__ = "barred"
    __table_args__ = (sa.UniqueConstraint("household_id", "volunteer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class PairingKind(Labelled):
    """What somebody decided of a household and a volunteer."""

    RESERVED = "reserved", "appelée par"
    NEVER = "never", "jamais appelée par"


class Pairing(Base):
    """Somebody of the house said who calls a household, or who never does, and why.

    In force from ``at`` until ``ended_at``, and no longer than ``last_on``, which still counts.
    """

    __tablename__ = "pairing"
    __table_args__ = (
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended_together"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    kind: Mapped[PairingKind] = mapped_column(choice(PairingKind, "kind_known"))
    reason: Mapped[str] = mapped_column(sa.String(200))  # read by the house, never by volunteers
    last_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
