"""What alembic runs for every command: it uses the connection that storage.schema hands over."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from storage.columns import Json
from storage.models import Article
from storage.search_index import is_ours

Rendered = str | Literal[False]


def render_item(kind: str, item: Any, autogen: AutogenContext) -> Rendered:
    """Write our column types as what they are in the database.

    A migration must not change its meaning when the code of a column type does.
    """
    if kind != "type" or not isinstance(item, TypeDecorator | sa.JSON):
        return False
    if isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return f"sa.{item.impl!r}"


def same_type(
    _context: Any, _column: Any, _kept: Any, _inspected: Any, stated: Any
) -> bool | None:
    """JSON and JSONB differ by database on purpose; everything else alembic compares itself."""
    return False if stated is Json or isinstance(stated, sa.JSON) else None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Article.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=same_type,
    include_name=is_ours,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
