"""A project: one SQLite file of faces, looks and what belongs to them."""
