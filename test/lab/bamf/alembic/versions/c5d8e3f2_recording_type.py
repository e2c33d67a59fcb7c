"""Recordings have a type."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c5d8e3f2"
down_revision = "b7e2d4f1"
branch_labels = None
depends_on = None


def upgrade():
    column = sa.Column("recording_type", sa.String(20), nullable=False, server_default="terminal")
    op.add_column("session_recordings", column)


def downgrade():
    op.drop_column("session_recordings", "recording_type")
