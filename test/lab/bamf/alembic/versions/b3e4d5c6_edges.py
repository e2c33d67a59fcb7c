"""Outposts are called edges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b3e4d5c6"
down_revision = "a2b3c4d5"
branch_labels = None
depends_on = None


def upgrade():
    op.rename_table("outpost_tokens", "edge_tokens")
    op.rename_table("outposts", "edges")
    op.alter_column("edge_tokens", "outpost_name", new_column_name="edge_name")


def downgrade():
    op.alter_column("edge_tokens", "edge_name", new_column_name="outpost_name")
    op.rename_table("edges", "outposts")
    op.rename_table("edge_tokens", "outpost_tokens")
