"""The page of a run for the terminal, section by section."""
