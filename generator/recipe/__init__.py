"""The recipe, which determines an image: its JSON, directions, and the latent maths from seed to W+."""
