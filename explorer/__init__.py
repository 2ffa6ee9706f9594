"""The desktop side of Outis: a Qt window with one compute thread, and the command line."""
