"""Taking hold of a picture and pulling: from points and where they should go to a move in W+."""
