"""The open project on the GUI thread: its faces, and the thread that owns its file."""
