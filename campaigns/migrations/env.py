"""Alembic's entry: it runs on the connection the shell hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from campaigns.models import Base, Instant


def _plainly(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:  # Any: a type
    """Migrations outlive the code: write our column type as the plain one it stands for."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=_plainly,
)
with context.begin_transaction():
    context.run_migrations()
