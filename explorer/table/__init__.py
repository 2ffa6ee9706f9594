"""The light table: many faces in a grid, and what can be done with them."""
