"""Roles name groups of Kubernetes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a3f1b2c4"
down_revision = "698349c0"
branch_labels = None
depends_on = None


def upgrade():
    default = sa.text("'[]'::jsonb")
    column = sa.Column("kubernetes_groups", postgresql.JSONB(), nullable=False, server_default=default)
    op.add_column("roles", column)


def downgrade():
    op.drop_column("roles", "kubernetes_groups")
