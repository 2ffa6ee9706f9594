"""Models from the internet: addresses, transfers, the catalogue, and where models are kept."""
