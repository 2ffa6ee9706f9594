"""Control panels, one a file. A panel knows the session and nothing else: never torch, never another panel."""
