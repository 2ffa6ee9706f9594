"""The glue on the GUI thread: which image is requested, which answer still counts, which job is shown."""
