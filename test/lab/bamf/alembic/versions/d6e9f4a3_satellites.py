"""Remote places of bridges register."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d6e9f4a3"
down_revision = "c5d8e3f2"
branch_labels = None
depends_on = None


def moment(name, **more):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, **more)


def upgrade():
    op.create_table(
        "satellite_tokens",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column("token_hash", sa.String(64), unique=True, nullable=False, index=True),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("satellite_name", sa.String(63), nullable=False),
        sa.Column("region", sa.String(255)),
        moment("expires_at"),
        sa.Column("max_uses", sa.Integer()),
        sa.Column("use_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("is_revoked", sa.Boolean(), nullable=False, server_default=sa.false()),
        moment("created_at", server_default=sa.func.now()),
        sa.Column("created_by", sa.String(255), nullable=False),
    )
    op.create_table(
        "satellites",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column("name", sa.String(63), unique=True, nullable=False, index=True),
        sa.Column("region", sa.String(255)),
        sa.Column("internal_token_hash", sa.String(64), nullable=False),
        sa.Column("bridge_bootstrap_token_hash", sa.String(64), nullable=False),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()),
        moment("created_at", server_default=sa.func.now()),
        moment("updated_at", server_default=sa.func.now()),
    )


def downgrade():
    op.drop_table("satellites")
    op.drop_table("satellite_tokens")
