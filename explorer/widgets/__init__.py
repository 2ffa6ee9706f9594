"""Controls that know nothing of faces: each takes values in, says what the user did, and never echoes."""
