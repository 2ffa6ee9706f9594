"""Questions the window asks. All open without blocking: they call back when they are answered."""
