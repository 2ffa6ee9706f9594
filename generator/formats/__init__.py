"""Files that leave Outis and come back: images with their recipe, latents, and the readers of both."""
