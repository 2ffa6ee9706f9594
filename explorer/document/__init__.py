"""The document: the recipe with its undo, earlier and stored faces, and how it is saved. No widgets."""
