"""The image in the middle: how it is placed, painted and handled."""
