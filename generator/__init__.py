"""The StyleGAN side of Outis: networks, checkpoints, latent maths, engine, export.

Needs numpy, torch and pillow; never Qt. Importing this package alone loads nothing heavy.
"""
