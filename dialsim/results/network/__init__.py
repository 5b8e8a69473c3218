"""What the network did in a run, in figures and in sentences."""
