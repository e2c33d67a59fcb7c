"""Users do without is_sso_only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "698349c0"
down_revision = "181801425e0b"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_column("users", "is_sso_only")


def downgrade():
    column = sa.Column("is_sso_only", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("users", column)
