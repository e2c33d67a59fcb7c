"""The authority's key is called what it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f1a2b3c4"
down_revision = "e7f0a5b4"
branch_labels = None
depends_on = None


def upgrade():
    op.alter_column("certificate_authority", "ca_key_encrypted", new_column_name="ca_key_pem")


def downgrade():
    op.alter_column("certificate_authority", "ca_key_pem", new_column_name="ca_key_encrypted")
