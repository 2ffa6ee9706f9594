"""The glue on the GUI thread: which image is asked for, which answer still counts, which job is shown."""
