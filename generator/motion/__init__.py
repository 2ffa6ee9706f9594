"""Timelines: faces, directions and more over time, as plain values. Needs no torch."""
