"""Makes the first administrator and a join token for agents; what is there already stays."""

import asyncio
import hashlib
import os
import sys

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

USER = "INSERT INTO users (email, display_name) VALUES (:email, 'Admin') ON CONFLICT DO NOTHING"
ROLE = (
    "INSERT INTO platform_role_assignments (provider_name, email, role_name) "
    "VALUES ('local', :email, 'admin') ON CONFLICT DO NOTHING"
)
TOKEN = (
    "INSERT INTO join_tokens (name, token_hash, expires_at, created_by) "
    "VALUES ('bootstrap-token', :hash, now() + interval '365 days', 'system@bootstrap') "
    "ON CONFLICT DO NOTHING"
)


async def bootstrap():
    email = os.environ.get("BAMF_BOOTSTRAP_ADMIN_EMAIL", "").strip()
    url = os.environ.get("DATABASE_URL", "").strip()
    token = os.environ.get("BAMF_BOOTSTRAP_JOIN_TOKEN", "").strip()
    for name, value in (("BAMF_BOOTSTRAP_ADMIN_EMAIL", email), ("DATABASE_URL", url)):
        if not value:
            print(f"{name} is required", file=sys.stderr)
            sys.exit(1)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(USER), {"email": email})
        await connection.execute(text(ROLE), {"email": email})
        if token:
            digest = hashlib.sha256(token.encode()).hexdigest()
            await connection.execute(text(TOKEN), {"hash": digest})
    await engine.dispose()
    print("Bootstrap complete")


if __name__ == "__main__":
    asyncio.run(bootstrap())
