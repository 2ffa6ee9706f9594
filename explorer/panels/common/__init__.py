"""What several panels share."""
