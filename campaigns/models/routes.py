"""The routing table of a campaign: drafted, tried on past needs, published; old ones are kept."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.base import Base, Instant, Labelled, choice
from campaigns.reference import Mode


class TableState(Labelled):
    DRAFT = "draft", "brouillon"
    PUBLISHED = "published", "en vigueur"
    REPLACED = "replaced", "remplacée"


class RouteTable(Base):
    """One version of the routes. Without any published one, the reference table is in force."""

    __tablename__ = "route_table"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int]
    state: Mapped[TableState] = mapped_column(
        choice(TableState, "state_known"), default=TableState.DRAFT
    )
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    rows: Mapped[list["RouteRow"]] = relationship(
        order_by="RouteRow.category, RouteRow.rank, RouteRow.id", cascade="all, delete-orphan"
    )


class RouteRow(Base):
    """A category, where, for whom, under what condition → one destination, by mail or telephone.

    ``territory_code`` and ``insee`` empty: everywhere; ``audience`` empty: everybody (APA, PCH,
    RSA or REGISTRE otherwise). The narrowest rows that match act.
    """

    __tablename__ = "route_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey("route_table.id"), index=True)
    category: Mapped[str] = mapped_column(sa.String(24))
    rank: Mapped[int] = mapped_column(default=1)
    destination: Mapped[str] = mapped_column(sa.String(40))
    condition: Mapped[str] = mapped_column(sa.String(40), default="toujours")
    mode: Mapped[Mode] = mapped_column(choice(Mode, "mode_known"))
    territory_code: Mapped[str] = mapped_column(sa.String(20), default="")
    insee: Mapped[str] = mapped_column(sa.String(5), default="")
    audience: Mapped[str] = mapped_column(sa.String(20), default="")
