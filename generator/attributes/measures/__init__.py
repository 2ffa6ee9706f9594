"""What is measured of a face: one function a measure, one number a face.

Lengths are shares of the face's size (`Face.size`, about its height from hairline to chin), as seen from the front:
they are corrected for pose by the depth of the mesh. Left and right are the person's own unless a docstring says
otherwise.
Colours are CIE L*a*b*. A measure is NaN where what it measures cannot be seen.
"""
