"""Writing files so that nothing half-written is left, and reading untrusted files within bounds."""
