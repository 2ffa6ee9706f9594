"""The desktop side of Outis: a Qt window talking to one compute thread, and the command line."""
