"""The window in which directions are brought from files, made, and minded."""
