"""Training of StyleGAN2 generators: data, networks, losses and metrics.

Importing this package alone loads nothing heavy, and nothing in it knows Qt.
"""
