"""The dialogs of the window. None of them blocks: they call back when they are answered."""
