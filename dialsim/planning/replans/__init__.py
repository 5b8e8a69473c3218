"""Plans for the rest of a running campaign."""
