"""What a scenario means: what agrees, what is allowed, what its author should know."""
