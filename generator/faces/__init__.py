"""Seeing faces: where they are in a picture, 468 points of each, the irises, and which pixels are the person.

Four small networks that ship with Outis; no optional package is needed.
"""
