"""Tells Alembic where the database is: DATABASE_URL, never BAMF_DATABASE_URL, which only the API reads."""

import asyncio
import os
from logging.config import fileConfig

from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

from alembic import context

# Fails from any folder but this one's parent, as upstream's does.
from bamf.db.models import Base

if context.config.config_file_name is not None:
    fileConfig(context.config.config_file_name)

url = os.environ.get("DATABASE_URL", "postgresql+asyncpg://bamf:bamf@localhost:5432/bamf")
if url.startswith("postgresql://"):
    url = url.replace("postgresql://", "postgresql+asyncpg://", 1)


def migrate(connection):
    context.configure(connection=connection, target_metadata=Base.metadata)
    # One transaction around every pending revision.
    with context.begin_transaction():
        context.run_migrations()


async def online():
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(online())
