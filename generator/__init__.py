"""The StyleGAN side of Outis: networks, checkpoints, latent maths, engine, export.

Needs numpy, torch, pillow and llvmlite; never Qt. Importing this package alone loads nothing heavy.
"""
