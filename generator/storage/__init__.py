"""Writing files so that nothing half-written is left, and reading those of strangers within bounds."""
