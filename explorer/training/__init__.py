"""A running training as the window shows it. The training itself is a process of its own: `outis train`."""
