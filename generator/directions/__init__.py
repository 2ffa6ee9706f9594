"""Directions that people bring from other tools or make themselves, and what they do to the faces of a model."""
