"""The timeline dock: its lanes, keyframes and clock."""
