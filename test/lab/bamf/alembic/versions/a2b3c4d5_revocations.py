"""Certificates can be revoked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a2b3c4d5"
down_revision = "f1a2b3c4"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "revoked_certificates",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("revoked_by", sa.String(255)),
        sa.Column("subject_cn", sa.String(255)),
    )


def downgrade():
    op.drop_table("revoked_certificates")
