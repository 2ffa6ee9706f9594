"""The generator networks, one file a family, written from the papers in plain torch."""
