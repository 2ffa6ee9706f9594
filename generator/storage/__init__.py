"""Writing files so that nothing half-written is left, whatever happens meanwhile."""
