"""What campaigns have in common: agents who can stand in for each other, and whose turn it is."""
