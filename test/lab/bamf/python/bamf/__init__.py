"""BAMF, as far as its migrations and its first setup need it."""
