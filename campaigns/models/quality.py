"""What somebody must check about a person, and what was corrected for the source software."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.base import Base, Instant, Labelled, choice
from campaigns.models.person import Person


class QualityKind(Labelled):
    """What is doubtful about somebody's record."""

    NUMBER = "number", "numéro à trouver"
    MOVED = "moved", "a déménagé"
    DIED = "died", "décès à vérifier"
    CARE_HOME = "care_home", "entrée en établissement à vérifier"
    DOUBLE = "double", "fiche peut-être en double"
    PLACE = "place", "commune à trouver"
    HOLD = "hold", "à confirmer avant d’appeler"
    ABSENT = "absent", "absente de la dernière liste"
    OTHER = "other", "autre point à vérifier"


class QualityCase(Base):
    """One point to check about a person; closed with what was found."""

    __tablename__ = "quality_case"
    __table_args__ = (
        sa.Index("ix_quality_case_open", "kind", "closed_at"),
        sa.CheckConstraint("(closed_at IS NOT NULL) OR (result = '')", name="result_when_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[QualityKind] = mapped_column(choice(QualityKind, "kind_known"))
    detail: Mapped[str] = mapped_column(sa.String(300), default="")
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)  # double
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    result: Mapped[str] = mapped_column(sa.String(300), default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Correction(Base):
    """A field somebody corrected here, to be carried into the software the list came from."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    field: Mapped[str] = mapped_column(sa.String(40))
    before: Mapped[str] = mapped_column(sa.String(300), default="")
    after: Mapped[str] = mapped_column(sa.String(300), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    exported_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
