"""From a recipe to pixels: the engine, the device it runs on, and the prepared forms of the networks."""
