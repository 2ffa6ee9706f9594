"""A running training as the window shows it. The training itself is a separate process: `outis train`."""
