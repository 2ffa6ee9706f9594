"""The background inference thread: the only owner of the model, and the long work it does."""
