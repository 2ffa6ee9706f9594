"""`outis bench`: how fast Outis is on this machine, as ratios within one run."""
