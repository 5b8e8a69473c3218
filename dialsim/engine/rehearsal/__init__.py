"""simulate_ahead in the engine: the board from present agents and calls, and its dials."""
