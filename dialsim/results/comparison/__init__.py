"""Two scenarios or two runs side by side: goals, hard limits, metrics, and the verdict."""
