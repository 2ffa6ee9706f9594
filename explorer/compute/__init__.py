"""The background inference thread: the only owner of the model, and its long tasks."""
