"""Looking closer: six places where a generated face may give itself away, measured against real photographs."""
