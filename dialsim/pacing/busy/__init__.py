"""How long the agents of a pool have been at their calls."""
