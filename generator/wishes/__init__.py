"""What is asked of people who are to be found, as plain values: wishes, how they are written, and what words mean."""
