"""What determines an image: the recipe, its JSON, directions, and the latent maths from seed to W+."""
