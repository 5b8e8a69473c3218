"""simulate_ahead in the engine: the board as agents and calls stand, and the dials it comes to."""
