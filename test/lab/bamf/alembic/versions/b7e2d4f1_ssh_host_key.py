"""The authority holds the host key of all bridges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b7e2d4f1"
down_revision = "a3f1b2c4"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("certificate_authority", sa.Column("ssh_host_key", sa.Text()))


def downgrade():
    op.drop_column("certificate_authority", "ssh_host_key")
