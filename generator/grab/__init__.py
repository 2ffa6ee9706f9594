"""Taking hold of a face: which move in W+ brings the points that are pulled to where they are wanted.

Gauss-Newton with one Jacobian a model, corrected by every frame (Broyden 1965): see docs/grab.md.
"""
