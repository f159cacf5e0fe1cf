"""Communes, the territories of social action, and the directory of offices."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.base import Base, Instant


class Territory(Base):
    """A decentralised direction of the Département; it receives internal needs."""

    __tablename__ = "territory"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    director_email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    on_call_phone: Mapped[str] = mapped_column(sa.String(40), default="")


class TerritoryDistance(Base):
    """How far two territories lie apart, in steps from one neighbour to the next; both ways."""

    __tablename__ = "territory_distance"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.CheckConstraint("first_id < second_id", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    steps: Mapped[int]


class Commune(Base):
    """A commune, known by its INSEE code (text: 2A and 01 exist)."""

    __tablename__ = "commune"

    insee: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    postal_codes: Mapped[str] = mapped_column(sa.String(200))  # several joined by |
    population: Mapped[int] = mapped_column(default=0)
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)

    territory: Mapped[Territory | None] = relationship()


class FormerCommune(Base):
    """A former, delegated or associated commune people still name."""

    __tablename__ = "former_commune"

    id: Mapped[int] = mapped_column(primary_key=True)
    insee: Mapped[str] = mapped_column(sa.String(5))
    name: Mapped[str] = mapped_column(sa.String(120))
    current_insee: Mapped[str] = mapped_column(sa.ForeignKey("commune.insee"))


class Office(Base):
    """A house of the Département, a mairie, a CCAS, a fund: who a need may be sent to."""

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    scope: Mapped[str] = mapped_column(sa.String(20))
    insee: Mapped[str | None] = mapped_column(sa.String(5), index=True)
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    hours: Mapped[str] = mapped_column(sa.String(200), default="")
    topics: Mapped[str] = mapped_column(sa.String(600), default="")  # need codes, by spaces
    channel: Mapped[str] = mapped_column(sa.String(8), default="mail")  # or "phone", "paper"
    on_call_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("office.id"), index=True)
    asks_code: Mapped[bool] = mapped_column(default=False)  # a code told by telephone opens a need
    wants_digest: Mapped[bool] = mapped_column(default=True)  # one mail a day except urgent
    by_hand: Mapped[str] = mapped_column(sa.String(300), default="")  # columns no list overwrites
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)  # « tout est juste »
    confirm_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    nonce: Mapped[str] = mapped_column(sa.String(43), default="")  # of the confirmation link
    closed_at: Mapped[datetime | None] = mapped_column(Instant)  # nobody is sent there any more


class OfficeCommune(Base):
    """A commune an office serves, beside the one it stands in."""

    __tablename__ = "office_commune"
    __table_args__ = (sa.UniqueConstraint("office_id", "insee"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("office.id"))
    insee: Mapped[str] = mapped_column(sa.ForeignKey("commune.insee"), index=True)
