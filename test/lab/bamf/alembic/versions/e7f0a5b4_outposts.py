"""Satellites are called outposts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e7f0a5b4"
down_revision = "d6e9f4a3"
branch_labels = None
depends_on = None


def upgrade():
    op.rename_table("satellite_tokens", "outpost_tokens")
    op.rename_table("satellites", "outposts")
    op.alter_column("outpost_tokens", "satellite_name", new_column_name="outpost_name")


def downgrade():
    op.alter_column("outpost_tokens", "outpost_name", new_column_name="satellite_name")
    op.rename_table("outposts", "satellites")
    op.rename_table("outpost_tokens", "satellite_tokens")
