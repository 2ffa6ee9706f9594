"""What is being made: the recipe with its undo, earlier and stored faces, and what is saved of it. No widgets."""
