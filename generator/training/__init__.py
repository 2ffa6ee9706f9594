"""The duel that makes the faces: data, networks, training and its measures.

Importing this package alone loads nothing heavy, and nothing in it knows Qt.
"""
