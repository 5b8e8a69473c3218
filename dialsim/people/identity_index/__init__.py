"""Hash tables of known numbers and identifiers, each with its row."""
