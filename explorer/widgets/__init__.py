"""Controls that know nothing of faces: each shows the values it is given and emits only what the user does."""
