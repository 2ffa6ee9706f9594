"""Control panels, one per file. A panel depends on the session alone, never on torch or another panel."""
