"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "181801425e0b"
down_revision = None
branch_labels = None
depends_on = None


def id_column():
    kind = postgresql.UUID(as_uuid=True)
    return sa.Column("id", kind, primary_key=True, server_default=sa.text("gen_random_uuid()"))


def moment(name, **more):
    return sa.Column(name, sa.DateTime(timezone=True), **more)


def born():
    return moment("created_at", nullable=False, server_default=sa.func.now())


def changed():
    return moment("updated_at", nullable=False, server_default=sa.func.now())


def document(name, empty):
    default = sa.text(f"'{empty}'::jsonb")
    return sa.Column(name, postgresql.JSONB(), nullable=False, server_default=default)


def upgrade():
    op.create_table(
        "users",
        sa.Column("email", sa.String(255), primary_key=True),
        sa.Column("display_name", sa.String(255)),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("is_sso_only", sa.Boolean(), nullable=False, server_default=sa.false()),
        moment("last_login_at"),
        born(),
        changed(),
    )
    op.create_table(
        "roles",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("description", sa.Text()),
        document("allow_labels", "{}"),
        document("allow_names", "[]"),
        document("deny_labels", "{}"),
        document("deny_names", "[]"),
        born(),
        changed(),
    )
    for table, role in (
        ("role_assignments", sa.ForeignKey("roles.name", ondelete="CASCADE")),
        ("platform_role_assignments", None),
    ):
        op.create_table(
            table,
            sa.Column("provider_name", sa.String(63), primary_key=True),
            sa.Column("email", sa.String(255), primary_key=True),
            sa.Column("role_name", sa.String(63), *([role] if role else []), primary_key=True),
            born(),
        )
    op.create_table(
        "agents",
        id_column(),
        sa.Column("name", sa.String(63), unique=True, nullable=False),
        sa.Column("certificate_fingerprint", sa.String(64)),
        moment("certificate_expires_at"),
        born(),
        changed(),
    )
    op.create_table(
        "join_tokens",
        id_column(),
        sa.Column("token_hash", sa.String(64), unique=True, nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        moment("expires_at", nullable=False),
        sa.Column("max_uses", sa.Integer()),
        sa.Column("use_count", sa.Integer(), nullable=False, server_default="0"),
        document("agent_labels", "{}"),
        sa.Column("is_revoked", sa.Boolean(), nullable=False, server_default=sa.false()),
        born(),
        sa.Column("created_by", sa.String(255), nullable=False),
    )
    op.create_table(
        "audit_logs",
        id_column(),
        moment("timestamp", nullable=False, server_default=sa.func.now(), index=True),
        sa.Column("event_type", sa.String(50), nullable=False, index=True),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("actor_type", sa.String(20), nullable=False),
        sa.Column("actor_id", sa.String(255)),
        sa.Column("target_type", sa.String(50)),
        sa.Column("target_id", sa.String(255)),
        document("details", "{}"),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("error_message", sa.Text()),
    )
    op.create_table(
        "session_recordings",
        id_column(),
        sa.Column("session_id", postgresql.UUID(as_uuid=True), nullable=False, index=True),
        sa.Column("user_email", sa.String(255), nullable=False),
        sa.Column("resource_name", sa.String(63), nullable=False),
        sa.Column("recording_data", sa.Text(), nullable=False),
        moment("started_at", nullable=False, index=True),
        moment("ended_at"),
    )
    op.create_table(
        "certificate_authority",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("ca_cert", sa.Text(), nullable=False),
        sa.Column("ca_key_encrypted", sa.Text(), nullable=False),
        born(),
    )


def downgrade():
    for table in (
        "certificate_authority",
        "session_recordings",
        "audit_logs",
        "join_tokens",
        "agents",
        "platform_role_assignments",
        "role_assignments",
        "roles",
        "users",
    ):
        op.drop_table(table)
