"""Fails after it has changed something (no release of the product has this)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d7a8b9c0"
down_revision = "c4f5a6b7"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("agents", sa.Column("zone", sa.String(63)))
    op.execute("UPDATE agents SET zone = region")


def downgrade():
    op.drop_column("agents", "zone")
