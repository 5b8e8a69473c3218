"""Playing the next minutes over before they come, to see which number of dials would serve."""
