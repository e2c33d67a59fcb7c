"""Edges do without coordinates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c4f5a6b7"
down_revision = "b3e4d5c6"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_column("edges", "longitude")
    op.drop_column("edges", "latitude")


def downgrade():
    op.add_column("edges", sa.Column("latitude", sa.Float()))
    op.add_column("edges", sa.Column("longitude", sa.Float()))
