"""The main window: its docks, actions and dialogs."""
