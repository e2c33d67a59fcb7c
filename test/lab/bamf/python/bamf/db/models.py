"""What every table belongs to; the tables are written down in the migrations alone."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The base of all tables."""
