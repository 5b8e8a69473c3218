"""Labels: platforms, who sees them, how they come and how they go."""
