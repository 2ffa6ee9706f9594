"""Named directions from measurement: look at rendered faces, fit directions in the PCA basis, check what they move.

Only `extra` touches the optional packages; importing anything here does not need them.
"""
