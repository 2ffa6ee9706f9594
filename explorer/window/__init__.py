"""The main window: its docks, its actions and the questions it asks."""
